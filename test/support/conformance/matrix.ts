import { createMatrixChannel } from '#main/channels/matrix/channel.ts';
import { accountOf, shortTimeouts } from '../matrix/account.ts';
import { EmulatedHomeserver, isSending } from '../matrix/homeserver.ts';
import { uniqueName } from '../temp.ts';
import type { Harness, StagedAccount } from './harness.ts';

function accountOn(server: EmulatedHomeserver, ends: Set<() => Promise<void>>): StagedAccount {
  const own = server.person(uniqueName('agent'), 'Agent');
  const visitor = server.person(uniqueName('ana'), 'Ana Pereira');
  const room = server.direct(visitor, [own]);
  server.world.people.get(own)?.accountData.set('m.direct', { [visitor]: [room.id] });
  const { context, open, closeAll } = accountOf(server, own, {
    secrets: { kind: 'password', user: own, password: 'secret' },
    settings: { signInWith: 'password' },
  });
  ends.add(closeAll);
  return {
    context,
    stream: 'rooms',
    sentStream: 'rooms',
    customer: { name: 'Ana Pereira', address: visitor },
    open,
    write: async (texts) => {
      for (const text of texts) server.say(room, visitor, text);
    },
    seed: async (count) => {
      const first = Date.now() - count * 60_000;
      for (let n = 1; n <= count; n += 1)
        server.say(room, visitor, `history ${String(n)}`, {}, { ts: first + n * 60_000 });
    },
    taken: async ({ clientId }) => room.events.filter(({ transaction }) => transaction === clientId).length,
    throttle: () => server.http.throttle(),
    relent: () => server.http.relent(),
    knocks: () => server.http.knocks(),
    expire: async () => server.signOut(own),
    silence: () => server.http.silence(),
    loseVerdict: (when) => server.http.lose(when, isSending),
    strange: (cursor) => ({ ...cursor, since: 's999999999_dead' }),
  };
}

/** Matrix on an emulated homeserver; the customer has opened a direct chat with us. */
export const matrixHarness: Harness = {
  kind: 'matrix',
  without: [],
  start: async () => {
    const server = await EmulatedHomeserver.start();
    const ends = new Set<() => Promise<void>>();
    return {
      channel: createMatrixChannel({ timeouts: shortTimeouts }),
      newAccount: async () => {
        server.http.speak();
        return accountOn(server, ends);
      },
      stop: async () => {
        await Promise.all([...ends].map((end) => end()));
        await server.stop();
      },
    };
  },
};
