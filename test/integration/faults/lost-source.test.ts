import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEmailChannel } from '#main/channels/email/channel.ts';
import { placeOfBlob, segmentPath } from '#main/engine/store/vault.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { OutboxId } from '#shared/kit/brand.ts';
import { editOf } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { clickSend, outboxAtRest, wireOf } from '#test/support/faults/sending.ts';
import { addAccount, inStep, openHere, plainSettings, workspaceOf } from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { makeTempDirectory, uniqueName } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const withinMs = 120_000;
const channels = new Map([['email', createEmailChannel({ timeouts: { filedPerhaps: 300 } })]]);
const options = { channels, lookDelaysMs: [0, 200, 200], chance: () => 0 };
const notNow = {
  kind: 'refuse connection',
  answer: { code: 421, text: '4.3.2 Not now' },
  times: Number.POSITIVE_INFINITY,
} as const;

let server: MailServer;
let folder: TempDirectory;
let engine: TestEngine;
let user = '';
let carol = '';

beforeAll(async () => {
  server = await startMailServer();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  folder = makeTempDirectory('lost-source');
  user = `${uniqueName('agent')}@shop.test`;
  carol = `${uniqueName('carol')}@customer.test`;
  engine = await openHere(folder.path, options);
  await addAccount(engine, server, user, plainSettings(server));
  await inStep(engine);
});
afterEach(async () => {
  server.scriptedSmtp().clearScript();
  await engine.close();
  folder.remove();
});

const rows = async () => (await engine.ask('outbox.list', {})).rows;

const comesTo = (id: OutboxId, state: string): Promise<unknown> =>
  eventually(async () => (await rows()).some((row) => row.id === id && row.state === state), {
    message: `it comes to be ${state}`,
    withinMs,
  });

/** Flips a byte of what is to be sent, while nobody has the workspace open, and opens it again. */
const damageAndReopen = async (id: OutboxId, meanwhile: () => void = () => undefined): Promise<void> => {
  const source = workspaceOf(engine).db.get<{ source: string }>('SELECT source FROM outbox WHERE id = ?', [
    id,
  ])?.source;
  await engine.close();
  const place = placeOfBlob(source ?? '');
  if (place === null) throw new Error('it has no source');
  const path = segmentPath(join(folder.path, workspaceFiles.vault), place.segment);
  const bytes = readFileSync(path);
  const at = place.position + Math.floor(place.stored / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(path, bytes);
  meanwhile();
  engine = await openHere(folder.path, options);
};

describe('a send whose stored bytes are damaged', () => {
  it('is asked about instead of tried for ever, and leaves once from the draft it goes back to', async () => {
    server.scriptedSmtp().script(notNow);
    const { outbox, conversation } = await clickSend(engine, [carol], { subject: 'Your parcel' });
    await comesTo(outbox, 'retrying');
    await damageAndReopen(outbox, () => server.scriptedSmtp().clearScript());
    await engine.ask('outbox.retry', { id: outbox }).catch(() => undefined);
    await comesTo(outbox, 'failed');
    expect((await rows())[0]?.failure?.kind).toBe('source-damaged');
    expect(wireOf(server, user)).toEqual([]);
    // A person may insist, and is told the same.
    await engine.ask('outbox.retry', { id: outbox });
    await comesTo(outbox, 'failed');
    expect(wireOf(server, user)).toEqual([]);

    await engine.ask('outbox.settle', { id: outbox, as: 'back-to-draft' });
    const draft = await engine.ask('draft.start', {
      ...{ conversation, message: null, mode: 'reply', account: null },
    });
    expect(draft.html).toContain('today');
    await engine.ask('draft.save', {
      id: draft.id,
      edit: editOf(draft, { to: [{ name: '', address: carol }], html: draft.html }),
    });
    await engine.ask('draft.send', { id: draft.id, seenRev: null, resolve: false, now: true });
    await outboxAtRest(engine, withinMs);
    expect(wireOf(server, user)).toHaveLength(1);
    expect(await rows()).toEqual([]);
  });

  it('keeps nothing else of its account back, also where it was planned for later', async () => {
    const { accounts } = await engine.ask('account.list', {});
    const account = accounts[0]?.id ?? null;
    const draft = await engine.ask('draft.start', {
      conversation: null,
      message: null,
      mode: 'new',
      account,
    });
    const to = [{ name: '', address: carol }];
    await engine.ask('draft.save', {
      id: draft.id,
      edit: editOf(draft, { to, subject: 'Later', html: '<p>It arrives.</p>' }),
    });
    const at = Date.now() + 3_600_000;
    const { outbox } = await engine.ask('draft.send', { id: draft.id, seenRev: null, resolve: false, at });
    await damageAndReopen(outbox);
    await engine.ask('outbox.plan', { id: outbox, at: null, seenRev: null });
    await comesTo(outbox, 'failed');
    expect((await rows())[0]?.failure?.kind).toBe('source-damaged');
    await clickSend(engine, [carol], { subject: 'Another one' });
    await outboxAtRest(engine, withinMs);
    expect(
      wireOf(server, user).map(({ raw }) => /^Subject: (.+)$/mu.exec(raw.toString())?.[1]?.trim()),
    ).toEqual(['Another one']);
  });

  it('is found by its name where it was handed over, so that nobody has to be asked', async () => {
    server.scriptedSmtp().script({ kind: 'drop after the dot', accepted: true });
    server.scriptedSmtp().filesSent({ afterMs: 0 });
    const { outbox } = await clickSend(engine, [carol]);
    await eventually(() => wireOf(server, user).length === 1, { message: 'it is on the wire', withinMs });
    await damageAndReopen(outbox);
    await eventually(async () => (await rows()).length === 0, { message: 'it is known as sent', withinMs });
    server.scriptedSmtp().filesSent(undefined);
    expect(wireOf(server, user)).toHaveLength(1);
    expect(await server.messages(carol, 'INBOX')).toHaveLength(1);
  });
});
