import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestMastodonAccount } from '#test/support/mastodon/account.ts';
import { MastodonServer } from '#test/support/mastodon/mastodon-server.ts';
import type { Person } from '#test/support/mastodon/person.ts';
import type { World } from '#test/support/mastodon/world.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';
import type { AccountId } from '#shared/kit/brand.ts';

const minute = 60_000;

let server: MastodonServer;
let world: World;
let shop: Person;
let ana: Person;
let ben: Person;
let account: TestMastodonAccount;
let workspace: TestWorkspace;
let id: AccountId;

beforeEach(async () => {
  workspace = makeWorkspace();
  server = await MastodonServer.start({ now: () => workspace.clock.now });
  ({ world } = server);
  shop = world.person('shop');
  ana = world.person('ana', { domain: 'customers.example', displayName: 'Ana Pereira' });
  ben = world.person('ben');
  account = new TestMastodonAccount(server, shop);
  id = workspace.addAccount(account.own.address, ['notifications', 'statuses']);
  // The first import is over, so that what comes is news.
  await take('notifications');
  await take('statuses');
});

afterEach(async () => {
  await server.stop();
  workspace.close();
});

/** Brings what is new in a stream into the store, as the engine does. */
async function take(stream: 'notifications' | 'statuses', check = false): Promise<void> {
  const role = stream === 'statuses' ? 'sent' : 'inbox';
  const { items } = await account.pull(stream, { check });
  workspace.ingest({
    account: id,
    channel: 'mastodon',
    stream,
    role,
    own: [account.own.address],
    next: account.cursors.get(stream) ?? null,
    items: items.map((item) => ({ ...item, result: account.understand(item, role) })),
  });
}

const later = (ms = minute): void => {
  workspace.clock.now += ms;
};

const conversations = () =>
  workspace.reader.all<{
    messages: number;
    turn: string;
    waiting_since: number | null;
    customer_address: string;
    unread: number;
  }>('SELECT messages, turn, waiting_since, customer_address, unread FROM conversation ORDER BY num');

describe('Mastodon in the inbox', () => {
  it('lets whoever speaks to us be the customer, and nobody wait for what was said to others', async () => {
    const root = world.write(ben, { text: 'The shop never answers' });
    later();
    const step = world.write(ben, { text: 'Never, I say', inReplyTo: root });
    later();
    world.write(ana, { text: '@ben have you asked @shop?', inReplyTo: step });
    await take('notifications');
    expect(conversations()).toEqual([
      {
        messages: 3,
        turn: 'ours',
        waiting_since: present + 2 * minute,
        customer_address: 'ana@customers.example',
        unread: 1,
      },
    ]);
  });

  it('puts public thread, answer from the phone and edit into one conversation', async () => {
    const root = world.write(ana, { text: '@shop my order 4711?' });
    await take('notifications');
    later();
    world.write(shop, { text: '@ana@customers.example it left', inReplyTo: root });
    world.edit(root, '@shop my order 4712?');
    await take('statuses');
    await take('notifications', true);
    expect(conversations()).toMatchObject([{ messages: 2, turn: 'theirs', waiting_since: null }]);
    const texts = workspace.reader.all<{ text: string }>(
      'SELECT t.text FROM message m JOIN message_text t ON t.seq = m.seq ORDER BY m.at',
    );
    expect(texts.map(({ text }) => text)).toEqual(['@shop@social.example my order 4712?', 'it left']);
  });

  it('keeps what was taken back, and says so', async () => {
    const root = world.write(ana, { text: '@shop oops' });
    await take('notifications');
    later();
    world.remove(root);
    await take('notifications', true);
    expect(workspace.reader.all<{ removed_at: number | null }>('SELECT removed_at FROM message')).toEqual([
      { removed_at: present + minute },
    ]);
  });

  it('opens one conversation for each matter of the same customer', async () => {
    world.write(ana, { text: '@shop one' });
    later();
    world.write(ana, { text: '@shop two', visibility: 'direct' });
    await take('notifications');
    expect(conversations()).toHaveLength(2);
  });
});
