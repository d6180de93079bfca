import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AccountId } from '#shared/kit/brand.ts';
import { settingsFor } from '#test/support/email-account.ts';
import { editOf, startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually, stays, within } from '#test/support/eventually.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { generateMailbox } from '#test/support/mailbox-generator/generate-mailbox.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { seedMails } from '#test/support/mailbox-generator/seed-mails.ts';
import { makeTempDirectory, uniqueName } from '#test/support/temp.ts';

let server: MailServer;
let started: TestEngine | null = null;

/** The engine of the test at hand; it ends with the test. */
const start = async (options: Parameters<typeof startEngine>[0] = {}): Promise<TestEngine> => {
  started = await startEngine(options);
  return started;
};

beforeAll(async () => {
  server = await startMailServer({ smtp: 'scripted' });
});

afterEach(async () => {
  await started?.close();
  started = null;
});

afterAll(async () => {
  await server.stop();
});

const newAddress = (): string => `${uniqueName('help')}@shop.test`;

async function connect(engine: TestEngine, address: string): Promise<AccountId> {
  const { id } = await engine.ask('account.add', {
    kind: 'email',
    address,
    senderName: 'The shop',
    settings: settingsFor(server),
    credential: { kind: 'password', password: server.password },
  });
  return id;
}

const inStep = (engine: TestEngine, withinMs = 60_000): Promise<unknown> =>
  eventually(
    async () => {
      const { accounts } = await engine.ask('account.list', {});
      return accounts.every(({ health }) => health.kind === 'listening');
    },
    { message: 'every account is in step', withinMs },
  );

const rows = async (engine: TestEngine) =>
  (await engine.ask('conversation.list', { query: { view: 'all', account: null }, after: null, limit: 200 }))
    .rows;

