import { createSocket } from 'node:dgram';
import { decode, encode } from 'dns-packet';
import type { Answer } from 'dns-packet';
import { LOOPBACK, freePort } from '../ports.ts';

/** A record that the name server knows; names without the final dot. */
export type DnsRecord =
  | { readonly type: 'A'; readonly name: string; readonly address: string }
  | { readonly type: 'MX'; readonly name: string; readonly preference: number; readonly exchange: string }
  | {
      readonly type: 'SRV';
      readonly name: string;
      readonly target: string;
      readonly port: number;
      readonly priority?: number;
      readonly weight?: number;
    }
  | { readonly type: 'TXT'; readonly name: string; readonly text: string };

/** A DNS server on loopback (UDP) that knows only what it is told; for `resolver.setServers([address])`. */
export type NameServer = {
  /** `127.0.0.1:PORT`, as Node's Resolver takes it. */
  readonly address: string;
  readonly add: (...records: readonly DnsRecord[]) => void;
  /** From now on nothing is answered, as behind a firewall. */
  readonly fallSilent: () => void;
  /** `TYPE name` of every question. */
  readonly questions: () => readonly string[];
  readonly stop: () => Promise<void>;
};

// RFC 1035, 4.1.1: "name error".
const NXDOMAIN = 3;
// Authoritative answer, so that resolvers ask no further.
const AUTHORITATIVE = 1 << 10;

/** Starts the name server; unknown names are answered with NXDOMAIN. */
export async function startNameServer(...known: readonly DnsRecord[]): Promise<NameServer> {
  const port = await freePort();
  const records = [...known];
  const questions: string[] = [];
  let silent = false;
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const query = decode(message);
    const [question] = query.questions ?? [];
    if (question === undefined) return;
    const name = question.name.toLowerCase();
    questions.push(`${question.type} ${name}`);
    if (silent) return;
    const named = records.filter((record) => record.name.toLowerCase() === name);
    const answers = named.filter((record) => record.type === question.type).map(answerOf);
    const reply = encode({
      type: 'response',
      id: query.id ?? 0,
      flags: AUTHORITATIVE | (named.length === 0 ? NXDOMAIN : 0),
      questions: [question],
      answers,
    });
    socket.send(reply, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(port, LOOPBACK, resolve));
  return {
    address: `${LOOPBACK}:${String(port)}`,
    add: (...more) => {
      records.push(...more);
    },
    fallSilent: () => {
      silent = true;
    },
    questions: () => [...questions],
    stop: () =>
      new Promise((resolve) => {
        socket.close(resolve);
      }),
  };
}

function answerOf(record: DnsRecord): Answer {
  const { name } = record;
  switch (record.type) {
    case 'A':
      return { type: 'A', name, ttl: 1, data: record.address };
    case 'MX':
      return { type: 'MX', name, ttl: 1, data: { preference: record.preference, exchange: record.exchange } };
    case 'SRV':
      return {
        type: 'SRV',
        name,
        ttl: 1,
        data: {
          target: record.target,
          port: record.port,
          priority: record.priority ?? 0,
          weight: record.weight ?? 1,
        },
      };
    case 'TXT':
      return { type: 'TXT', name, ttl: 1, data: record.text };
  }
}
