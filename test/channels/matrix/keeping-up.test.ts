import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { Reader, accountOf, forever } from '#test/support/matrix/account.ts';
import type { MatrixAccount } from '#test/support/matrix/account.ts';
import { EmulatedHomeserver } from '#test/support/matrix/homeserver.ts';
import type { StoredRoom } from '#test/support/matrix/world.ts';
import { uniqueName } from '#test/support/temp.ts';

let server: EmulatedHomeserver;
const accounts: MatrixAccount[] = [];

beforeAll(async () => {
  server = await EmulatedHomeserver.start();
});
afterEach(async () => {
  server.habits.largestPage = 1_000;
  server.http.speak();
  await Promise.all(accounts.splice(0).map((account) => account.closeAll()));
});
afterAll(() => server.stop());

type Scene = { readonly account: MatrixAccount; readonly ana: string; readonly reader: Reader };

function scene(): Scene {
  const own = server.person(uniqueName('agent'), 'Agent');
  const ana = server.person(uniqueName('ana'), 'Ana Pereira');
  const account = accountOf(server, own);
  accounts.push(account);
  return { account, ana, reader: new Reader(account) };
}

const sayMany = (room: StoredRoom, from: string, count: number, what: string): readonly string[] => {
  const texts = Array.from({ length: count }, (_, n) => `${what} ${String(n)}`);
  for (const text of texts) server.say(room, from, text);
  return texts;
};

const sizeOf = (reader: Reader): number => JSON.stringify(reader.cursor).length;

describe('after a long time away', () => {
  it('brings everything that a limited sync leaves out, page by page, and nothing of what was there before', async () => {
    const { account, ana, reader } = scene();
    const room = server.direct(ana, [account.own]);
    sayMany(room, ana, 30, 'before');
    await reader.catchUp(account.open());
    const known = reader.items.length;
    const texts = sayMany(room, ana, 333, 'meanwhile');
    server.habits.largestPage = 17;
    await reader.catchUp(account.open());
    expect(reader.texts()).toEqual(expect.arrayContaining([...texts]));
    expect(reader.texts()).toHaveLength(363);
    expect(reader.items.length - known).toBe(333);
  });

  it('keeps its place short, however many rooms have gaps', async () => {
    const { account, ana, reader } = scene();
    const rooms = Array.from({ length: 60 }, () => server.direct(ana, [account.own]));
    await reader.catchUp(account.open());
    const texts = rooms.flatMap((room, n) => sayMany(room, ana, 55, `room ${String(n)} word`));
    const session = account.open();
    for (let more = true; more;) {
      const batch = await session.pull(
        'rooms',
        reader.cursor,
        { maxItems: 256, maxBytes: 16 * 1024 * 1024, check: false },
        forever(),
      );
      expect(batch.items.length).toBeLessThanOrEqual(256);
      expect(JSON.stringify(batch.next).length).toBeLessThan(4_000);
      reader.items.push(...batch.items);
      reader.cursor = batch.next;
      more = batch.more;
    }
    const said = new Set(
      reader.items.map(({ bytes }) => /"body":"([^"]*)"/.exec(Buffer.from(bytes).toString('utf8'))?.[1]),
    );
    expect(texts.filter((text) => !said.has(text))).toEqual([]);
  });

  it('loses nothing when it is ended between the fetch and the commit of a gap', async () => {
    const { account, ana, reader } = scene();
    const room = server.direct(ana, [account.own]);
    await reader.catchUp(account.open());
    const texts = sayMany(room, ana, 120, 'gap');
    for (let more = true; more;) {
      const limits = { maxItems: 20, maxBytes: 16 * 1024 * 1024, check: false };
      const lost = account.open();
      await lost.pull('rooms', reader.cursor, limits, forever());
      await lost.close();
      // What a thread of the past had fetched is gone; only the cursor that was saved counts.
      const batch = await account.open().pull('rooms', reader.cursor, limits, forever());
      reader.items.push(...batch.items);
      reader.cursor = batch.next;
      more = batch.more;
    }
    const bytes = reader.items.map((item) => Buffer.from(item.bytes).toString('utf8'));
    expect(texts.filter((text) => !bytes.some((one) => one.includes(`"${text}"`)))).toEqual([]);
  });

  it('tells everything again by identity when the server has forgotten its points in time, in the middle of an import', async () => {
    const { account, ana, reader } = scene();
    const room = server.direct(ana, [account.own]);
    const texts = sayMany(room, ana, 100, 'old');
    const first = await account
      .open()
      .pull('rooms', null, { maxItems: 20, maxBytes: 16 * 1024 * 1024, check: false }, forever());
    reader.cursor = first.next;
    server.forgetPoints();
    await reader.catchUp(account.open(), 20);
    expect(reader.texts()).toEqual(expect.arrayContaining([...texts]));
  });

  it('brings the last words of a room that we were put out of', async () => {
    const { account, ana, reader } = scene();
    const room = server.direct(ana, [account.own]);
    await reader.catchUp(account.open());
    const texts = sayMany(room, ana, 70, 'farewell');
    server.world.member(room, account.own, 'leave', ana);
    server.say(room, ana, 'not for you');
    await reader.catchUp(account.open());
    expect([...reader.texts()].sort()).toEqual([...texts].sort());
  });
});