describe('the journey of a mail', () => {
  it('imports years of mail, shows a new one within 5 seconds, sends the answer once and joins what comes back', async () => {
    const address = newAddress();
    const customer = `${uniqueName('carol')}@customer.test`;
    seedMails(server, address, [...generateMailbox({ seed: 7, count: 2_000, owner: address })]);
    const folder = makeTempDirectory('journey');
    let running = await start({ workspaceDir: folder.path });
    await connect(running, address);
    await inStep(running);

    const { accounts } = await running.ask('account.list', {});
    for (const stream of accounts[0]?.streams.filter(({ chosen }) => chosen) ?? []) {
      expect({ name: stream.name, here: stream.here }).toEqual({ name: stream.name, here: stream.onServer });
    }
    expect(running.record.notices).toEqual([]);

    await server.deliver(
      address,
      letter({
        from: `Carol <${customer}>`,
        to: address,
        subject: 'Where is it?',
        text: 'Where is my parcel?',
        date: new Date(),
      }),
    );
    const row = await eventually(
      async () => (await rows(running)).find((one) => one.customer.address === customer),
      { message: 'the new mail is in the list', withinMs: 5_000 },
    );
    await eventually(() => running.record.notices.length === 1, { message: 'one notice' });

    await running.ask('app.setPreferences', { change: { undoSeconds: 0 } });
    const draft = await running.ask('draft.start', {
      conversation: row.id,
      message: null,
      mode: 'reply',
      account: null,
    });
    await running.ask('draft.save', {
      id: draft.id,
      edit: editOf(draft, { html: '<p>It arrives <b>today</b>.</p>' }),
    });
    const { rev } = await running.ask('conversation.get', { id: row.id });
    await running.ask('draft.send', { id: draft.id, seenRev: rev, resolve: false });

    const [received] = await eventually(
      async () => {
        const inbox = await server.messages(customer, 'INBOX');
        return inbox.length > 0 ? inbox : null;
      },
      { message: "the answer is in the customer's mailbox", withinMs: 60_000 },
    );
    const raw = received?.raw.toString('latin1') ?? '';
    expect(raw).toMatch(/^In-Reply-To: </m);
    expect(raw).toMatch(/^References: </m);
    expect(raw).toMatch(/^Subject: Re: Where is it\?/m);
    expect(raw).not.toMatch(/^Bcc:/im);
    expect(raw).toContain('Where is my parcel?');
    const sentId = /^Message-ID: (<.*>)/im.exec(raw)?.[1] ?? '';

    await eventually(
      async () =>
        (await server.messages(address, 'Sent')).filter(({ raw: sent }) => sent.includes(sentId)).length ===
        1,
      { message: 'one copy is in Sent', withinMs: 60_000 },
    );

    await server.deliver(
      address,
      letter({
        from: `Carol <${customer}>`,
        to: address,
        subject: 'Re: Where is it?',
        text: 'Thank you!',
        date: new Date(),
        inReplyTo: sentId,
        references: [sentId],
      }),
    );
    await eventually(async () => (await running.ask('conversation.get', { id: row.id })).messages === 3, {
      message: "the customer's answer joins",
      withinMs: 60_000,
    });
    const before = await rows(running);

    running = await running.restart();
    started = running;
    await inStep(running);
    expect(await rows(running)).toEqual(before);
    expect(
      (await server.messages(address, 'Sent')).filter(({ raw: sent }) => sent.includes(sentId)),
    ).toHaveLength(1);
    expect(await server.messages(customer, 'INBOX')).toHaveLength(1);
  });

  it('says in words-ready data what is wrong with a password, and mends it by reconnecting', async () => {
    const address = newAddress();
    const running = await start();
    const answer = await running.engine.call('account.add', {
      kind: 'email',
      address,
      senderName: '',
      settings: settingsFor(server),
      credential: { kind: 'password', password: 'wrong' },
    });
    expect(answer).toMatchObject({
      ok: false,
      failure: { kind: 'cannot-connect', failure: { kind: 'password-refused' } },
    });
    const id = await connect(running, address);
    await inStep(running);
    server.setPassword(address, 'changed');
    await server.restart();
    await running.ask('account.repair', { id });
    await eventually(
      async () => {
        const { accounts } = await running.ask('account.list', {});
        return (
          accounts[0]?.health.kind === 'failed' && accounts[0].health.failure.kind === 'password-refused'
        );
      },
      { message: 'the password is known to be refused', withinMs: 60_000 },
    );
    await running.ask('account.reconnect', {
      id,
      settings: null,
      credential: { kind: 'password', password: 'changed' },
    });
    await inStep(running);
  });

  it('quits while the server hangs', async () => {
    const address = newAddress();
    server.seed(
      address,
      'INBOX',
      [...generateMailbox({ seed: 3, count: 500, owner: address })].map(({ raw }) => ({ raw })),
    );
    const running = await start();
    await connect(running, address);
    server.pause();
    try {
      await within(20_000, running.close(), 'quitting');
    } finally {
      server.resume();
      started = null;
    }
  });

  it('undoes a send inside its window: nothing leaves, and the draft is there again', async () => {
    const address = newAddress();
    const customer = `${uniqueName('dora')}@customer.test`;
    await server.deliver(
      address,
      letter({ from: customer, to: address, subject: 'Hello', date: new Date() }),
    );
    const running = await start();
    await connect(running, address);
    await inStep(running);
    const row = (await rows(running)).find((one) => one.customer.address === customer);
    if (row === undefined) throw new Error('the mail is not here');
    const draft = await running.ask('draft.start', {
      conversation: row.id,
      message: null,
      mode: 'reply',
      account: null,
    });
    await running.ask('draft.save', { id: draft.id, edit: editOf(draft, { html: '<p>Oops</p>' }) });
    const sent = await running.ask('draft.send', { id: draft.id, seenRev: null, resolve: true });
    const undone = await running.ask('outbox.undo', { id: sent.outbox });
    const again = await running.ask('draft.get', { id: undone.draft });
    expect(again).toMatchObject({ html: '<p>Oops</p>', conversation: row.id });
    const detail = await running.ask('conversation.get', { id: row.id });
    expect(detail).toMatchObject({ messages: 1, status: 'open', outbox: 'none', draft: true, turn: 'ours' });
    await stays(async () => (await server.messages(customer, 'INBOX')).length === 0, {
      message: 'nothing is sent',
      forMs: 1_000,
    });
  });
});

/** The engine keeps this long between two logins of an account, ms. */
const loginGapMs = 5_000;

describe('an account that is paused', () => {
  it('stays so, also when it was to sign in again and had to wait for that', async () => {
    const engine = await start();
    const id = await connect(engine, newAddress());
    await inStep(engine);
    const pausing = async (paused: boolean): Promise<void> => {
      await engine.ask('account.pause', { id, paused });
    };
    const isPaused = (): boolean => engine.engine.loops()?.loop(id)?.health.kind === 'paused';
    await pausing(true);
    await eventually(isPaused, { message: 'the account is paused' });
    // The last login is too short a time ago for another one.
    await pausing(false);
    await pausing(true);
    await stays(isPaused, { message: 'the account is paused', forMs: loginGapMs + 1_000 });
    await pausing(false);
    await inStep(engine);
  });
});
