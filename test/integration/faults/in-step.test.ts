import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEmailChannel } from '#main/channels/email/channel.ts';
import { plainMail } from '#test/support/email-account.ts';
import { editOf } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import {
  addAccount,
  expectInStep,
  inStep,
  openHere,
  tell,
  truthOn,
  workspaceOf,
} from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { generateMailbox } from '#test/support/mailbox-generator/generate-mailbox.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { seedMails } from '#test/support/mailbox-generator/seed-mails.ts';
import { makeTempDirectory, uniqueName } from '#test/support/temp.ts';

/** Folders beside the inbox are looked at every two minutes; here every second. */
const channels = new Map([['email', createEmailChannel({ timeouts: { idle: 1_000 } })]]);

let server: MailServer;
let engine: TestEngine | null = null;
const folders: { readonly remove: () => void }[] = [];

beforeAll(async () => {
  server = await startMailServer();
});

afterEach(async () => {
  await engine?.close();
  engine = null;
});

let tried = 0;
afterEach(() => {
  tried += 1;
});

afterAll(async () => {
  tell(`faults tried: ${String(tried)} (what servers and other clients do to a mailbox)`);
  await server.stop();
  for (const folder of folders) folder.remove();
});

const newUser = (): string => `${uniqueName('help')}@shop.test`;

const fill = (user: string, count: number, seed = 5): void => {
  seedMails(server, user, [...generateMailbox({ seed, count, owner: user, until: new Date(), days: 30 })]);
};

async function open(user: string): Promise<TestEngine> {
  const folder = makeTempDirectory('in-step');
  folders.push(folder);
  engine = await openHere(folder.path, { channels });
  await addAccount(engine, server, user);
  await inStep(engine, patienceMs);
  await searchable(engine);
  return engine;
}

/** Ten thousand mails take half a minute on a quiet machine, and several on one that does other things beside. */
const patienceMs = 400_000;

/** Making mail searchable goes on in the background after an import. */
const searchable = (running: TestEngine): Promise<unknown> =>
  eventually(() => isCount(running, 'message WHERE indexed = 0', 0), {
    message: 'everything is searchable',
    withinMs: patienceMs,
  });

const isCount = (running: TestEngine, what: string, n: number): boolean =>
  workspaceOf(running).db.get<{ n: number }>(`SELECT count(*) AS n FROM ${what}`)?.n === n;

/** Everything about messages and conversations that nothing on a server may move, as text. */
const contentOf = (running: TestEngine, tables: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    tables.map((table) => [
      table,
      JSON.stringify(workspaceOf(running).db.all(`SELECT * FROM ${table} ORDER BY 1, 2`)),
    ]),
  );

const lasting = [
  'message',
  'message_text',
  'attachment',
  'conversation',
  'event',
  'thread_name',
  'customer',
  'draft',
];
const everything = [
  ...lasting,
  'location',
  'identity',
  'quarantine',
  'outbox',
  'conversation_tally',
  'location_tally',
  'remote_change',
];

/** Comes back after something happened on the server while nobody was connected. */
async function afterAway(running: TestEngine, happens: () => Promise<unknown>): Promise<TestEngine> {
  await running.engine.close();
  await happens();
  engine = await openHere(running.dir, { channels });
  await inStep(engine, patienceMs);
  return engine;
}

async function someDraft(running: TestEngine): Promise<void> {
  const { rows } = await running.ask('conversation.list', {
    query: { view: 'all', account: null },
    after: null,
    limit: 5,
  });
  const conversation = rows[0]?.id ?? null;
  const draft = await running.ask('draft.start', {
    conversation,
    message: null,
    mode: 'reply',
    account: null,
  });
  await running.ask('draft.save', { id: draft.id, edit: editOf(draft, { html: '<p>Half a sentence</p>' }) });
}

