import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importMails } from '#main/engine/archive/import-mails.ts';
import type { ArchivedMail } from '#main/engine/archive/import-mails.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { CustomerLine } from '#shared/contract/customers.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const hour = 3_600_000;
const own = 'help@shop.example';

let folder: TempDirectory;
let running: TestEngine;
let mails = 0;

const mail = (from: string, hoursAgo: number, subject: string): ArchivedMail => {
  mails += 1;
  const at = Date.now() - hoursAgo * hour;
  const head = [
    `Message-ID: <m${String(mails)}@mail.example>`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `From: ${from}`,
    `To: ${own}`,
    `Subject: ${subject}`,
  ];
  const bytes = new TextEncoder().encode(`${head.join('\r\n')}\r\n\r\nHello.\r\n`);
  return {
    bytes,
    partial: false,
    size: bytes.byteLength,
    receivedAt: at,
    seen: false,
    answered: false,
    folder: 'archive',
  };
};

const comes = async (...letters: readonly ArchivedMail[]): Promise<void> => {
  const workspace = running.engine.workspace();
  if (workspace === null) throw new Error('the workspace is not open');
  await importMails(workspace, each(letters), {
    channel: 'email',
    label: 'Mail of this test',
    own: [own],
    progress: () => undefined,
    signal: AbortSignal.timeout(30_000),
  });
};

async function* each(letters: readonly ArchivedMail[]): AsyncGenerator<ArchivedMail> {
  for (const one of letters) yield await Promise.resolve(one);
}

const called = async (address: string): Promise<CustomerLine> => {
  const { customers } = await running.ask('customer.find', { text: address, limit: 10 });
  const found = customers.find((one) => one.address === address);
  if (found === undefined) throw new Error(`nobody is called ${address}`);
  return found;
};

const subjectsOf = async (id: CustomerId): Promise<readonly string[]> =>
  (await running.ask('customer.conversations', { id, after: null, limit: 50 })).rows.map(
    ({ subject }) => subject,
  );

beforeEach(async () => {
  folder = makeTempDirectory('customers');
  running = await startEngine({ workspaceDir: folder.path });
  await comes(
    mail('Ana Pereira <ana@corvo.example>', 30, 'My pump'),
    mail('Ana Pereira <a.pereira@corvo.example>', 5, 'The invoice'),
    mail('Rui Costa <rui@home.example>', 2, 'Something else'),
  );
});

afterEach(async () => {
  const workspace = running.engine.workspace();
  const problems =
    workspace === null ? [] : verify(workspace.db, workspace.vault, { everyNthBlob: 1 }).problems;
  await running.close();
  folder.remove();
  expect(problems.filter(({ kind }) => kind === 'customer-differs')).toEqual([]);
});

