import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '#shared/kit/ports.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { startEngine } from '#test/support/engine.ts';
import { settingsFor } from '#test/support/email-account.ts';
import { eventually } from '#test/support/eventually.ts';
import { inStep } from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { openQuietDesk } from '#test/support/quiet-desk.ts';
import { uniqueName } from '#test/support/temp.ts';

const hour = 3_600_000;
const minute = 60_000;

let server: MailServer;
let running: TestEngine | null = null;
/** How far the clock of the test is ahead of the machine's. */
let ahead = 0;
const clock: Clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() };

beforeAll(async () => {
  server = await startMailServer({ smtp: 'scripted' });
});

afterEach(async () => {
  await running?.close();
  running = null;
});

afterAll(async () => {
  await server.stop();
});

const conversationWith = async (engine: TestEngine, customer: string) => {
  const { rows } = await engine.ask('conversation.list', {
    query: { view: 'all', account: null },
    after: null,
    limit: 50,
  });
  return rows.find((row) => row.customer.address === customer);
};

const open = async (engine: TestEngine) =>
  (await engine.ask('follow-up.list', { of: { kind: 'mine' }, after: null, limit: 50 })).rows;

const reminders = (engine: TestEngine) =>
  engine.record.notices.filter(({ kind }) => kind === 'follow-up' || kind === 'follow-ups');

describe('a follow-up for the case that nobody answers', () => {
  it('is gone without a word when the answer came while the application was off', async () => {
    const address = `${uniqueName('help')}@shop.test`;
    const customer = `${uniqueName('carol')}@customer.test`;
    let engine = await startEngine({ clock });
    running = engine;
    await engine.ask('account.add', {
      kind: 'email',
      address,
      senderName: 'The shop',
      settings: settingsFor(server),
      credential: { kind: 'password', password: server.password },
    });
    await inStep(engine);
    const question = letter({
      from: `Carol <${customer}>`,
      to: address,
      subject: 'Where is it?',
      text: 'Where is my parcel?',
      date: new Date(),
    });
    await server.deliver(address, question);
    const row = await eventually(() => conversationWith(engine, customer), {
      message: 'the question is in the list',
      withinMs: 60_000,
    });
    for (const ifNoReply of [true, false]) {
      await engine.ask('follow-up.promise', {
        conversation: row.id,
        followUp: {
          dueAt: clock.now() + hour,
          ifNoReply,
          every: null,
          why: ifNoReply ? 'silence' : 'anyway',
        },
      });
    }
    await engine.engine.close();

    const parent = /^message-id:\s*(\S+)/imu.exec(question.toString('latin1'))?.[1] ?? '';
    await server.deliver(
      address,
      letter({
        from: `Carol <${customer}>`,
        to: address,
        subject: 'Re: Where is it?',
        text: 'It came, thank you.',
        date: new Date(),
        inReplyTo: parent,
      }),
    );
    ahead += 3 * hour;
    engine = await startEngine({ clock, workspaceDir: engine.dir });
    running = engine;
    await inStep(engine);
    await eventually(async () => (await open(engine)).every(({ why }) => why !== 'silence'), {
      message: 'the promise is gone',
      withinMs: 60_000,
    });
    await eventually(() => reminders(engine).length > 0, { message: 'the other one is told' });
    expect(reminders(engine).map(({ body }) => body)).toEqual([expect.stringMatching(/^anyway/u)]);
    const { items } = await engine.ask('conversation.timeline', { id: row.id, before: null, limit: 50 });
    const told = items.filter((one) => one.kind === 'event').map(({ event }) => event);
    expect(told.filter((kind) => kind === 'follow-up.fell-due')).toHaveLength(1);
    expect(told).toContain('follow-up.cancelled');
  });

  it('comes up after three quarters of a minute where the mail cannot be checked, and says so', async () => {
    const desk = await openQuietDesk({ now: Date.UTC(2026, 0, 15, 12) });
    try {
      const conversation = await desk.hear({ id: 'order' });
      await desk.promise(conversation, { dueAt: desk.clock.now() + hour, ifNoReply: true });
      await desk.engine.ask('account.pause', { id: desk.account, paused: false });
      await desk.pass(hour + 30_000);
      expect(desk.engine.record.notices).toEqual([]);
      await desk.pass(minute);
      expect(desk.engine.record.notices).toHaveLength(1);
      expect(desk.engine.record.notices[0]?.body).toContain('Mail could not be checked');
    } finally {
      await desk.close();
    }
  });
});
