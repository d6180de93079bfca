import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StreamChange } from '#main/channels/kit/channel.ts';
import { accountOn, digestsOn, FolderMirror, plainMail } from '#test/support/email-account.ts';
import type { TestAccount } from '#test/support/email-account.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { startSpokenLine } from '#test/support/mail-server/spoken-line.ts';
import type { SpokenLine } from '#test/support/mail-server/spoken-line.ts';
import { uniqueName } from '#test/support/temp.ts';

const minute = 60_000;
const hour = 60 * minute;

let server: MailServer;
let withoutVanished: MailServer;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [server, withoutVanished] = await Promise.all([
    startMailServer({ smtp: 'none' }),
    startMailServer({ smtp: 'none', withoutExtensions: ['QRESYNC'] }),
  ]);
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

afterAll(async () => {
  await Promise.all([server.stop(), withoutVanished.stop()]);
});

/** A mailbox of so many mails that is here in full and whose marks have been compared, and what is said from then on. */
type Place = {
  readonly user: string;
  readonly line: SpokenLine;
  readonly mirror: FolderMirror;
  /** Signs in anew, looks as a new connection does, and answers what was told. */
  readonly look: () => Promise<readonly StreamChange[]>;
  /** Lets time pass. */
  readonly pass: (ms: number) => void;
};

const changesIn = (mirror: FolderMirror, from: number): readonly StreamChange[] =>
  mirror.batches.slice(from).flatMap(({ changes }) => changes);

async function placeOf(count: number, on: MailServer, retell?: (said: string) => string): Promise<Place> {
  const user = `${uniqueName('agent')}@shop.test`;
  on.seed(
    user,
    'INBOX',
    Array.from({ length: count }, (_, at) => ({
      raw: plainMail(at),
      flags: [...(at % 3 === 0 ? [] : ['\\Seen']), ...(at % 4 === 0 ? ['\\Answered'] : [])],
    })),
  );
  const line = await startSpokenLine(on.imap.port, retell);
  let passed = 0;
  const clock = { now: () => Date.now() + passed, monotonic: () => performance.now() + passed };
  const account: TestAccount = accountOn(on, user, {
    settings: { imapPort: line.port, imapSecurity: 'plain' },
    clock,
  });
  ends.push(async () => {
    await account.closeAll();
    await line.stop();
  });
  const mirror = new FolderMirror('INBOX');
  const look = async (): Promise<readonly StreamChange[]> => {
    const from = mirror.batches.length;
    line.forget();
    const session = account.open();
    await mirror.catchUp(session, { check: true });
    await session.close();
    return changesIn(mirror, from);
  };
  await look();
  await look();
  return {
    user,
    line,
    mirror,
    look,
    pass: (ms) => {
      passed += ms;
    },
  };
}

/** What is said once the connection is set up. */
const work = ({ line }: Place): readonly string[] =>
  line.commands().filter((said) => !/^(?:ID|AUTHENTICATE|NAMESPACE|ENABLE|LIST|LSUB|LOGOUT)\b/.test(said));

/** Requests for the flags of mails of which it is not known that they changed. */
const pullsOfFlags = (place: Place): readonly string[] =>
  work(place).filter((said) => /FETCH .*FLAGS/.test(said) && !/CHANGEDSINCE|BODY\.PEEK/.test(said));

const marksHere = ({ mirror }: Place) =>
  [...mirror.mails]
    .map(([key, { seen, answered }]) => ({ uid: Number(key.split(':')[1]), seen, answered }))
    .sort((a, b) => a.uid - b.uid);

const marksOn = async (on: MailServer, { user }: Place) =>
  (await on.messages(user, 'INBOX')).map(({ uid, flags }) => ({
    uid,
    seen: flags.includes('\\Seen'),
    answered: flags.includes('\\Answered'),
  }));

