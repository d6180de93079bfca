import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#main/engine/host/system-ports.ts';
import type { ConversationId, OutboxId } from '#shared/kit/brand.ts';
import type { Clock } from '#shared/kit/ports.ts';
import { settingsFor } from '#test/support/email-account.ts';
import { editOf, startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually, stays } from '#test/support/eventually.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { makeTempDirectory, uniqueName } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** How long nothing must happen; a look at the clock and a send together take a tenth of it. */
const quietMs = 1_500;

let server: MailServer;
let folder: TempDirectory;
let running: TestEngine;
let wallOffset = 0;
let customer = '';
let address = '';
let conversation: ConversationId;

/** A wall clock that the test sets; the other clock goes on as ever. */
const clock: Clock = { now: () => Date.now() + wallOffset, monotonic: () => systemClock.monotonic() };

const start = (): Promise<TestEngine> => startEngine({ workspaceDir: folder.path, clock });

/** Sets the clock on the wall, as sleep, a time server or a person does, and has the engine notice it. */
const setClock = (ms: number): void => {
  wallOffset += ms;
  running.engine.power('resume');
};

const write = async (text: string): Promise<void> => {
  await server.deliver(
    address,
    letter({
      from: `Carol <${customer}>`,
      to: address,
      subject: 'Where is it?',
      text,
      date: new Date(clock.now()),
      inReplyTo: `<first-${customer}>`,
      references: [`<first-${customer}>`],
    }),
  );
};

const inbox = () => server.messages(customer, 'INBOX');
const arrived = (count = 1) =>
  eventually(async () => ((await inbox()).length === count ? await inbox() : null), {
    message: `${String(count)} in the customer's mailbox`,
    withinMs: 60_000,
  });
const staysUnsent = () =>
  stays(async () => (await inbox()).length === 0, {
    message: 'nothing is sent',
    forMs: quietMs,
    everyMs: 100,
  });

const planned = async (at: number, html = '<p>It arrives tomorrow.</p>'): Promise<OutboxId> => {
  const draft = await running.ask('draft.start', {
    conversation,
    message: null,
    mode: 'reply',
    account: null,
  });
  await running.ask('draft.save', { id: draft.id, edit: editOf(draft, { html }) });
  const { rev } = await running.ask('conversation.get', { id: conversation });
  return (await running.ask('draft.send', { id: draft.id, seenRev: rev, resolve: false, at })).outbox;
};

const delivery = async () => {
  const { items } = await running.ask('conversation.timeline', { id: conversation, before: null, limit: 50 });
  const ours = items.findLast((item) => item.kind === 'message' && item.direction === 'out');
  return ours?.kind === 'message' ? ours.delivery : null;
};

const deliveryKind = (kind: string) =>
  eventually(async () => (await delivery())?.kind === kind, { message: `it is ${kind}`, withinMs: 60_000 });

beforeAll(async () => {
  server = await startMailServer({ smtp: 'scripted' });
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  wallOffset = 0;
  folder = makeTempDirectory('send-later');
  customer = `${uniqueName('carol')}@customer.test`;
  address = `${uniqueName('help')}@shop.test`;
  running = await start();
  await running.ask('account.add', {
    kind: 'email',
    address,
    senderName: 'The shop',
    settings: settingsFor(server),
    credential: { kind: 'password', password: server.password },
  });
  await running.ask('app.setPreferences', { change: { undoSeconds: 0 } });
  await eventually(
    async () =>
      (await running.ask('account.list', {})).accounts.every(({ health }) => health.kind === 'listening'),
    { message: 'the account is in step', withinMs: 60_000 },
  );
  await server.deliver(
    address,
    letter({
      from: `Carol <${customer}>`,
      to: address,
      subject: 'Where is it?',
      text: 'Where is my parcel?',
      date: new Date(),
      messageId: `<first-${customer}>`,
    }),
  );
  const row = await eventually(
    async () =>
      (
        await running.ask('conversation.list', {
          query: { view: 'all', account: null },
          after: null,
          limit: 50,
        })
      ).rows[0],
    { message: 'the mail is here', withinMs: 60_000 },
  );
  conversation = row.id;
});

afterEach(async () => {
  await running.close();
  folder.remove();
});

