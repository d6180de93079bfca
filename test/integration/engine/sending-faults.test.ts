import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationId, OutboxId } from '#shared/kit/brand.ts';
import { settingsFor } from '#test/support/email-account.ts';
import { editOf, startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually, stays } from '#test/support/eventually.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { makeTempDirectory, uniqueName } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let server: MailServer;
let folder: TempDirectory;
let engine: TestEngine;
let address: string;
let customer: string;
let conversation: ConversationId;

beforeAll(async () => {
  server = await startMailServer({ smtp: 'scripted' });
});

/** Has a customer write and answers with the conversation that comes of it. */
async function hearFrom(from: string): Promise<ConversationId> {
  await server.deliver(address, letter({ from, to: address, subject: 'Hello', date: new Date() }));
  return eventually(
    async () => {
      const query = { view: 'all', account: null } as const;
      const { rows } = await engine.ask('conversation.list', { query, after: null, limit: 10 });
      return rows.find((row) => row.customer.address === from)?.id;
    },
    { message: 'the mail is here', withinMs: 60_000 },
  );
}

beforeEach(async () => {
  folder = makeTempDirectory('faults');
  // The product looks for a minute for what became of a send; nobody files anything late here.
  engine = await startEngine({ workspaceDir: folder.path, lookDelaysMs: [0, 500, 1_000] });
  address = `${uniqueName('help')}@shop.test`;
  customer = `${uniqueName('carol')}@customer.test`;
  await engine.ask('account.add', {
    kind: 'email',
    address,
    senderName: '',
    settings: settingsFor(server),
    credential: { kind: 'password', password: server.password },
  });
  await engine.ask('app.setPreferences', { change: { undoSeconds: 0 } });
  conversation = await hearFrom(customer);
});

afterEach(async () => {
  server.scriptedSmtp().clearScript();
  await engine.close();
  folder.remove();
});

afterAll(async () => {
  await server.stop();
});

async function answer(also: readonly string[] = [], place: ConversationId = conversation): Promise<OutboxId> {
  const draft = await engine.ask('draft.start', {
    conversation: place,
    message: null,
    mode: 'reply',
    account: null,
  });
  const to = [...draft.to, ...also.map((address) => ({ name: '', address }))];
  await engine.ask('draft.save', { id: draft.id, edit: editOf(draft, { to, html: '<p>An answer.</p>' }) });
  const sent = await engine.ask('draft.send', { id: draft.id, seenRev: null, resolve: false });
  return sent.outbox;
}

const stateOf = async (id: OutboxId): Promise<string> =>
  (await engine.ask('outbox.list', {})).rows.find((row) => row.id === id)?.state ?? 'sent';

const becomes = (id: OutboxId, state: string, withinMs: number): Promise<unknown> =>
  eventually(async () => (await stateOf(id)) === state, { message: `the send is ${state}`, withinMs });

const received = async (address = customer): Promise<number> =>
  (await server.messages(address, 'INBOX')).length;

describe('a send that goes wrong', () => {
  it('is tried again when the connection was lost before the end, and arrives once', async () => {
    server.scriptedSmtp().script({ kind: 'drop connection' });
    const id = await answer();
    await eventually(async () => (await received()) === 1, { message: 'it arrived', withinMs: 60_000 });
    await becomes(id, 'sent', 60_000);
    expect(await received()).toBe(1);
  });

  it('is never sent again by itself when the answer to it was lost, accepted or not', async () => {
    const other = `${uniqueName('dora')}@customer.test`;
    const elsewhere = await hearFrom(other);
    server.scriptedSmtp().script({ kind: 'drop after the dot', accepted: true });
    const accepted = await answer();
    await eventually(async () => (await received()) === 1, {
      message: 'it arrived all the same',
      withinMs: 60_000,
    });
    server.scriptedSmtp().script({ kind: 'drop after the dot', accepted: false });
    const lost = await answer([], elsewhere);
    await becomes(accepted, 'unknown', 100_000);
    await becomes(lost, 'unknown', 100_000);
    const query = { view: 'problems', account: null } as const;
    const { rows } = await engine.ask('conversation.list', { query, after: null, limit: 10 });
    expect(rows.map((row) => row.id).sort()).toEqual([conversation, elsewhere].sort());

    engine = await engine.restart();
    await stays(async () => (await received()) === 1 && (await received(other)) === 0, {
      message: 'nothing more is sent',
      forMs: 2_000,
    });
    // The agent looks and decides; what goes out goes out by that decision alone.
    await engine.ask('outbox.settle', { id: accepted, as: 'was-sent' });
    await engine.ask('outbox.retry', { id: lost });
    await becomes(lost, 'sent', 60_000);
    await eventually(async () => (await received(other)) === 1, {
      message: 'the second try arrived',
      withinMs: 60_000,
    });
    expect(await received()).toBe(1);
  });

  it('is not cut off for a newer version', async () => {
    expect(await engine.ask('update.act', { act: 'install' })).toMatchObject({ stand: { kind: 'ready' } });
    server.scriptedSmtp().script({ kind: 'never answer' });
    await answer();
    await eventually(
      async () => {
        const tried = await engine.engine.call('update.act', { act: 'install' });
        return !tried.ok && tried.failure.kind === 'update-while-sending';
      },
      { message: 'installing is refused while a mail is being handed over', withinMs: 60_000 },
    );
  });

  it('offers only the refused one of three recipients again', async () => {
    const refused = `${uniqueName('refused')}@customer.test`;
    const third = `${uniqueName('third')}@customer.test`;
    const answerCode = { code: 550, text: '5.1.1 No such user' };
    server.scriptedSmtp().script({ kind: 'refuse recipient', recipient: refused, answer: answerCode });
    const id = await answer([refused, third]);
    await becomes(id, 'failed', 60_000);
    await engine.ask('outbox.retry', { id });
    await becomes(id, 'sent', 60_000);
    await eventually(async () => (await received(refused)) === 1, {
      message: 'the second try arrived',
      withinMs: 60_000,
    });
    expect([await received(), await received(third)]).toEqual([1, 1]);
  });

  it('becomes a draft again when the server refuses it for good', async () => {
    const answerCode = { code: 554, text: '5.7.1 Refused' };
    server.scriptedSmtp().script({ kind: 'refuse message', answer: answerCode });
    const id = await answer();
    await becomes(id, 'failed', 60_000);
    await engine.ask('outbox.settle', { id, as: 'back-to-draft' });
    const detail = await engine.ask('conversation.get', { id: conversation });
    expect(detail).toMatchObject({
      outbox: 'none',
      messages: 1,
      draftContent: { html: '<p>An answer.</p>' },
    });
    expect(await received()).toBe(0);
  });
});
