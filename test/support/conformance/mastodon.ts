import type { Cursor } from '#main/channels/kit/channel.ts';
import { createMastodonChannel } from '#main/channels/mastodon/channel.ts';
import { systemClock } from '../email-account.ts';
import { quickTiming } from '../mastodon/account.ts';
import { MastodonServer } from '../mastodon/mastodon-server.ts';
import type { Flavour } from '../mastodon/world.ts';
import { uniqueName } from '../temp.ts';
import type { Harness, StagedAccount } from './harness.ts';

// Below everything there is: as letters are to Mastodon, which takes them for zero.
const strange = (cursor: Cursor): Cursor => ({ ...cursor, newest: '0-no-such-id-anywhere' });

const channel = createMastodonChannel({ timing: quickTiming });

function accountAt(server: MastodonServer): StagedAccount {
  const { world, http } = server;
  const agent = world.person(uniqueName('shop').replace('-', '_'));
  const ana = world.person(uniqueName('ana').replace('-', '_'), {
    domain: 'customers.example',
    displayName: 'Ana Pereira',
  });
  const token = server.token(agent);
  const isPost = ({ method, url }: { readonly method: string; readonly url: URL }): boolean =>
    method === 'POST' && url.pathname === '/api/v1/statuses';
  const context = {
    address: `${agent.username}@${world.domain}`,
    settings: { instance: server.base },
    clock: systemClock,
    secrets: () => ({ kind: 'password', user: '', password: token }) as const,
    saveSecrets: () => Promise.resolve(),
    log: () => undefined,
  };
  return {
    context,
    stream: 'notifications',
    sentStream: 'statuses',
    customer: { name: 'Ana Pereira', address: ana.acct },
    open: () => channel.open(context),
    write: async (texts) => {
      // Whoever was answered goes on where they were answered, as every program for Mastodon does.
      const answered = [...world.statuses.values()].findLast(
        ({ author, mentions }) => author === agent && mentions.includes(ana),
      );
      const place = answered === undefined ? {} : { inReplyTo: answered, visibility: answered.visibility };
      for (const text of texts) world.write(ana, { text: `@${agent.username} ${text}`, ...place });
    },
    seed: async (count) => {
      for (let n = 1; n <= count; n += 1)
        world.write(ana, {
          text: `@${agent.username} history ${String(n)}`,
          at: 1_700_000_000_000 + n * 60_000,
        });
    },
    taken: async (attempt) => server.madeWith(attempt.clientId).length,
    throttle: () => http.throttle(),
    relent: () => http.relent(),
    knocks: () => http.knocks(),
    expire: async () => server.revoke(token),
    silence: () => http.silence(),
    loseVerdict: (when) => http.lose(when, isPost),
    strange,
  };
}

/** The Mastodon channel against an emulated server: Mastodon itself, or one that speaks its API and ignores idempotency keys. */
export const mastodonHarnessFor = (flavour: Flavour): Harness => ({
  kind: 'mastodon',
  without: [],
  start: async () => {
    // A test asks in seconds what a day of polling asks.
    const server = await MastodonServer.start({ flavour, requests: 1_000_000 });
    return {
      channel,
      newAccount: async () => {
        server.http.speak();
        return accountAt(server);
      },
      stop: () => server.stop(),
    };
  },
});

export const mastodonHarness: Harness = mastodonHarnessFor('mastodon');