describe('a message planned for later', () => {
  it('leaves when the clock on the wall shows the time, dated then, and once', async () => {
    const at = clock.now() + 2 * hourMs;
    await planned(at);
    expect(await delivery()).toMatchObject({ kind: 'planned', at });
    await staysUnsent();
    setClock(2 * hourMs - minuteMs);
    await staysUnsent();
    setClock(2 * minuteMs);
    const [received] = await arrived();
    const dated = Date.parse(/^Date: (.+)$/m.exec(received?.raw.toString('latin1') ?? '')?.[1] ?? '');
    expect(Math.abs(dated - clock.now())).toBeLessThan(minuteMs);
    await deliveryKind('sent');
    setClock(-24 * hourMs);
    setClock(48 * hourMs);
    await stays(async () => (await inbox()).length === 1, {
      message: 'sent once',
      forMs: quietMs,
      everyMs: 100,
    });
  });

  it('waits on when the clock is set back', async () => {
    await planned(clock.now() + 5 * minuteMs);
    setClock(-3 * hourMs);
    setClock(hourMs);
    await staysUnsent();
    setClock(2 * hourMs + 6 * minuteMs);
    await arrived();
  });

  it('survives a restart, leaves at once when its time passed meanwhile, and says so', async () => {
    const at = clock.now() + hourMs;
    await planned(at);
    await running.close();
    running = await start();
    expect(await delivery()).toMatchObject({ kind: 'planned', at });
    await staysUnsent();
    await running.close();
    wallOffset += 5 * hourMs;
    running = await start();
    await arrived();
    await deliveryKind('sent');
    expect(await delivery()).toMatchObject({ kind: 'sent', planned: at });
    expect(running.record.notices.map(({ title }) => title)).toContain('A planned message leaves only now');
  });

  it('keeps back no other answer of the same conversation', async () => {
    await planned(clock.now() + hourMs);
    const draft = await running.ask('draft.start', {
      conversation,
      message: null,
      mode: 'reply',
      account: null,
    });
    await running.ask('draft.save', {
      id: draft.id,
      edit: editOf(draft, { html: '<p>One thing today.</p>' }),
    });
    const { rev } = await running.ask('conversation.get', { id: conversation });
    await running.ask('draft.send', { id: draft.id, seenRev: rev, resolve: false });
    const [received] = await arrived();
    expect(received?.raw.toString('latin1')).toContain('One thing today.');
  });

  it('comes back as the draft it was, or gets another time', async () => {
    const outbox = await planned(clock.now() + hourMs, '<p>First words</p>');
    const later = clock.now() + 3 * hourMs;
    expect(await running.ask('outbox.plan', { id: outbox, at: later, seenRev: null })).toEqual({
      sendsAt: later,
    });
    expect(await delivery()).toMatchObject({ kind: 'planned', at: later });
    expect(await running.refusal('outbox.plan', { id: outbox, at: clock.now() - 1, seenRev: null })).toBe(
      'past-time',
    );
    const { draft } = await running.ask('outbox.undo', { id: outbox });
    expect(await running.ask('draft.get', { id: draft })).toMatchObject({ html: '<p>First words</p>' });
    setClock(24 * hourMs);
    await staysUnsent();
  });

  it('leaves now when the agent says so', async () => {
    const outbox = await planned(clock.now() + hourMs);
    await running.ask('outbox.plan', { id: outbox, at: null, seenRev: null });
    await arrived();
  });

  it('is not made for a time that has passed', async () => {
    const draft = await running.ask('draft.start', {
      conversation,
      message: null,
      mode: 'reply',
      account: null,
    });
    await running.ask('draft.save', { id: draft.id, edit: editOf(draft, { html: '<p>x</p>' }) });
    const send = { id: draft.id, seenRev: null, resolve: false, at: clock.now() - 1 };
    expect(await running.refusal('draft.send', send)).toBe('past-time');
  });
});

describe('a planned message, when the customer writes before it leaves', () => {
  it('is held with its reason, also over its time and a restart, until the agent has looked', async () => {
    const at = clock.now() + hourMs;
    const outbox = await planned(at);
    const before = await running.ask('conversation.get', { id: conversation });
    await write('Never mind, I found it.');
    await deliveryKind('held');
    expect((await running.ask('outbox.list', {})).rows.map(({ state }) => state)).toEqual(['held']);
    expect(await running.ask('conversation.get', { id: conversation })).toMatchObject({ outbox: 'failed' });
    setClock(2 * hourMs);
    await staysUnsent();
    await running.close();
    running = await start();
    await staysUnsent();
    expect(await running.refusal('outbox.plan', { id: outbox, at: null, seenRev: before.rev })).toBe('stale');
    const { rev } = await running.ask('conversation.get', { id: conversation });
    await running.ask('outbox.plan', { id: outbox, at: null, seenRev: rev });
    await arrived();
    await deliveryKind('sent');
    expect(await running.ask('conversation.get', { id: conversation })).toMatchObject({
      outbox: 'none',
      turn: 'theirs',
    });
  });

  it('can be changed instead', async () => {
    const outbox = await planned(clock.now() + hourMs, '<p>Old news</p>');
    await write('I have it.');
    await deliveryKind('held');
    const { draft } = await running.ask('outbox.undo', { id: outbox });
    expect(await running.ask('draft.get', { id: draft })).toMatchObject({ html: '<p>Old news</p>' });
    expect(await running.ask('conversation.get', { id: conversation })).toMatchObject({ outbox: 'none' });
  });
});
