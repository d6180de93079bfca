import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import type { Certificate } from '../mail-server/certificate.ts';
import { runCertificate } from '../mail-server/certificate.ts';
import { LOOPBACK, freePorts } from '../ports.ts';
import { createScript } from './script.ts';
import type { ScriptedFault, SmtpAnswer } from './script.ts';
import { createTranscript } from './transcript.ts';

/** How the server starts. */
export type ScriptedSmtpOptions = {
  readonly certificate?: Certificate;
  /** The right password of a user; `secret` for all by default. */
  readonly password?: (user: string) => string;
  /** Judges OAuth access tokens (XOAUTH2); without it that mechanism is not offered. */
  readonly acceptToken?: (user: string, token: string) => Promise<boolean>;
  /** Brings an accepted message to one recipient's mailbox. */
  readonly deliver?: (recipient: string, raw: Buffer) => Promise<void>;
  /** Puts a copy into the sender's Sent folder; used after `filesSent`. */
  readonly fileSent?: (user: string, raw: Buffer) => Promise<void>;
};

/** A message whose final dot was read, whatever was answered then. */
export type TakenMessage = {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly user: string | undefined;
  /** The bytes as they came, dots unstuffed. */
  readonly raw: Buffer;
  readonly sha256: string;
  readonly messageId: string | undefined;
  readonly at: Date;
  readonly secure: boolean;
  /** False when the script made the server refuse or lose it. */
  readonly accepted: boolean;
};