describe('a new connection to a mailbox with mod-sequences', () => {
  it('opens the folder and asks for nothing else where nothing changed', async () => {
    const place = await placeOf(700, server);
    expect(await place.look()).toEqual([]);
    expect(work(place)).toEqual(['EXAMINE INBOX']);
  });

  it('asks for the changed flags alone', async () => {
    const place = await placeOf(700, server);
    await server.addFlags(place.user, 'INBOX', [4, 300], ['\\Seen', '\\Answered']);
    await server.removeFlags(place.user, 'INBOX', [2], ['\\Seen']);
    expect(await place.look()).toHaveLength(3);
    expect(pullsOfFlags(place)).toEqual([]);
    expect(marksHere(place)).toEqual(await marksOn(server, place));
  });

  it('hears of what was deleted, and of what changed beside it', async () => {
    const place = await placeOf(700, server);
    await server.expunge(place.user, 'INBOX', [1, 350, 700]);
    await server.addFlags(place.user, 'INBOX', [351], ['\\Answered']);
    const told = await place.look();
    expect(told.map(({ kind }) => kind).sort()).toEqual(['flags', 'gone', 'gone', 'gone']);
    expect(work(place)).toHaveLength(2);
    expect(marksHere(place)).toEqual(await marksOn(server, place));
    expect(place.mirror.digests()).toEqual(await digestsOn(server, place.user, 'INBOX'));
  });

  it('lists what is left where the server does not say what was deleted', async () => {
    const place = await placeOf(700, withoutVanished);
    await withoutVanished.expunge(place.user, 'INBOX', [1, 350, 700]);
    await withoutVanished.addFlags(place.user, 'INBOX', [351], ['\\Answered']);
    await place.look();
    expect(pullsOfFlags(place)).toEqual([]);
    expect(work(place).filter((said) => said.startsWith('UID SEARCH'))).toEqual([
      'UID SEARCH RETURN (ALL) UID 1:700',
    ]);
    expect(marksHere(place)).toEqual(await marksOn(withoutVanished, place));
  });

  it('compares all marks by two searches, at first after a quarter of an hour and then ever more seldom', async () => {
    const place = await placeOf(700, server);
    const looksWithSearches: number[] = [];
    for (let quarter = 1; quarter <= 16; quarter += 1) {
      place.pass(15 * minute);
      expect(await place.look()).toEqual([]);
      if (work(place).some((said) => said.includes('SEARCH'))) looksWithSearches.push(quarter);
    }
    expect(looksWithSearches).toEqual([1, 3, 7, 15]);
  });

  it('lists the messages once a day as well', async () => {
    const place = await placeOf(700, server);
    place.pass(25 * hour);
    const told = await place.look();
    expect(told.map(({ kind }) => kind)).toEqual(['present']);
    expect(pullsOfFlags(place)).toEqual([]);
    expect(place.mirror.mails.size).toBe(700);
  });

  it('takes in the marks of a large folder in parts', async () => {
    const place = await placeOf(10_000, server);
    const parts = place.mirror.batches
      .map(({ changes }) => changes.filter(({ kind }) => kind === 'flags').length)
      .filter((count) => count > 0);
    expect(parts.reduce((sum, count) => sum + count, 0)).toBe(10_000);
    expect(Math.max(...parts)).toBeLessThan(9_000);
    expect(marksHere(place)).toEqual(await marksOn(server, place));
  });
});

describe('a server whose mod-sequence stands still', () => {
  const still = (said: string): string => said.replace(/HIGHESTMODSEQ \d+/g, 'HIGHESTMODSEQ 5');

  it('is found out within a quarter of an hour, and not believed for longer afterwards', async () => {
    const place = await placeOf(700, server, still);
    await server.addFlags(place.user, 'INBOX', [3, 4], ['\\Seen', '\\Answered']);
    expect(await place.look()).toEqual([]);
    place.pass(16 * minute);
    await place.look();
    expect(marksHere(place)).toEqual(await marksOn(server, place));
    await server.removeFlags(place.user, 'INBOX', [4], ['\\Seen']);
    place.pass(16 * minute);
    await place.look();
    expect(marksHere(place)).toEqual(await marksOn(server, place));
    expect(pullsOfFlags(place)).toEqual([]);
  });

  it('cannot hide a deletion, because the number of messages tells of it', async () => {
    const place = await placeOf(700, server, still);
    await server.expunge(place.user, 'INBOX', [10]);
    await place.look();
    expect(place.mirror.mails.size).toBe(699);
    expect(pullsOfFlags(place)).toEqual([]);
  });

  it('cannot make a change that was told and taken back unheard stay', async () => {
    let isStill = false;
    const place = await placeOf(700, server, (said) => (isStill ? still(said) : said));
    await server.addFlags(place.user, 'INBOX', [3], ['\\Answered']);
    await place.look();
    await server.removeFlags(place.user, 'INBOX', [3], ['\\Answered']);
    isStill = true;
    place.pass(16 * minute);
    await place.look();
    expect(marksHere(place)).toEqual(await marksOn(server, place));
  });
});

describe('a folder without mod-sequences on a server that has them', () => {
  const none = (said: string): string => said.replace(/\[HIGHESTMODSEQ \d+\][^\r]*/g, '[NOMODSEQ] None.');

  it('is compared by searches every quarter of an hour, and its newest mails at every look', async () => {
    const place = await placeOf(700, server, none);
    await server.addFlags(place.user, 'INBOX', [4, 690], ['\\Answered', '\\Seen']);
    place.pass(minute);
    const soon = await place.look();
    expect(soon).toContainEqual(expect.objectContaining({ kind: 'flags', answered: true, seen: true }));
    expect(marksHere(place).find(({ uid }) => uid === 690)).toMatchObject({ answered: true });
    for (const said of pullsOfFlags(place)) expect(said).toMatch(/^FETCH 401:\* /);
    place.pass(15 * minute);
    await place.look();
    expect(marksHere(place)).toEqual(await marksOn(server, place));
    for (const said of pullsOfFlags(place)) expect(said).toMatch(/^FETCH 401:\* /);
  });
});
