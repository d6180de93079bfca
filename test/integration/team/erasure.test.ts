import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import { teamProgress } from '#main/engine/store/team/progress.ts';
import { verify } from '#main/engine/store/verify.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { AccountId, CustomerId, DraftId } from '#shared/kit/brand.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { eventually } from '#test/support/eventually.ts';
import type { Letter } from '#test/support/store/letters.ts';
import { rawPages } from '#test/support/store/raw-pages.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';
import { differencesAt, openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';

const word = 'qxkwerbel';
const erika = { name: 'Qxkwerbel Gone', address: `${word}@customer.test` };
const bob = { name: 'Bob Stays', address: 'bob@stays.test' };
const day = 24 * 60 * 60_000;
const present = Date.now() - day;

let office: Office;
let proxy: CuttingProxy;
let folders: TempDirectory;
let [ana, lea, omar]: readonly Colleague[] = [];

const somebody = (one: Colleague | undefined): Colleague => {
  if (one === undefined) throw new Error('nobody is there yet');
  return one;
};
const dirOf = (name: string): string => join(folders.path, name);
const isWhole = ({ workspace }: Colleague): boolean => teamProgress(workspace().db)?.phase === 'whole';

/** Everybody sits down: an admin who collects the mail, a lead, and an agent whose line can be cut. */
const sitDown = async (): Promise<void> => {
  office = await openOffice();
  folders = makeTempDirectory('team-erasure');
  proxy = await startCuttingProxy({ port: office.postgres.port });
  const at = (name: string) => ({ workspaceDir: dirOf(name) });
  ana = await office.found('Ana', at('Ana'));
  lea = await office.hire('Lea', { role: 'lead', ...at('Lea') });
  omar = await office.hire('Omar', { port: proxy.port, ...at('Omar') });
};

const inStep = (who: Colleague): Promise<unknown> =>
  eventually(
    async () =>
      isWhole(who) &&
      pendingOf(who.workspace().db).transactions === 0 &&
      (await differencesAt(office, who)).length === 0,
    { message: `${who.name} has what the team has`, withinMs: 60_000 },
  );

const has = (who: Colleague, letter: string): Promise<unknown> =>
  eventually(() => who.conversationWith(letter), { message: `${who.name} has ${letter}`, withinMs: 90_000 });

const lacks = (who: Colleague, letter: string): Promise<unknown> =>
  eventually(() => who.conversationWith(letter) === undefined, {
    message: `${who.name} has ${letter} no more`,
    withinMs: 90_000,
  });

const isErasedAt = (who: Colleague, times = 1): Promise<unknown> =>
  eventually(
    async () => {
      const { rows } = await who.ask('erasure.list', {});
      return rows.length >= times && rows.every(({ doneAt }) => doneAt !== null);
    },
    { message: `it has ended at ${who.name}’s`, withinMs: 90_000 },
  );

const letters: readonly Letter[] = [
  { id: 'e1', from: erika, at: present, subject: `First ${word}`, text: `Words with ${word}` },
  { id: 'e2', from: erika, at: present, subject: `Second ${word}`, parents: ['e1'] },
  { id: 'b1', from: bob, at: present, subject: 'Of Bob', cc: [erika] },
  { id: 'e3', from: erika, at: present, parents: ['b1'], subject: `Re ${word}`, to: [bob] },
];

const customerId = async (who: Colleague): Promise<CustomerId> => {
  const { customers } = await who.ask('customer.find', { text: word, limit: 5 });
  return customers[0]?.id ?? expect.unreachable('nobody was found');
};

const eraseBy = async (who: Colleague): Promise<string> => {
  const id = await customerId(who);
  const preview = await who.ask('customer.erasePreview', { id });
  expect(preview).toMatchObject({ inTeam: true, refused: null, unsettled: false });
  return (await who.ask('customer.erase', { id, typed: preview.name })).id;
};

/** Every file of a folder that bears the word, as it lies on the disk. */
const filesWith = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    return statSync(path).isFile() && readFileSync(path).includes(word);
  });

/** Whether a device's files hold a word of theirs, the database's pages decrypted. Its engine has to be closed. */
const holdsWord = (name: string, root: Uint8Array): readonly (boolean | string)[] => [
  rawPages(join(dirOf(name), workspaceFiles.database), deriveKeys(root).database).includes(word),
  ...filesWith(dirOf(name)),
];

/** Columns of a device's tables that hold the word. */
const columnsWith = ({ workspace }: Colleague): readonly string[] => {
  const { db } = workspace();
  const columns = db.all<{ name: string; col: string }>(
    `SELECT m.name, c.name AS col FROM sqlite_schema m, pragma_table_info(m.name) c
     WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'`,
  );
  return columns.flatMap(({ name, col }) =>
    db.get(`SELECT 1 AS yes FROM "${name}" WHERE instr(lower(CAST("${col}" AS TEXT)), ?) > 0 LIMIT 1`, [
      word,
    ]) === undefined
      ? []
      : [`${name}.${col}`],
  );
};

