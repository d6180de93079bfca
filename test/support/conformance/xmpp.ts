import { createServer } from 'node:net';
import type { Server } from 'node:net';
import type { Cursor } from '#main/channels/kit/channel.ts';
import { createXmppChannel } from '#main/channels/xmpp/channel.ts';
import { element } from '#main/channels/xmpp/stream/element.ts';
import { startCuttingProxy } from '../cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '../cutting-proxy/cutting-proxy.ts';
import { systemClock } from '../email-account.ts';
import { LOOPBACK, freePort } from '../ports.ts';
import { startProsody } from '../prosody/prosody.ts';
import type { XmppServer } from '../xmpp/xmpp-server.ts';
import { chatter } from '../prosody/chatter.ts';
import { uniqueName } from '../temp.ts';
import type { Harness, StagedAccount } from './harness.ts';

const timeouts = { connect: 8_000, answer: 20_000, quiet: 300, recheck: 600, settle: 200 };

/** Refuses every stream in the words of a server that finds us too fast. */
export type Grumbler = { readonly port: number; readonly knocks: () => number; readonly server: Server };

const grumble =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' id='1' from='chat.test'>" +
  "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Too many connections</text></stream:error></stream:stream>";

/** Starts a {@link Grumbler} on loopback. */
export async function startGrumbler(): Promise<Grumbler> {
  let knocks = 0;
  const server = createServer((socket) => {
    knocks += 1;
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(grumble));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  return { port, knocks: () => knocks, server };
}

const strange = (cursor: Cursor): Cursor => ({ ...cursor, newest: 'no-such-id-anywhere', before: null });

type Place = { readonly server: XmppServer; readonly proxy: CuttingProxy; readonly grumbler: Grumbler };

async function accountAt(
  { server, proxy, grumbler }: Place,
  ends: Set<() => Promise<void>>,
): Promise<StagedAccount> {
  const [agent, visitor] = [uniqueName('agent'), uniqueName('ana')];
  await Promise.all([server.register(agent, 'secret'), server.register(visitor, 'secret')]);
  const own = `${agent}@${server.domain}`;
  const customer = { name: '', address: `${visitor}@${server.domain}` };
  const ana = await chatter(server, visitor);
  ends.add(async () => ana.close());
  const channel = createXmppChannel({ timeouts });
  let knocksBefore = 0;
  let password = 'secret';
  const context = {
    address: own,
    settings: { xmppHost: proxy.host, xmppPort: proxy.port, xmppSecurity: 'plain' },
    clock: systemClock,
    secrets: () => ({ kind: 'password', user: agent, password }) as const,
    saveSecrets: () => Promise.resolve(),
    log: () => undefined,
  };
  const said = (id: string, text: string): ReturnType<typeof element> =>
    element(
      'message',
      'jabber:client',
      { type: 'chat', to: own, id },
      element('body', 'jabber:client', {}, text),
    );
  return {
    context,
    stream: 'archive',
    sentStream: 'archive',
    customer,
    open: () => {
      const session = channel.open(context);
      ends.add(() => session.close());
      return session;
    },
    write: async (texts) => {
      for (const text of texts) await ana.deliver(said(uniqueName('m'), text));
    },
    seed: (count) => server.seed(agent, customer.address, count),
    taken: async (attempt) => server.archived(visitor, attempt.clientId),
    throttle: () => {
      knocksBefore = grumbler.knocks();
      proxy.leadTo({ port: grumbler.port });
    },
    relent: () => proxy.leadTo({ port: server.port }),
    knocks: () => grumbler.knocks() - knocksBefore,
    expire: async () => {
      password = 'the one before';
    },
    silence: () => {
      proxy.now({ kind: 'half-open' });
      proxy.cutWhen({
        direction: 'to client',
        place: { kind: 'at byte', count: 0 },
        action: { kind: 'half-open' },
        times: 1_000,
      });
    },
    loseVerdict: (when) => {
      proxy.cutWhen(
        when === 'taken'
          ? {
              direction: 'to client',
              place: { kind: 'after pattern', pattern: '<a ', plus: -3 },
              action: { kind: 'reset' },
            }
          : {
              direction: 'to server',
              place: { kind: 'after pattern', pattern: '<origin-id' },
              action: { kind: 'reset' },
            },
      );
    },
    strange,
  };
}

/** XMPP on a real server, reached over a line that can be cut; the customer is another account on it. */
export const xmppHarnessOn = (startServer: () => Promise<XmppServer>): Harness => ({
  kind: 'xmpp',
  without: [],
  start: async () => {
    const server = await startServer();
    const [proxy, grumbler] = await Promise.all([startCuttingProxy({ port: server.port }), startGrumbler()]);
    const ends = new Set<() => Promise<void>>();
    return {
      channel: createXmppChannel({ timeouts }),
      newAccount: async () => {
        proxy.clearRules();
        proxy.release();
        proxy.leadTo({ port: server.port });
        return accountAt({ server, proxy, grumbler }, ends);
      },
      stop: async () => {
        await Promise.all([...ends].map((end) => end()));
        await proxy.stop();
        grumbler.server.close();
        await server.stop();
      },
    };
  },
});

/** XMPP on Prosody, as the list of all channels knows it. */
export const xmppHarness: Harness = xmppHarnessOn(startProsody);
