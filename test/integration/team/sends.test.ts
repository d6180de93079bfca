import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, OutboxId } from '#shared/kit/brand.ts';
import type { CutRule } from '#test/support/cutting-proxy/cut-rule.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { editOf } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { wireOf } from '#test/support/faults/sending.ts';
import type { StewardProcess } from '#test/support/faults/steward-process.ts';
import { plainSettings, workspaceOf } from '#test/support/faults/truth.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { openMailOffice } from '#test/support/team/mail-office.ts';
import type { MailOffice } from '#test/support/team/mail-office.ts';
import { uniqueName } from '#test/support/temp.ts';

let mail: MailOffice;
let smtp: CuttingProxy;
let toBea: CuttingProxy;
let cleo: TestEngine;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  mail = await openMailOffice({
    keepers: ['Bea'],
    others: ['Cleo'],
    settings: async (server) => {
      smtp = await startCuttingProxy({ port: server.smtp.port });
      return plainSettings(server, { smtp: smtp.port });
    },
    through: async (port) => {
      toBea = await startCuttingProxy({ port });
      return { Bea: toBea.port };
    },
  });
  mail.server.scriptedSmtp().filesSent({ afterMs: 0 });
  cleo = await mail.open('Cleo');
});
afterEach(async () => {
  smtp.clearRules();
  smtp.release();
  for (const end of ends.splice(0)) await end();
});
afterAll(async () => {
  await mail.close();
  await Promise.all([smtp.stop(), toBea.stop()]);
});

const run = (name: string): StewardProcess => {
  const process = mail.run(name);
  ends.push(async () => {
    process.kill();
    await process.ended;
  });
  return process;
};

const stall = (direction: CutRule['direction'], pattern: string, plus = 0): CutRule => ({
  direction,
  place: { kind: 'after pattern', pattern, plus },
  action: { kind: 'stall' },
});

type Reply = { readonly conversation: ConversationId; readonly outbox: OutboxId; readonly customer: string };

/** A customer writes, a device that has the login takes it in, and Cleo answers without one. */
async function cleoAnswers(): Promise<Reply> {
  const customer = `${uniqueName('carol')}@customer.test`;
  const subject = uniqueName('Where is my order');
  await mail.server.deliver(mail.user, letter({ from: `Carol <${customer}>`, to: mail.user, subject }));
  const conversation = await eventually(
    () =>
      workspaceOf(cleo).db.get<{ id: ConversationId }>('SELECT id FROM conversation WHERE subject = ?', [
        subject,
      ])?.id,
    { message: 'Cleo has the question', withinMs: 60_000 },
  );
  const draft = await cleo.ask('draft.start', { conversation, message: null, mode: 'reply', account: null });
  expect(draft.account).toBe(mail.account);
  await cleo.ask('draft.save', { id: draft.id, edit: editOf(draft, { html: '<p>On its way.</p>' }) });
  const { rev } = await cleo.ask('conversation.get', { id: conversation });
  const sent = await cleo.ask('draft.send', { id: draft.id, seenRev: rev, resolve: false, now: true });
  return { conversation, outbox: sent.outbox, customer };
}

const stateInTeam = async ({ outbox }: Reply): Promise<string> => {
  const [row] = await mail.office.sql(`SELECT state FROM team.team_send WHERE id = '${outbox}'`);
  const state = row?.['state'];
  return typeof state === 'string' ? state : 'none';
};

const isInTeam = (reply: Reply, state: string, withinMs = 30_000): Promise<unknown> =>
  eventually(async () => (await stateInTeam(reply)) === state, {
    message: `the team says "${state}"`,
    withinMs,
    everyMs: 100,
  });

const stateAtCleo = ({ outbox }: Reply): string =>
  workspaceOf(cleo).db.get<{ state: string }>('SELECT state FROM outbox WHERE id = ?', [outbox])?.state ??
  'gone';

const isSentAtCleo = (reply: Reply, withinMs = 30_000): Promise<unknown> =>
  eventually(() => stateAtCleo(reply) === 'sent', { message: 'Cleo hears that it was sent', withinMs });

/** How many final dots with this customer the server has read. */
const dots = ({ customer }: Reply): number =>
  wireOf(mail.server, mail.user).filter(({ recipients }) => recipients.includes(customer)).length;

const received = async ({ customer }: Reply): Promise<number> => {
  await mail.server.scriptedSmtp().settled();
  return (await mail.server.messages(customer, 'INBOX')).length;
};

