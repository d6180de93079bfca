import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eraseAgain, erasedAt } from '#main/engine/store/erase/erasure-rows.ts';
import { erasureScope, wholeCustomer } from '#main/engine/store/erase/scope.ts';
import { runAction } from '#main/engine/actions/run-action.ts';
import { openWriter } from '#main/engine/store/driver.ts';
import type { WritableDb } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { isWiped, openVaultReader } from '#main/engine/store/vault.ts';
import type { VaultWriter } from '#main/engine/store/vault.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { AccountId, BlobId, ConversationId, CustomerId, DraftId } from '#shared/kit/brand.ts';
import { item, support } from '#test/support/store/letters.ts';
import { rowsOf } from '#test/support/store/look.ts';
import { rawPages } from '#test/support/store/raw-pages.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

let workspace: TestWorkspace;
let account: AccountId;

beforeEach(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount('support@shop.example');
  workspace.ingest({ account, items: [] });
  workspace.ingest({ account, items: [], stream: 'Sent', role: 'sent' });
});

afterEach(() => {
  expect(verify(workspace.reader, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
  workspace.close();
});

const erika = { name: 'Wqerika Vxlindner', address: 'kjerika@yvlindner.example' };
const bob = { name: 'Bob Stay', address: 'bob@stays.example' };

/** One word for each place; none begins like a word of anybody else, because an index keeps beginnings once. */
const canaries = {
  subject: 'qwsubjectqw',
  body: 'vzbodyvz',
  html: 'xjhtmlxj',
  fileName: 'wkfilenamewk',
  file: 'zjfilezj',
  note: 'jqnotejq',
  draft: 'kxdraftkx',
  about: 'qzaboutqz',
  given: 'vkgivenvk',
  address: 'kjerika@yvlindner',
  name: 'Wqerika',
  quarantined: 'jzquarantinedjz',
} as const;

const customerOf = (address: string): CustomerId => {
  const row = workspace.reader.get<{ id: CustomerId }>(
    'SELECT customer_id AS id FROM identity WHERE address = ?',
    [address],
  );
  if (row === undefined) throw new Error(`nobody is ${address}`);
  return row.id;
};

const conversationOf = (message: string): ConversationId => {
  const row = workspace.reader.get<{ id: ConversationId }>(
    'SELECT c.id FROM message m JOIN conversation c ON c.num = m.conversation_num WHERE m.external_id = ?',
    [`${message}@mail.example`],
  );
  if (row === undefined) throw new Error(`no message ${message}`);
  return row.id;
};

const letter = (id: string, more: Parameters<typeof item>[0] | object = {}) =>
  item({ id, from: erika, ...more });

const part = {
  part: '2',
  name: `${canaries.fileName}.pdf`,
  mimeType: 'application/pdf',
  size: 10,
  contentId: null,
  inline: false,
  kind: 'file',
} as const;

const firstLetter = () =>
  letter('e1', {
    subject: canaries.subject,
    text: `Words with ${canaries.body} and ${canaries.file}`,
    html: `<p>${canaries.html}</p>`,
    hasHtml: true,
    parts: [part],
  });

/** Everything that a workspace keeps of somebody, with a conversation of somebody else beside it. */
const fill = (): void => {
  workspace.ingest({ account, items: [firstLetter(), item({ id: 'b1', from: bob, subject: 'Of Bob' })] });
  workspace.ingest({
    account,
    stream: 'Sent',
    role: 'sent',
    items: [item({ id: 'a1', direction: 'out', from: support, to: [erika], parents: ['e1'] })],
  });
  const unreadable = letter('broken', { text: `${erika.address} ${canaries.quarantined}` });
  workspace.ingest({
    account,
    items: [{ ...unreadable, result: { kind: 'unreadable', key: 'broken', reason: 'crashed' } }],
  });
  const conversation = conversationOf('e1');
  workspace.run('note.add', { conversation, text: canaries.note, mentions: [] });
  const draft = workspace.run('draft.start', {
    id: 'draft-1' as DraftId,
    conversation,
    account,
    mode: 'reply',
    inReplyTo: null,
    to: [erika],
    cc: [],
    bcc: [],
    subject: 'Re',
    html: `<p>${canaries.draft}</p>`,
    quote: true,
    plain: false,
    visibility: null,
    warning: '',
    template: null,
  }).output;
  workspace.run('draft.attach', {
    id: draft.id,
    name: `${canaries.fileName}.txt`,
    mimeType: 'text/plain',
    contentId: null,
    inline: false,
    forwarded: null,
    bytes: new TextEncoder().encode(canaries.file),
  });
  workspace.run('customer.update', {
    id: customerOf(erika.address),
    seenRev: null,
    name: canaries.given,
    note: canaries.about,
  });
};

const quarantined = (): readonly string[] =>
  workspace.reader.all<{ id: string }>('SELECT id FROM quarantine').map(({ id }) => id);

const ask = (typed: string = canaries.given) =>
  workspace.run('erasure.ask', { id: customerOf(erika.address), typed, quarantine: quarantined() }).output;

/** Works on until nothing is left to be done, or until `stop` says so after a step. */
const work = (stop: (step: number) => boolean = () => false): boolean => {
  for (let step = 0; step < 10_000; step += 1) {
    const { output } = workspace.run('erasure.step', {});
    if (output === 'nothing') return true;
    if (stop(step)) return false;
    if (output === 'pages') workspace.run('erasure.finish', {});
  }
  throw new Error('it does not come to an end');
};

/** Every byte of the workspace that can be read with its key: pages, log, and the records that rows speak of or that were put. */
const everything = (): Buffer => {
  const keys = deriveKeys(workspace.root);
  return Buffer.concat([rawPages(workspace.path, keys.database), ...records.map(read)]);
};

let records: readonly BlobId[] = [];

const read = (blob: BlobId): Uint8Array => {
  const vault = openVaultReader({
    folder: join(workspace.folder, 'vault'),
    key: deriveKeys(workspace.root).vault,
  });
  try {
    return vault.read(blob);
  } catch {
    return new Uint8Array();
  } finally {
    vault.close();
  }
};

const noteRecords = (): void => {
  records = workspace.reader
    .all<{ blob: BlobId }>(
      `SELECT source AS blob FROM message WHERE source IS NOT NULL
       UNION SELECT blob FROM draft_attachment UNION SELECT source FROM quarantine`,
    )
    .map(({ blob }) => blob);
};

/** The words that are still there; an index keeps the beginning of a word apart from the rest. */
const found = (): readonly string[] => {
  const bytes = everything();
  return Object.entries(canaries)
    .filter(([, word]) => bytes.includes(word) || bytes.includes(word.slice(2)))
    .map(([name]) => name);
};

/** A letter long enough to be kept packed, in which no word tells that it is there. */
const longLetter = (id: string, from: typeof erika) =>
  item({ id, from, text: `The lamp that ${id} bought of us in spring is broken again. `.repeat(30) });

const packedOf = (message: string): Buffer => {
  const row = workspace.reader.get<{ packed: Uint8Array<ArrayBuffer> | null }>(
    'SELECT t.packed FROM message_text t JOIN message m ON m.seq = t.seq WHERE m.external_id = ?',
    [`${message}@mail.example`],
  );
  if (row === undefined || row.packed === null) throw new Error(`${message} is not packed`);
  return Buffer.from(row.packed);
};

describe('erasing a customer', () => {
  it('leaves nothing of what was kept packed in the pages, and all of somebody else’s', () => {
    fill();
    workspace.ingest({ account, items: [longLetter('e7', erika), longLetter('b7', bob)] });
    const [theirs, others] = [packedOf('e7'), packedOf('b7')];
    expect([everything().includes(theirs), everything().includes(others)]).toEqual([true, true]);
    expect(ask()).toMatchObject({ ok: true });
    work();
    expect([everything().includes(theirs), everything().includes(others)]).toEqual([false, true]);
  });

  it('leaves no word of theirs in pages, log, index and vault, where each was before', () => {
    fill();
    noteRecords();
    expect(found()).toEqual(Object.keys(canaries));
    expect(ask()).toMatchObject({ ok: true });
    work();
    expect(found()).toEqual([]);
    expect(rowsOf(workspace).map(({ subject }) => subject)).toEqual(['Of Bob']);
    expect(erasedAt(workspace.reader)).toBe(workspace.clock.now);
    for (const name of readdirSync(workspace.folder)) {
      if (name.endsWith('.list'))
        expect(readFileSync(join(workspace.folder, name)).includes('erika')).toBe(false);
    }
  });

  it('takes along what nobody could read, when it is understood to be theirs', () => {
    workspace.ingest({ account, items: [firstLetter()] });
    const copy = { ...firstLetter(), key: 'copy' };
    workspace.ingest({
      account,
      items: [{ ...copy, result: { kind: 'unreadable', key: 'copy', reason: 'crashed' } }],
    });
    const [put] = workspace.reader.all<{ source: BlobId }>('SELECT source FROM quarantine');
    const whom = { id: customerOf(erika.address), typed: erika.name, quarantine: [] };
    expect(workspace.run('erasure.ask', whom).output).toMatchObject({ ok: true });
    work();
    expect(quarantined()).toHaveLength(1);
    workspace.ingest({ account, items: [{ ...copy, result: { ...copy.result, key: 'copy' } }] });
    expect(quarantined()).toEqual([]);
    expect(workspace.reader.all("SELECT 1 FROM location WHERE item = 'copy'")).toEqual([]);
    expect(put !== undefined && isWiped(join(workspace.folder, 'vault'), put.source)).toBe(true);
  });

  it('says beforehand what goes', () => {
    fill();
    const customers = wholeCustomer(workspace.reader, customerOf(erika.address));
    expect(erasureScope(workspace.reader, customers)).toEqual({
      conversations: 1,
      messages: 2,
      files: 1,
      drafts: 1,
      notes: 1,
      shared: 0,
      sharedMessages: 0,
    });
  });

  it('wants the name, and everything of theirs settled', () => {
    fill();
    expect(ask('Somebody')).toEqual({ ok: false, failure: { kind: 'erase-name' } });
    workspace.db.run(
      `INSERT INTO outbox (id, conversation_num, seq, account_id, state, draft, envelope_from, recipients, pending, source, sends_at, next_try_at, created_at)
       SELECT 'o', conversation_num, seq, account_id, 'failed', '{}', '', '[]', '[]', source, 0, 0, 0 FROM message
       WHERE external_id = 'e1@mail.example'`,
      [],
    );
    expect(ask()).toEqual({ ok: false, failure: { kind: 'erase-unsettled' } });
    workspace.db.run("DELETE FROM outbox WHERE id = 'o'", []);
    expect(ask(`  ${canaries.given.toUpperCase()} `)).toMatchObject({ ok: true });
    work();
  });

  it('does not take the same mail in again, and takes new mail in as a new customer’s', () => {
    fill();
    const before = customerOf(erika.address);
    ask();
    work();
    const again = workspace.ingest({
      account,
      stream: 'INBOX',
      items: [{ ...firstLetter(), key: '2.1' }, letter('e2', { subject: 'New', parents: ['e1'] })],
    });
    expect(again.output.added).toBe(1);
    const echo = item({ id: 'a1', direction: 'out', from: support, to: [erika], parents: ['e1'] });
    expect(
      workspace.ingest({ account, stream: 'Sent', role: 'sent', items: [{ ...echo, key: '2.9' }] }).output,
    ).toMatchObject({ added: 0, echoes: [] });
    expect(customerOf(erika.address)).not.toBe(before);
    expect(
      rowsOf(workspace)
        .map(({ subject }) => subject)
        .sort(),
    ).toEqual(['New', 'Of Bob']);
  });

  it('goes in small pieces, between which others write', () => {
    const talk = Array.from({ length: 350 }, (_, n) => letter(`t${String(n)}`, { parents: ['t0'] }));
    const talks = Array.from({ length: 120 }, (_, n) =>
      letter(`s${String(n)}`, { subject: `Matter ${String(n)}` }),
    );
    workspace.ingest({
      account,
      items: [...talk, ...talks, item({ id: 'b1', from: bob, subject: 'Of Bob' })],
    });
    const count = () => workspace.reader.get<{ n: number }>('SELECT count(*) AS n FROM message')?.n ?? 0;
    ask(erika.name);
    let before = count();
    let most = 0;
    work((step) => {
      const now = count();
      most = Math.max(most, before - now);
      before = now;
      if (step % 3 === 0)
        workspace.run('note.add', { conversation: conversationOf('b1'), text: 'Between', mentions: [] });
      return false;
    });
    expect(count()).toBe(1);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(201);
  });

  it('goes on after a kill at every step', () => {
    for (let at = 0; ; at += 1) {
      workspace.close();
      workspace = makeWorkspace();
      account = workspace.addAccount('support@shop.example');
      workspace.ingest({ account, items: [] });
      workspace.ingest({ account, items: [], stream: 'Sent', role: 'sent' });
      fill();
      noteRecords();
      ask();
      const whole = work((step) => step === at);
      // What a killed process leaves is what was committed: nothing of it is in memory.
      eraseAgain(workspace.db, workspace.environment.erasures);
      work();
      expect(found()).toEqual([]);
      if (whole) {
        expect(at).toBeGreaterThan(6);
        return;
      }
    }
  });

  it('meets whoever writes in the meantime anew, and leaves them be', () => {
    fill();
    ask();
    workspace.run('erasure.step', {});
    workspace.ingest({ account, items: [letter('e9', { subject: 'In the meantime', parents: ['e1'] })] });
    work();
    expect(
      rowsOf(workspace)
        .map(({ subject }) => subject)
        .sort(),
    ).toEqual(['In the meantime', 'Of Bob']);
  });

  it('goes on where the disk failed half-way through the vault', () => {
    fill();
    noteRecords();
    ask();
    const { vault } = workspace.environment;
    let wiped = 0;
    const failing: VaultWriter = {
      put: (bytes) => vault.put(bytes),
      sync: () => vault.sync(),
      discard: () => vault.discard(),
      close: () => vault.close(),
      wipe: (blob) => {
        wiped += 1;
        if (wiped === 2) throw new Error('the disk failed');
        vault.wipe(blob);
      },
    };
    expect(() => {
      while (runAction({ ...workspace.environment, vault: failing }, 'erasure.step', {}).output === 'more');
    }).toThrow('the disk failed');
    expect(found().length).toBeGreaterThan(0);
    work();
    expect(found()).toEqual([]);
  });

  it('is erased again where an older copy of the workspace is put back', () => {
    fill();
    noteRecords();
    workspace.db.all('PRAGMA wal_checkpoint(TRUNCATE)');
    const before = readFileSync(workspace.path);
    ask();
    work();
    // What the copy does not have is that anything was erased; the list beside the database does.
    workspace.reader.close();
    workspace.db.close();
    writeFileSync(workspace.path, before);
    const db = openWriter({ path: workspace.path, key: deriveKeys(workspace.root).database });
    workspace = { ...workspace, ...withDb(workspace, db) };
    eraseAgain(db, workspace.environment.erasures);
    expect(rowsOf(workspace)).toHaveLength(2);
    work();
    // The vault is that of today: what its records held is gone.
    expect(found()).toEqual([]);
    expect(rowsOf(workspace).map(({ subject }) => subject)).toEqual(['Of Bob']);
    eraseAgain(db, workspace.environment.erasures);
    expect(workspace.run('erasure.step', {}).output).toBe('nothing');
  });
});

/** The same workspace over another file in its place. */
const withDb = (one: TestWorkspace, db: WritableDb): Partial<TestWorkspace> => {
  const environment = { ...one.environment, db };
  return {
    db,
    reader: db,
    environment,
    run: (name, input) => runAction(environment, name, input),
    close: () => {
      db.close();
      one.vault.close();
      one.environment.vault.close();
      rmSync(one.folder, { recursive: true, force: true });
    },
  };
};

describe('a conversation in which others wrote', () => {
  it('stays without what the customer wrote and without their address, and is the other’s', () => {
    workspace.ingest({
      account,
      items: [
        firstLetter(),
        item({
          id: 'b2',
          from: bob,
          to: [support, erika],
          parents: ['e1'],
          subject: 'Re: ours',
          text: 'Bob says',
        }),
      ],
    });
    const num = workspace.reader.get<{ n: number }>('SELECT count(*) AS n FROM conversation')?.n;
    expect(num).toBe(1);
    noteRecords();
    expect(ask(erika.name)).toMatchObject({ ok: true });
    work();
    expect(rowsOf(workspace)).toMatchObject([
      { subject: 'Re: ours', messages: 1, customer: { address: bob.address } },
    ]);
    const people = workspace.reader.get<{ people: string }>('SELECT people FROM message')?.people;
    expect(people).not.toContain('erika');
    expect(found()).toEqual([]);
  });

  it('keeps the log of what another one took over, without words', () => {
    workspace.ingest({
      account,
      items: [
        firstLetter(),
        item({ id: 'b3', from: bob, subject: 'Of Bob', text: 'Bob says', at: present - 60_000 }),
      ],
    });
    const [theirs, ours] = [conversationOf('e1'), conversationOf('b3')];
    workspace.run('note.add', { conversation: theirs, text: canaries.note, mentions: [] });
    workspace.run('conversation.merge', { ids: [ours, theirs] });
    noteRecords();
    ask(erika.name);
    work();
    expect(found()).toEqual([]);
    expect(rowsOf(workspace)).toMatchObject([{ subject: 'Of Bob', messages: 1 }]);
  });
});
