import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMastodonChannel } from '#main/channels/mastodon/channel.ts';
import type { AccountRow } from '#shared/contract/accounts.ts';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { quickTiming } from '#test/support/mastodon/account.ts';
import { MastodonServer } from '#test/support/mastodon/mastodon-server.ts';
import type { Person } from '#test/support/mastodon/person.ts';
import { TestClock } from '#test/support/test-clock.ts';

let server: MastodonServer;
let shop: Person;
let ana: Person;
let engine: TestEngine;
const clock = new TestClock(Date.now());

beforeEach(async () => {
  server = await MastodonServer.start({ now: clock.now });
  shop = server.world.person('shop');
  ana = server.world.person('ana', { domain: 'customers.example', displayName: 'Ana Pereira' });
  engine = await startEngine({
    clock,
    channels: new Map([['mastodon', createMastodonChannel({ timing: quickTiming })]]),
  });
});

afterEach(async () => {
  await engine.close();
  await server.stop();
});

const account = async (): Promise<AccountRow> => {
  const [row] = (await engine.ask('account.list', {})).accounts;
  if (row === undefined) throw new Error('no account');
  return row;
};

/** Both streams are asked so many times more. */
const lookedAgain = async (times: number): Promise<void> => {
  const before = server.http.requests.length;
  await eventually(() => server.http.requests.length >= before + 2 * times, { message: 'looks for news' });
};

const unindexed = (): number | undefined =>
  engine.engine
    .workspace()
    ?.db.get<{ count: number }>('SELECT count(*) AS count FROM message WHERE indexed = 0')?.count;

const connect = async (): Promise<void> => {
  server.world.write(ana, { text: '@shop Where is my order?' });
  await engine.ask('account.add', {
    kind: 'mastodon',
    address: '',
    senderName: 'The shop',
    settings: { instance: server.base },
    credential: { kind: 'password', password: server.token(shop) },
  });
  await eventually(async () => (await account()).health.kind === 'listening', { message: 'the import' });
  await eventually(() => unindexed() === 0, { message: 'the index' });
  await lookedAgain(2);
};

/** Changes whenever another connection has committed something (sqlite.org/pragma.html#pragma_data_version). */
const commits = (): unknown => engine.engine.workspace()?.db.get('PRAGMA data_version');

const removedAt = (): number | null =>
  engine.engine.workspace()?.db.get<{ removed_at: number | null }>('SELECT removed_at FROM message')
    ?.removed_at ?? null;

describe('an account at which nothing happens', () => {
  it('is looked at without anything being written or told, and says when that was', async () => {
    await connect();
    const before = commits();
    let told = 0;
    engine.engine.onEvent(() => (told += 1));
    clock.pass(30_000);
    await lookedAgain(3);
    expect(commits()).toEqual(before);
    expect(told).toBe(0);
    const { streams, health } = await account();
    expect(health).toEqual({ kind: 'listening', lastCheckedAt: clock.now() });
    expect(streams.map(({ lastCheckedAt }) => lastCheckedAt)).toEqual([clock.now(), clock.now()]);
  });

  it('is checked for what no list tells, however often it is asked for news', async () => {
    await connect();
    const [asked] = server.world.statuses.values();
    if (asked === undefined) throw new Error('no question');
    server.world.remove(asked);
    await lookedAgain(3);
    expect(removedAt()).toBeNull();
    clock.pass(5 * 60_000);
    await eventually(() => removedAt() !== null, { message: 'the removal' });
  });
});