/** Where the server does what to messages that it accepts. */
export type ScriptedSmtp = {
  readonly endpoint: { readonly host: string; readonly port: number; readonly tlsPort: number };
  readonly certificate: Certificate;
  /** The messages taken for good, in order. */
  readonly accepted: () => readonly TakenMessage[];
  /** Also those that were refused or lost after the final dot. */
  readonly taken: () => readonly TakenMessage[];
  /** `C: ` and `S: ` lines of every connection in order; credentials are left out. */
  readonly transcript: () => string;
  /** The addresses of every RCPT TO, accepted or not, in order. */
  readonly recipientsOffered: () => readonly string[];
  readonly connections: () => readonly { readonly at: Date }[];
  /** Successful logins. */
  readonly logins: () => readonly { readonly user: string; readonly at: Date }[];
  /** Adds faults; each strikes once unless it says otherwise, at the first chance it gets. */
  readonly script: (...faults: readonly ScriptedFault[]) => void;
  readonly clearScript: () => void;
  readonly faultsLeft: () => number;
  /** Like some providers, puts accepted messages into the sender's Sent folder itself, after this time; undefined stops that. */
  readonly filesSent: (rule: { readonly afterMs: number } | undefined) => void;
  /** Like some relays, gives every accepted message a Message-ID of its own before delivery. */
  readonly rewritesMessageId: (rewrite: ((original: string) => string) | undefined) => void;
  /** Ends once every delivery and Sent copy begun so far is done; throws what went wrong with one. */
  readonly settled: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Starts an SMTP server on two ports (STARTTLS and TLS) that takes mail from whoever logs in and misbehaves as scripted. */
export async function startScriptedSmtp(options: ScriptedSmtpOptions = {}): Promise<ScriptedSmtp> {
  const certificate = options.certificate ?? (await runCertificate());
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const script = createScript();
  const transcript = createTranscript();
  const sockets = new Map<string, Socket>();
  const users = new Map<string, string>();
  const taken: TakenMessage[] = [];
  const offered: string[] = [];
  const connections: { at: Date }[] = [];
  const logins: { user: string; at: Date }[] = [];
  const work = new Set<Promise<void>>();
  const problems: unknown[] = [];
  const ending = new AbortController();
  let filing: { readonly afterMs: number } | undefined;
  let rewrite: ((original: string) => string) | undefined;

  const drop = (session: SMTPServerSession): void => {
    sockets.get(socketKey(session))?.destroy();
  };
  const begin = (job: Promise<void>): void => {
    const tracked = job
      .catch((error: unknown) => {
        if (!ending.signal.aborted) problems.push(error);
      })
      .finally(() => work.delete(tracked));
    work.add(tracked);
  };

  const handOn = async (message: TakenMessage): Promise<void> => {
    const raw = rewrite === undefined ? message.raw : withMessageId(message.raw, rewrite);
    const jobs = message.recipients.map(async (recipient) => options.deliver?.(recipient, raw));
    await Promise.all([...jobs, fileCopy(message.user, raw)]);
  };

  /** Its time runs from the acceptance, however long the deliveries take. */
  const fileCopy = async (user: string | undefined, raw: Buffer): Promise<void> => {
    if (filing === undefined || user === undefined) return;
    if (filing.afterMs > 0) await delay(filing.afterMs, undefined, { signal: ending.signal });
    await options.fileSent?.(user, raw);
  };

  const receive = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Verdict> => {
    const cut = script.take(['drop before the dot']);
    const raw = await readAll(stream, cut?.afterBytes);
    if (raw === undefined) return { kind: 'drop' };
    const fault = script.take(['refuse message', 'drop after the dot', 'answer late', 'never answer']);
    const refused =
      fault?.kind === 'refuse message' || (fault?.kind === 'drop after the dot' && !fault.accepted);
    const message = describe(raw, session, users.get(session.id), !refused);
    taken.push(message);
    if (message.accepted) begin(handOn(message));
    switch (fault?.kind) {
      case undefined:
        return { kind: 'ok' };
      case 'refuse message':
        return { kind: 'refuse', answer: fault.answer };
      case 'drop after the dot':
        return { kind: 'drop' };
      case 'never answer':
        return { kind: 'silence' };
      case 'answer late':
        await delay(fault.ms, undefined, { signal: ending.signal });
        return { kind: 'ok' };
    }
  };

  const handlers: SMTPServerOptions = {
    onConnect: (session, done) => {
      connections.push({ at: new Date() });
      const fault = script.take(['refuse connection', 'drop connection']);
      if (fault?.kind === 'drop connection') drop(session);
      else done(fault === undefined ? null : refusal(fault.answer));
    },
    onAuth: (auth, session, done) => {
      const user = auth.username ?? '';
      const fault = script.take(['refuse login']);
      if (fault !== undefined) {
        done(refusal(fault.answer));
        return;
      }
      void isRight(options, user, auth.password, auth.accessToken).then((right) => {
        if (right) {
          users.set(session.id, user);
          logins.push({ user, at: new Date() });
          done(null, { user });
        } else if (auth.method === 'XOAUTH2') done(null, { data: { status: '400', schemes: 'Bearer' } });
        else done(refusal({ code: 535, text: '5.7.8 Authentication credentials invalid' }));
      }, done);
    },
    onMailFrom: (_address, _session, done) => {
      const fault = script.take(['refuse sender']);
      done(fault === undefined ? null : refusal(fault.answer));
    },
    onRcptTo: ({ address }, _session, done) => {
      offered.push(address);
      const fault = script.take(
        ['refuse recipient'],
        ({ recipient }) => recipient === undefined || recipient.toLowerCase() === address.toLowerCase(),
      );
      done(fault === undefined ? null : refusal(fault.answer));
    },
    onData: (stream, session, done) => {
      receive(stream, session).then(
        (verdict) => {
          if (verdict.kind === 'drop') drop(session);
          else if (verdict.kind === 'refuse') done(refusal(verdict.answer));
          else if (verdict.kind === 'ok') done(null, `2.0.0 queued as ${String(taken.length)}`);
        },
        () => {
          drop(session);
        },
      );
    },
  };

  const start = (at: number, secure: boolean): Promise<SMTPServer> => {
    const server = new SMTPServer({
      ...handlers,
      name: 'mail.test',
      secure,
      key: certificate.key,
      cert: certificate.pem,
      authMethods: ['PLAIN', 'LOGIN', ...(options.acceptToken === undefined ? [] : ['XOAUTH2'])],
      allowInsecureAuth: true,
      disableReverseLookup: true,
      closeTimeout: 100,
      size: 100 * 1024 * 1024,
      logger: transcript.logger,
    });
    server.server.on('connection', (socket) => {
      const key = `${String(socket.localPort)}:${String(socket.remotePort)}`;
      sockets.set(key, socket);
      socket.once('close', () => sockets.delete(key));
    });
    // Clients that vanish in the middle are what this server is for.
    server.on('error', () => undefined);
    return new Promise((resolve) => {
      server.listen(at, LOOPBACK, () => {
        resolve(server);
      });
    });
  };
  const servers = await Promise.all([start(port, false), start(tlsPort, true)]);

  return {
    endpoint: { host: LOOPBACK, port, tlsPort },
    certificate,
    accepted: () => taken.filter((message) => message.accepted),
    taken: () => [...taken],
    transcript: transcript.text,
    recipientsOffered: () => [...offered],
    connections: () => [...connections],
    logins: () => [...logins],
    script: script.add,
    clearScript: script.clear,
    faultsLeft: script.left,
    filesSent: (rule) => {
      filing = rule;
    },
    rewritesMessageId: (change) => {
      rewrite = change;
    },
    settled: async () => {
      while (work.size > 0) await Promise.all(work);
      if (problems.length > 0) throw new AggregateError(problems, 'a message could not be handed on');
    },
    stop: async () => {
      ending.abort();
      for (const socket of sockets.values()) socket.destroy();
      await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(resolve))));
      await Promise.all(work);
    },
  };
}

type Verdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'refuse'; readonly answer: SmtpAnswer };

/** Reads the message to its end; undefined once `limit` bytes have come, if that is before the end. */
async function readAll(stream: SMTPServerDataStream, limit = Infinity): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    length += chunk.length;
    if (length >= limit) return undefined;
  }
  return limit === Infinity ? Buffer.concat(chunks) : undefined;
}

function describe(
  raw: Buffer,
  session: SMTPServerSession,
  user: string | undefined,
  accepted: boolean,
): TakenMessage {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    sender: mailFrom === false ? '' : mailFrom.address,
    recipients: rcptTo.map(({ address }) => address),
    user,
    raw,
    sha256: createHash('sha256').update(raw).digest('hex'),
    messageId: messageIdOf(raw),
    at: new Date(),
    secure: session.secure,
    accepted,
  };
}

const MESSAGE_ID = /^(message-id:\s*)(<[^>]*>)/im;

function messageIdOf(raw: Buffer): string | undefined {
  return MESSAGE_ID.exec(headerOf(raw))?.[2];
}

function withMessageId(raw: Buffer, rewrite: (original: string) => string): Buffer {
  const header = headerOf(raw);
  const changed = header.replace(MESSAGE_ID, (_all, name: string, id: string) => `${name}${rewrite(id)}`);
  return Buffer.concat([Buffer.from(changed, 'latin1'), raw.subarray(header.length)]);
}

function headerOf(raw: Buffer): string {
  const end = raw.indexOf('\r\n\r\n');
  return raw.toString('latin1', 0, end === -1 ? raw.length : end + 2);
}

function refusal({ code, text }: SmtpAnswer): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

async function isRight(
  options: ScriptedSmtpOptions,
  user: string,
  password: string | null | undefined,
  token: string | undefined,
): Promise<boolean> {
  if (token !== undefined) return (await options.acceptToken?.(user, token)) ?? false;
  return password === (options.password?.(user) ?? 'secret');
}

function socketKey({ localPort, remotePort }: SMTPServerSession): string {
  return `${String(localPort)}:${String(remotePort)}`;
}