describe('two customers who are one', () => {
  it('are suggested, previewed, merged, and taken apart after the application was started again', async () => {
    const ana = await called('ana@corvo.example');
    const { suggestions } = await running.ask('customer.suggested', { id: ana.id });
    expect(suggestions).toMatchObject([{ reason: 'domain', shared: 'corvo.example' }]);
    const other = suggestions[0]?.other.id ?? ana.id;
    const { into, from } = await running.ask('customer.mergePreview', { into: ana.id, from: other });
    expect([into.conversations, from.conversations]).toEqual([1, 1]);
    await running.ask('customer.merge', {
      into: { id: into.id, rev: into.rev },
      from: { id: from.id, rev: from.rev },
      choice: { name: 'into', company: 'into', note: 'both' },
    });
    expect(await subjectsOf(ana.id)).toEqual(['The invoice', 'My pump']);
    expect(await running.refusal('customer.get', { id: other })).toBe('customer-gone');

    running = await running.restart();
    await comes(mail('Ana Pereira <a.pereira@corvo.example>', 1, 'The invoice again'));
    expect(await subjectsOf(ana.id)).toEqual(['The invoice again', 'The invoice', 'My pump']);
    const [merge] = (await running.ask('customer.get', { id: ana.id })).merges;
    await running.ask('customer.undo', { undo: merge?.undo ?? '' });
    expect(await subjectsOf(ana.id)).toEqual(['My pump']);
    expect(await subjectsOf(other)).toEqual(['The invoice again', 'The invoice']);
    expect(await running.refusal('customer.undo', { undo: merge?.undo ?? '' })).toBe('nothing-to-undo');
  });

  it('are never merged from a preview that is old', async () => {
    const [ana, rui] = [await called('ana@corvo.example'), await called('rui@home.example')];
    await running.ask('customer.update', {
      id: rui.id,
      seenRev: rui.rev,
      note: 'Calls himself Ana at times',
    });
    const refused = await running.refusal('customer.merge', {
      into: { id: ana.id, rev: ana.rev },
      from: { id: rui.id, rev: rui.rev },
      choice: { name: 'into', company: 'into', note: 'into' },
    });
    expect(refused).toBe('merge-preview-old');
  });

  it('wait together since the first unanswered message of either, in lists too', async () => {
    const [ana, rui] = [await called('ana@corvo.example'), await called('rui@home.example')];
    const since = (await running.ask('customer.get', { id: ana.id })).waitingSince ?? 0;
    expect((await running.ask('customer.get', { id: rui.id })).waitingSince).toBeGreaterThan(since);
    const { undo } = await running.ask('customer.merge', {
      into: { id: rui.id, rev: rui.rev },
      from: { id: ana.id, rev: ana.rev },
      choice: { name: 'into', company: 'into', note: 'into' },
    });
    const clocks = async (): Promise<readonly (number | null)[]> =>
      (await running.ask('customer.conversations', { id: rui.id, after: null, limit: 50 })).rows.map(
        ({ customerWaitingSince }) => customerWaitingSince,
      );
    expect((await running.ask('customer.get', { id: rui.id })).waitingSince).toBe(since);
    expect(await clocks()).toEqual([since, since]);
    await running.ask('customer.undo', { undo });
    expect((await clocks())[0]).toBeGreaterThan(since);
  });
});

describe('a note on a customer', () => {
  it('is not written over what somebody else wrote meanwhile; both are there to choose from', async () => {
    const { id, rev } = await called('rui@home.example');
    await running.ask('customer.update', { id, seenRev: rev, note: 'Theirs' });
    const answer = await running.engine.call('customer.update', { id, seenRev: rev, note: 'Mine' });
    expect(answer).toMatchObject({
      ok: false,
      failure: { kind: 'customer-changed', field: 'note', theirs: 'Theirs' },
    });
    // Another field is nobody's business.
    await running.ask('customer.update', { id, seenRev: rev, company: 'Home Ltd' });
    expect(await running.ask('customer.get', { id })).toMatchObject({ note: 'Theirs', company: 'Home Ltd' });
  });
});

describe('a promise to a customer', () => {
  it('is listed with them, whichever of their conversations it was made in', async () => {
    const rui = await called('rui@home.example');
    const [row] = (await running.ask('customer.conversations', { id: rui.id, after: null, limit: 1 })).rows;
    if (row === undefined) throw new Error('there is no conversation');
    const dueAt = Date.now() + 5 * hour;
    await running.ask('follow-up.promise', {
      conversation: row.id,
      followUp: { dueAt, ifNoReply: true, every: null, why: 'Ask the workshop' },
    });
    const { promises } = await running.ask('customer.promises', { id: rui.id });
    expect(promises).toMatchObject([
      { conversation: row.id, subject: 'Something else', dueAt, ifNoReply: true, why: 'Ask the workshop' },
    ]);
    const ana = await called('ana@corvo.example');
    await running.ask('customer.merge', {
      into: { id: ana.id, rev: ana.rev },
      from: { id: rui.id, rev: rui.rev },
      choice: { name: 'into', company: 'into', note: 'into' },
    });
    expect((await running.ask('customer.promises', { id: ana.id })).promises).toHaveLength(1);
  });
});
