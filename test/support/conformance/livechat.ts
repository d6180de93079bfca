import { randomBytes } from 'node:crypto';
import type { Cursor } from '#main/channels/kit/channel.ts';
import { createLivechatChannel } from '#main/channels/xmpp/visitors/channel.ts';
import { roomOfKey } from '#main/channels/xmpp/visitors/visitor-said.ts';
import { words } from '#widget/talk/stanzas.ts';
import { startCuttingProxy } from '../cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '../cutting-proxy/cutting-proxy.ts';
import { systemClock } from '../email-account.ts';
import { startProsody } from '../prosody/prosody.ts';
import type { Prosody } from '../prosody/prosody.ts';
import { uniqueName } from '../temp.ts';
import { visitorLine } from '../website-chat/visitor.ts';
import type { Harness, StagedAccount } from './harness.ts';
import { startGrumbler } from './xmpp.ts';
import type { Grumbler } from './xmpp.ts';

const timeouts = { connect: 8_000, answer: 20_000, quiet: 300, recheck: 600, settle: 200 };

const strange = (cursor: Cursor): Cursor => ({ ...cursor, newest: 'no-such-id-anywhere', before: null });

type Place = { readonly server: Prosody; readonly proxy: CuttingProxy; readonly grumbler: Grumbler };

async function accountAt(
  { server, proxy, grumbler }: Place,
  ends: Set<() => Promise<void>>,
): Promise<StagedAccount> {
  const agent = uniqueName('chat');
  await server.register(agent, 'secret');
  const own = `${agent}@${server.domain}`;
  const key = randomBytes(16).toString('hex');
  const who = { agent: own, key };
  const customer = { name: '', address: roomOfKey(key) };
  const { line } = await visitorLine(server.websocket);
  ends.add(async () => line.stop());
  const channel = createLivechatChannel({ timeouts });
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
  const say = (text: string): void => {
    const id = randomBytes(16).toString('hex');
    line.say(words(who, { id, text, by: 'visitor', at: Date.now(), state: 'waiting' }, ''));
  };
  const taken = async (): Promise<void> => {
    if (!(await line.ask())) throw new Error('the line of the visitor broke');
  };
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
      for (const text of texts) say(text);
      await taken();
    },
    seed: async (count) => {
      for (let n = 1; n <= count; n += 1) {
        say(`history ${String(n)}`);
        // An answer is waited for only so long, and the server works through what came before it.
        if (n % 500 === 0) await taken();
      }
      await taken();
    },
    taken: async (attempt) => server.archived(agent, attempt.clientId),
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

/** The website chat on a real Prosody; its customer is a visitor on a websocket, without an account, who speaks as the widget does. */
export const livechatHarness: Harness = {
  kind: 'livechat',
  without: [],
  start: async () => {
    const server = await startProsody({ visitors: true });
    const [proxy, grumbler] = await Promise.all([startCuttingProxy({ port: server.port }), startGrumbler()]);
    const ends = new Set<() => Promise<void>>();
    return {
      channel: createLivechatChannel({ timeouts }),
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
};