describe('staying in step with a server', () => {
  it('survives a new UIDVALIDITY with the same and with another order: no double, no loss, nothing moved, no notice', async () => {
    const user = newUser();
    fill(user, 150);
    let running = await open(user);
    await someDraft(running);
    const before = contentOf(running, lasting);
    for (const order of ['same', 'reversed'] as const) {
      running = await afterAway(running, () => server.resetUidValidity(user, 'INBOX', order));
      await expectInStep(running, user, await truthOn(server, user));
      expect(contentOf(running, lasting)).toEqual(before);
      expect(running.record.notices).toEqual([]);
    }
  });

  it('notices a new UIDVALIDITY while it is connected', async () => {
    const user = newUser();
    fill(user, 60);
    const running = await open(user);
    const before = contentOf(running, lasting);
    await server.resetUidValidity(user, 'INBOX');
    const truths = await truthOn(server, user);
    await eventually(
      async () => {
        await expectInStep(running, user, truths);
        return true;
      },
      { message: 'in step with the new numbering', withinMs: 60_000, everyMs: 250 },
    );
    expect(contentOf(running, lasting)).toEqual(before);
    expect(running.record.notices).toEqual([]);
  });

  it('stops after a bound where a server numbers its mail anew in every session, and says so', async () => {
    const user = newUser();
    fill(user, 30);
    let running = await open(user);
    const health = async () => (await running.ask('account.list', {})).accounts[0]?.health;
    let sessions = 0;
    for (; sessions < 8; sessions += 1) {
      await running.engine.close();
      await server.resetUidValidity(user, 'INBOX');
      running = await openHere(running.dir, { channels });
      engine = running;
      const now = await eventually(
        async () => {
          const state = await health();
          return state?.kind === 'listening' || state?.kind === 'failed' ? state : null;
        },
        { message: 'in step or not', withinMs: 60_000 },
      );
      if (now.kind === 'failed') {
        expect(now.failure).toMatchObject({ kind: 'protocol', said: 'UIDVALIDITY' });
        break;
      }
    }
    tell(`gave up in session ${String(sessions + 1)}`);
    expect(sessions).toBeLessThan(8);
    expect(workspaceOf(running).db.get('SELECT count(*) AS n FROM message')).toEqual({ n: 30 });
  });

  it('follows mail that another client moves, copies and deletes, while connected and while away', async () => {
    const user = newUser();
    fill(user, 150);
    let running = await open(user);
    await someDraft(running);
    const before = contentOf(running, lasting);
    const uids = (await server.messages(user, 'INBOX')).map(({ uid }) => uid);
    const part = (from: number, count: number): readonly number[] => uids.slice(from, from + count);
    await server.move(user, 'INBOX', 'Archive', part(0, 10));
    await server.copy(user, 'INBOX', 'Archive', part(10, 5));
    await server.expunge(user, 'INBOX', part(20, 5));
    const truths = await truthOn(server, user);
    await eventually(
      async () => {
        await expectInStep(running, user, truths, { unique: false });
        return true;
      },
      { message: 'in step while connected', withinMs: 60_000, everyMs: 250 },
    );
    running = await afterAway(running, async () => {
      await server.move(user, 'INBOX', 'Archive', part(30, 10));
      await server.expunge(user, 'Archive', 'all');
      await server.expunge(user, 'INBOX', part(45, 5));
    });
    await expectInStep(running, user, await truthOn(server, user), { unique: false });
    // What is deleted there stays here: it is the history of a conversation.
    expect(contentOf(running, lasting)).toEqual(before);
    expect(running.record.notices).toEqual([]);
  });

  it('does not take back in what comes back on the server', async () => {
    const user = newUser();
    fill(user, 40);
    let running = await open(user);
    const before = contentOf(running, lasting);
    const inbox = await server.messages(user, 'INBOX');
    running = await afterAway(running, () => server.expunge(user, 'INBOX', 'all'));
    running = await afterAway(running, async () => {
      server.seed(
        user,
        'INBOX',
        inbox.map(({ raw, flags }) => ({ raw, flags })),
      );
    });
    await expectInStep(running, user, await truthOn(server, user));
    expect(contentOf(running, lasting)).toEqual(before);
    expect(running.record.notices).toEqual([]);
  });

  it('takes 10,000 changed flags in one sync', async () => {
    const user = newUser();
    const count = 10_000;
    server.seed(
      user,
      'INBOX',
      Array.from({ length: count }, (_, n) => ({ raw: plainMail(n, user, 72) })),
    );
    let running = await open(user);
    const unread = (): unknown => workspaceOf(running).db.get('SELECT sum(unread) AS n FROM conversation');
    expect(unread()).toEqual({ n: count });
    const began = performance.now();
    running = await afterAway(running, () => server.addFlags(user, 'INBOX', 'all', ['\\Seen']));
    tell(`10,000 flags: ${String(Math.round(performance.now() - began))} ms with the server's own work`);
    expect(unread()).toEqual({ n: 0 });
    expect(workspaceOf(running).db.get('SELECT sum(seen) AS n FROM location')).toEqual({ n: count });
    expect(workspaceOf(running).db.get('SELECT sum(seen) AS n FROM message')).toEqual({ n: count });
    expect(running.record.notices).toEqual([]);
  }, 1_500_000);

  it('writes nothing and says nothing when there is nothing new', async () => {
    const user = newUser();
    fill(user, 120);
    const running = await open(user);
    const { accounts } = await running.ask('account.list', {});
    const id = accounts[0]?.id;
    if (id === undefined) throw new Error('no account');
    const before = contentOf(running, everything);
    const told: string[] = [];
    running.engine.onEvent((event) => {
      if (event.event === 'changed') told.push(...event.topics.map(({ topic }) => topic));
      else told.push(event.event);
    });
    for (let round = 0; round < 4; round += 1) {
      // What the import had still to tell is told by the end of the first round.
      if (round === 1) told.length = 0;
      const since = (await running.ask('account.list', {})).accounts[0]?.health;
      await running.ask('account.repair', { id });
      await eventually(
        async () => {
          const now = (await running.ask('account.list', {})).accounts[0]?.health;
          return now?.kind === 'listening' && JSON.stringify(now) !== JSON.stringify(since);
        },
        { message: 'looked at everything again', withinMs: 60_000 },
      );
    }
    expect(contentOf(running, everything)).toEqual(before);
    // The time of the last look is shown; nothing else has changed.
    expect(told.filter((topic) => topic !== 'accounts')).toEqual([]);
    const again = await afterAway(running, async () => undefined);
    expect(contentOf(again, everything)).toEqual(before);
  });

  it('has one message of one mail that comes 100 times, on import and live', async () => {
    const user = newUser();
    const mail = letter({
      from: 'carol@customer.test',
      to: user,
      subject: 'Hello?',
      text: 'Is anybody there?',
      date: new Date(),
    });
    server.seed(
      user,
      'INBOX',
      Array.from({ length: 50 }, () => ({ raw: mail })),
    );
    const running = await open(user);
    server.seed(
      user,
      'INBOX',
      Array.from({ length: 50 }, () => ({ raw: mail })),
    );
    const truths = await truthOn(server, user);
    await eventually(
      async () => {
        await expectInStep(running, user, truths);
        return true;
      },
      { message: 'all hundred have their place', withinMs: 60_000, everyMs: 250 },
    );
    expect(workspaceOf(running).db.get('SELECT count(*) AS n FROM message')).toEqual({ n: 1 });
    expect(
      workspaceOf(running).db.get(`SELECT count(*) AS n FROM event WHERE kind = 'message.received'`),
    ).toEqual({ n: 1 });
    expect(running.record.notices).toEqual([]);
  });
});