const dump = async (): Promise<string> => {
  const tables = await office.sql(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = '${office.schema()}'::regnamespace`,
  );
  const all = [];
  for (const { name } of tables)
    all.push(JSON.stringify(await office.sql(`SELECT to_jsonb(t) AS row FROM team."${String(name)}" t`)));
  return all.join('\n');
};

beforeAll(async () => {
  await sitDown();
});
afterAll(async () => {
  await office.close();
  await proxy.stop();
  folders.remove();
});

describe('a customer whom a lead erases for the team', () => {
  const roots = new Map<string, Uint8Array>();

  it('is gone from every device and from the database, and others’ words stay', async () => {
    const [one, two, three] = [somebody(ana), somebody(lea), somebody(omar)];
    await one.takeIn(letters);
    for (const who of [two, three]) {
      await has(who, 'e3');
      await inStep(who);
    }
    await one.ask('note.add', {
      conversation: one.conversationWith('e1') ?? expect.unreachable(),
      text: `A note with ${word}`,
      mentions: [],
    });
    await inStep(three);
    const id = await customerId(three);
    expect(await three.ask('customer.erasePreview', { id })).toMatchObject({ refused: 'erase-leads-only' });
    const refused = await three.engine().engine.call('customer.erase', { id, typed: erika.name });
    expect(refused).toMatchObject({ ok: false, failure: { kind: 'erase-leads-only' } });

    await eraseBy(two);
    for (const who of [one, two, three]) {
      await lacks(who, 'e1');
      await isErasedAt(who);
      await lacks(who, 'e3');
      expect(who.conversationWith('b1')).toBeDefined();
      await inStep(who);
      const { customers } = await who.ask('customer.find', { text: word, limit: 5 });
      expect(customers).toEqual([]);
      const { rows } = await who.ask('erasure.list', {});
      expect(rows).toMatchObject([{ reason: 'team', by: 'Lea', conversations: 1 }]);
      const { db, vault } = who.workspace();
      expect(verify(db, vault, { everyNthBlob: 1 }).problems).toEqual([]);
      expect(columnsWith(who)).toEqual([]);
      roots.set(who.name, who.workspace().root);
    }
    expect(await dump()).not.toContain(word);
    const { rows: acts } = await one.ask('audit.list', {
      person: null,
      topic: null,
      from: null,
      to: null,
      after: null,
      limit: 50,
    });
    expect(JSON.stringify(acts)).toContain('customer.erased');
  });

  it('leaves no word in the files of any device', async () => {
    for (const who of [ana, lea, omar].map(somebody)) {
      const root = roots.get(who.name) ?? expect.unreachable();
      await who.close();
      expect(holdsWord(who.name, root)).toEqual([false]);
    }
  });
});

describe('a device that was away', () => {
  let near: Colleague;
  let far: Colleague;

  beforeEach(async () => {
    await office.close();
    await proxy.stop();
    folders.remove();
    await sitDown();
    [near, far] = [somebody(lea), somebody(omar)];
    await somebody(ana).takeIn(letters);
    await has(far, 'e3');
    await has(near, 'e3');
    await inStep(far);
    await inStep(near);
  });

  it('erases when it comes back, says what was typed meanwhile, and meets anew whoever has written since', async () => {
    await proxy.refuse();
    proxy.now({ kind: 'reset' });
    await eventually(
      async () => {
        const status = await far.ask('team.status', {});
        return status.kind === 'member' && status.connection.kind === 'away';
      },
      { message: 'the line is cut', withinMs: 60_000 },
    );
    const conversation = far.conversationWith('e1') ?? expect.unreachable();
    await far.ask('note.add', { conversation, text: `Typed away ${word}`, mentions: [] });
    const account = far.workspace().db.get<{ id: AccountId }>('SELECT id FROM account')?.id ?? null;
    await far.workspace().writer.run('draft.start', {
      ...{ id: 'draft-away' as DraftId, conversation, account, mode: 'reply', inReplyTo: null },
      ...{
        to: [erika],
        cc: [],
        bcc: [],
        subject: 'Re',
        html: `<p>${word} draft</p>`,
        quote: true,
        plain: false,
      },
      ...{ visibility: null, warning: '', template: null },
    });
    await eraseBy(near);
    await isErasedAt(near);
    // They write again, and only the device that is away gets it.
    await far.takeIn([
      { id: 'anew', from: erika, at: Date.now() + 60_000, parents: ['e2'], subject: 'Anew' },
    ]);
    await proxy.admit();
    await far.ask('team.tryAside', {});
    await lacks(far, 'e1');
    await isErasedAt(far);
    await has(near, 'anew');
    await inStep(far);
    await inStep(near);
    const anew = near.conversationWith('anew');
    expect(anew).toBeDefined();
    expect(anew).not.toBe(conversation);
    const { refusals } = await far.ask('team.refusals', { conversation: null });
    expect(refusals).toMatchObject([{ tried: 'draft.typed', why: { kind: 'erased', name: 'Lea' } }]);
    const { db } = far.workspace();
    expect(db.all('SELECT id FROM draft')).toEqual([]);
    const found = await near.ask('customer.find', { text: word, limit: 5 });
    expect(found.customers).toHaveLength(1);
    expect(await dump()).not.toContain(`Words with ${word}`);
    expect(await dump()).not.toContain(`Typed away`);
  });

  it('takes none of it in again, whichever device reads the same mail, and brings nothing back out of an older copy', async () => {
    await eraseBy(near);
    for (const who of [near, far]) await isErasedAt(who);
    await far.takeIn(letters);
    await near.takeIn(letters);
    expect([far, near].map((who) => who.conversationWith('e1'))).toEqual([undefined, undefined]);
    // An older state of the device: what it had heard of erasures, and that it has begun, is not in it.
    const workspace = far.workspace();
    await workspace.writer.run('team.progress', { erasedSeq: 0 });
    await far.restart();
    await eventually(() => (teamProgress(far.workspace().db)?.erasedSeq ?? 0) > 0, {
      message: 'it is heard of again',
      withinMs: 60_000,
    });
    await isErasedAt(far);
    await inStep(far);
    expect(await dump()).not.toContain(word);
  });
});