describe('our own words', () => {
  it('do not make us read a room again', async () => {
    const { account, ana, reader } = scene();
    server.world.skew = -3_600_000;
    const room = server.direct(ana, [account.own]);
    server.world.skew = 0;
    sayMany(room, ana, 30, 'before');
    await reader.catchUp(account.open());
    const known = reader.items.length;
    sayMany(room, account.own, 70, 'ours');
    await reader.catchUp(account.open());
    expect(reader.items.length - known).toBe(70);
  });
});

describe('a customer who opens a chat', () => {
  it('is answered by coming in, and what they said before is here', async () => {
    const { account, ana, reader } = scene();
    await reader.catchUp(account.open());
    const room = server.direct(ana, [account.own], { joined: false });
    const texts = sayMany(room, ana, 80, 'hello');
    await reader.catchUp(account.open());
    expect(server.world.membership(room, account.own)).toBe('join');
    expect([...reader.texts()].sort()).toEqual([...texts].sort());
    expect(server.world.people.get(account.own)?.accountData.get('m.direct')).toEqual({ [ana]: [room.id] });
  });

  it('is not kept waiting for ever when their server does not answer at first', async () => {
    const { account, ana, reader } = scene();
    await reader.catchUp(account.open());
    const room = server.direct(ana, [account.own], { joined: false });
    server.http.lose('not-taken', ({ url }) => url.pathname.includes('/join/'));
    await reader.catchUp(account.open());
    expect(server.world.membership(room, account.own)).toBe('invite');
    await eventually(
      async () => {
        await reader.catchUp(account.open());
        return server.world.membership(room, account.own) === 'join';
      },
      { message: 'we are in the room', everyMs: 100 },
    );
  });

  it('is not drowned in a flood of invitations, and our place stays short', async () => {
    const { account, ana, reader } = scene();
    await reader.catchUp(account.open());
    const rooms = Array.from({ length: 100 }, () => server.direct(ana, [account.own], { joined: false }));
    for (let turn = 0; turn < 40; turn += 1) await reader.catchUp(account.open());
    const joined = rooms.filter((room) => server.world.membership(room, account.own) === 'join');
    expect(joined.length).toBeGreaterThanOrEqual(1);
    expect(joined.length).toBeLessThanOrEqual(20);
    expect(sizeOf(reader)).toBeLessThan(4_000);
  });

  it('leaves invitations to other rooms and to spaces as they are', async () => {
    const { account, ana, reader } = scene();
    await reader.catchUp(account.open());
    const { world } = server;
    const group = world.newRoom();
    world.add(group, ana, 'm.room.create', {}, { state_key: '' });
    world.member(group, ana, 'join');
    world.member(group, account.own, 'invite', ana);
    const space = world.newRoom();
    world.add(space, ana, 'm.room.create', { type: 'm.space' }, { state_key: '' });
    world.member(space, ana, 'join');
    world.member(space, account.own, 'invite', ana, { is_direct: true });
    await reader.catchUp(account.open());
    expect([group, space].map((room) => world.membership(room, account.own))).toEqual(['invite', 'invite']);
  });
});

describe('listening', () => {
  it('hints within a moment of a message, an invitation and a receipt', async () => {
    const { account, ana, reader } = scene();
    const room = server.direct(ana, [account.own]);
    const session = account.open();
    await reader.catchUp(session);
    const stop = new AbortController();
    let hints = 0;
    const listening = session
      .listen(['rooms'], () => (hints += 1), stop.signal)
      .catch((error: unknown) => error);
    const happenings = [
      () => server.say(room, ana, 'hello'),
      () => server.direct(ana, [account.own], { joined: false }),
      () => server.world.receipt(room, ana, 'm.read', room.events[0]?.event_id ?? ''),
    ];
    for (const happen of happenings) {
      await eventually(
        () =>
          server.http.requests.some(
            ({ url }) => url.searchParams.get('timeout') !== '0' && url.pathname.endsWith('/sync'),
          ),
        { message: 'a poll' },
      );
      const before = hints;
      happen();
      await eventually(() => hints > before, { message: 'a hint', withinMs: 60_000 });
    }
    stop.abort();
    await listening;
  });
});