describe('a reply by somebody without the login', () => {
  it('waits in words for a device that has it, and is taken back until one takes it', async () => {
    const ana = run('Ana');
    await mail.reads('Ana', 60_000);
    const reply = await cleoAnswers();
    await isSentAtCleo(reply);
    ana.kill();
    await ana.ended;
    const { items } = await cleo.ask('conversation.timeline', {
      ...{ id: reply.conversation, before: null, limit: 10 },
    });
    expect(items.length).toBeGreaterThan(0);
    const draft = await cleo.ask('draft.start', {
      ...{ conversation: reply.conversation, message: null, mode: 'reply', account: null },
    });
    await cleo.ask('draft.save', { id: draft.id, edit: editOf(draft, { html: '<p>One more thing.</p>' }) });
    const { rev } = await cleo.ask('conversation.get', { id: reply.conversation });
    const second = await cleo.ask('draft.send', { id: draft.id, seenRev: rev, resolve: false, now: true });
    const waiting = await eventually(
      async () => {
        const { send } = await cleo.ask('teamSend.get', { id: second.outbox });
        return send?.state === 'waiting' ? send : undefined;
      },
      { message: 'it waits for a device', withinMs: 60_000 },
    );
    expect(waiting).toMatchObject({ canTakeBack: true, device: null });
    await cleo.ask('teamSend.takeBack', { id: second.outbox });
    const back = await cleo.ask('draft.start', {
      ...{ conversation: reply.conversation, message: null, mode: 'reply', account: null },
    });
    expect(back.html).toContain('One more thing.');
    await cleo.ask('draft.discard', { id: back.id });
    run('Ana');
    await mail.reads('Ana', 60_000);
    expect(dots(reply)).toBe(1);
  });

  it('leaves once by a colleague’s device, with its copy filed once', async () => {
    run('Ana');
    await mail.reads('Ana', 60_000);
    const reply = await cleoAnswers();
    await isSentAtCleo(reply);
    expect(dots(reply)).toBe(1);
    expect(await received(reply)).toBe(1);
    const [row] = await mail.office.sql(
      `SELECT count(*)::integer AS n FROM team.document WHERE kind = 'message' AND body ->> 'conversation' = '${reply.conversation}'`,
    );
    expect(row?.['n']).toBe(2);
  });

  it('is taken by another device where the first is killed before it handed it over, and leaves once', async () => {
    const ana = run('Ana');
    await mail.reads('Ana', 60_000);
    const struck = smtp.strikes();
    smtp.cutWhen(stall('to server', 'MAIL FROM'));
    const reply = await cleoAnswers();
    await isInTeam(reply, 'taken');
    await eventually(() => smtp.strikes() > struck, {
      message: 'it is on its way to the server',
      withinMs: 60_000,
    });
    ana.kill();
    await ana.ended;
    run('Bea');
    await isSentAtCleo(reply, 110_000);
    expect(dots(reply)).toBe(1);
    expect(await received(reply)).toBe(1);
  });

  it('is nobody else’s once it was handed over: the device that was killed finds out what became of it', async () => {
    const ana = run('Ana');
    await mail.reads('Ana', 60_000);
    smtp.cutWhen(stall('to client', '<CR><LF>.<CR><LF>', 2));
    const reply = await cleoAnswers();
    await isInTeam(reply, 'handed-over');
    await eventually(() => dots(reply) === 1, {
      message: 'the server has read the final dot',
      withinMs: 60_000,
    });
    ana.kill();
    await ana.ended;
    smtp.clearRules();
    smtp.now({ kind: 'reset' });
    run('Bea');
    await mail.reads('Bea', 60_000);
    expect(await stateInTeam(reply)).toBe('handed-over');
    run('Ana');
    await isSentAtCleo(reply, 110_000);
    expect(dots(reply)).toBe(1);
    expect(await received(reply)).toBe(1);
  });

  it('leaves once where the device that took it is cut off from the team before it could hand it over', async () => {
    run('Bea');
    await mail.reads('Bea', 60_000);
    const struck = smtp.strikes();
    smtp.cutWhen(stall('to server', 'MAIL FROM'));
    const reply = await cleoAnswers();
    await isInTeam(reply, 'taken');
    await eventually(() => smtp.strikes() > struck, {
      message: 'it is on its way to the server',
      withinMs: 60_000,
    });
    toBea.now({ kind: 'half-open' });
    await toBea.refuse();
    run('Ana');
    await isInTeam(reply, 'sent', 110_000);
    // Now Bea's device would go on, and may not.
    smtp.release();
    await isSentAtCleo(reply);
    await eventually(() => smtp.openConnections() === 0, {
      message: 'Bea’s device has given it up',
      withinMs: 60_000,
    });
    await toBea.admit();
    expect(dots(reply)).toBe(1);
    expect(await received(reply)).toBe(1);
  }, 600_000);
});
