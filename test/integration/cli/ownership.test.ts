import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWriter } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import { CommandLine } from '#test/support/command-line.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let folder: TempDirectory;
let steward: CommandLine;
const path = (name: string): string => join(folder.path, name);
const here = (): readonly string[] => ['--workspace', path('workspace')];

const listed = v.object({ conversations: v.array(v.object({ id: v.string(), subject: v.string() })) });
const undoable = v.object({ undo: v.string() });

/** Runs a command that must succeed and answers what it says as JSON. */
const said = async (...args: readonly string[]): Promise<unknown> =>
  (await steward.ok([...args, ...here(), '--json'])).json();

/** Runs a command that must be refused by a rule, and answers the words. */
const refused = async (...args: readonly string[]): Promise<string> => {
  const ran = await steward.run([...args, ...here()]);
  expect([args.join(' '), ran.code]).toEqual([args.join(' '), 5]);
  return ran.err;
};

const idOf = async (subject: string): Promise<string> => {
  const { conversations } = v.parse(listed, await said('list', '--view', 'all'));
  const found = conversations.find((one) => one.subject === subject);
  if (found === undefined) throw new Error(`no conversation about ${subject}`);
  return found.id;
};

const checkOf = async (subject: string): Promise<string> => {
  const shown = await said('show', await idOf(subject));
  const { conversation } = v.parse(
    v.object({ conversation: v.object({ followUp: v.object({ id: v.string() }) }) }),
    shown,
  );
  return conversation.followUp.id;
};

const statusOf = async (subject: string): Promise<unknown> =>
  v.parse(
    v.object({ conversation: v.object({ status: v.string() }) }),
    await said('show', await idOf(subject)),
  ).conversation.status;

/** Real teams come with a shared database; until then the colleagues are put where they will be. */
const addColleagues = (): void => {
  const root = Uint8Array.from(Buffer.from(readFileSync(path('key'), 'utf8').trim(), 'hex'));
  const db = openWriter({
    path: join(path('workspace'), workspaceFiles.database),
    key: deriveKeys(root).database,
  });
  db.run(
    "INSERT INTO member (id, name, role, created_at) VALUES ('omar', 'Omar', 'agent', 1), ('olga', 'Olga', 'lead', 1)",
  );
  db.close();
};

/** From now on the one who sits here is an agent, or an admin again. */
const become = (role: 'agent' | 'admin'): void => {
  const root = Uint8Array.from(Buffer.from(readFileSync(path('key'), 'utf8').trim(), 'hex'));
  const db = openWriter({
    path: join(path('workspace'), workspaceFiles.database),
    key: deriveKeys(root).database,
  });
  db.run('UPDATE member SET role = ? WHERE is_me = 1', [role]);
  db.close();
};

beforeAll(async () => {
  folder = makeTempDirectory('cli-ownership');
  steward = new CommandLine({ STEWARD_KEY_FILE: path('key') });
  await steward.ok(['key', 'new', path('key')]);
  for (const subject of ['lamp', 'order', 'invoice', 'parcel']) {
    writeFileSync(
      path(`${subject}.eml`),
      letter({
        subject,
        from: 'Ana <ana@customer.test>',
        to: 'help@shop.test',
        date: new Date(),
        text: subject,
      }),
    );
  }
  await steward.ok([
    'import',
    ...['lamp', 'order', 'invoice', 'parcel'].map((one) => path(`${one}.eml`)),
    ...here(),
  ]);
  addColleagues();
});

afterAll(async () => {
  await steward.ok(['verify', ...here()]);
  await steward.stop();
  folder.remove();
});

describe('owning from the command line', () => {
  it('claims, and names the owner to whoever comes second', async () => {
    const id = await idOf('lamp');
    expect(await said('claim', id)).toMatchObject({ changed: 1, refused: [] });
    await steward.ok(['assign', id, '--to', 'omar', ...here()]);
    expect(await refused('claim', id)).toContain('Omar owns this');
    await steward.ok(['assign', id, '--nobody', ...here()]);
    expect(await said('claim', id)).toMatchObject({ changed: 1 });
  });

  it('leaves assigning to leads', async () => {
    become('agent');
    expect(await refused('assign', await idOf('order'), '--to', 'omar')).toContain('Only a lead');
    become('admin');
  });

  it('says which member is meant where the name is not enough', async () => {
    const id = await idOf('order');
    expect(await refused('assign', id, '--to', 'o')).toMatch(/Omar[\s\S]*Olga|Olga[\s\S]*Omar/u);
    expect(await refused('assign', id, '--to', 'nobody-here')).toContain('nobody-here');
  });

  it('hands over with a check, which keeps it from closing until it is confirmed or waived', async () => {
    for (const how of ['confirm', 'waive'] as const) {
      const subject = how === 'confirm' ? 'order' : 'invoice';
      const id = await idOf(subject);
      await said('claim', id);
      await said('transfer', id, '--to', 'omar', '--reason', 'knows lamps', '--check', 'tomorrow 9');
      await said('done', id);
      expect(await statusOf(subject)).toBe('resolved');
      const reason = how === 'waive' ? ['--reason', 'moved away'] : [];
      await said('checks', how, await checkOf(subject), ...reason);
      expect(await statusOf(subject)).toBe('done');
    }
  });

  it('needs a reason to hand over', async () => {
    const ran = await steward.run(['transfer', await idOf('parcel'), '--to', 'omar', ...here()]);
    expect(ran.code).toBe(2);
    expect(await refused('transfer', await idOf('parcel'), '--to', 'omar', '--reason', ' ')).toContain('why');
  });
});

describe('putting things in order from the command line', () => {
  it('snoozes until a time in words, wakes, tags and notes', async () => {
    const id = await idOf('parcel');
    expect(await said('snooze', id, 'tomorrow', '9')).toMatchObject({ changed: 1 });
    expect(await said('wake', id)).toMatchObject({ changed: 1 });
    expect(await said('tag', id, '--add', 'Refund', '--add', 'vip')).toMatchObject({ changed: 1 });
    await said('note', id, 'Ask', 'the', 'warehouse', '--mention', 'omar');
    expect(await said('show', id)).toMatchObject({
      conversation: { tags: ['refund', 'vip'], snoozedUntil: null },
    });
    expect((await steward.run(['snooze', id, 'whenever', ...here()])).code).toBe(2);
  });

  it('merges, and takes it back once', async () => {
    const ids = [await idOf('lamp'), await idOf('parcel')];
    const { undo } = v.parse(undoable, await said('merge', ...ids));
    expect(v.parse(listed, await said('list', '--view', 'all')).conversations).toHaveLength(3);
    await said('undo', undo);
    expect(v.parse(listed, await said('list', '--view', 'all')).conversations).toHaveLength(4);
    expect(await refused('undo', undo)).toContain('Something happened');
    expect(await refused('undo', 'no-such-key')).toContain('nothing to take back');
  });

  it('splits messages off, but not the last one', async () => {
    const shown = v.parse(
      v.object({ items: v.array(v.looseObject({ kind: v.string(), id: v.string() })) }),
      await said('show', await idOf('lamp')),
    );
    const message = shown.items.find(({ kind }) => kind === 'message')?.id ?? '';
    expect(await refused('split', await idOf('lamp'), message)).toContain('at least one message');
  });
});

describe('members from the command line', () => {
  it('lists them, sends away and welcomes back', async () => {
    expect(await said('members', 'list')).toMatchObject({ members: [{ isMe: true }, {}, {}] });
    const id = await idOf('parcel');
    await said('assign', id, '--to', 'omar');
    expect(
      await said('members', 'away', 'omar', '--until', 'in 3 days', '--substitute', 'olga'),
    ).toMatchObject({ covered: 1 });
    expect(await said('show', id)).toMatchObject({
      conversation: { owner: { name: 'Olga' }, coveredFor: { name: 'Omar' } },
    });
    expect(await said('members', 'back', 'omar')).toMatchObject({ returned: 1 });
    expect(await said('show', id)).toMatchObject({ conversation: { owner: { name: 'Omar' } } });
  });
});

describe('leading from the command line', () => {
  it('says how much each has and who could have a conversation, and why', async () => {
    const loads = v.parse(
      v.object({ members: v.array(v.looseObject({ open: v.number(), ourTurn: v.number() })) }),
      await said('members', 'load'),
    );
    expect(loads.members).toHaveLength(3);
    const suggested = await steward.ok(['balance', 'suggest', await idOf('parcel'), ...here()]);
    expect(suggested.out).toMatch(/has the least waiting|knows this customer|has room/u);
    expect(await said('balance', 'plan', 'olga')).toMatchObject({ moves: [] });
  });

  it('shows a hand-over before it is done, does it in one step and takes it back in one', async () => {
    const id = await idOf('parcel');
    await said('assign', id, '--to', 'omar');
    const ran = await steward.run(['hand-over', 'omar', ...here()]);
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('--to MEMBER or --spread')]);
    const shown = v.parse(v.object({ open: v.number() }), await said('hand-over', 'omar', '--to', 'olga'));
    expect(shown.open).toBeGreaterThan(0);
    expect(await said('show', id)).toMatchObject({ conversation: { owner: { name: 'Omar' } } });
    const done = await said('hand-over', 'omar', '--to', 'olga', '--note', 'Omar is ill', '--yes');
    expect(done).toMatchObject({ conversations: shown.open });
    expect(await said('show', id)).toMatchObject({ conversation: { owner: { name: 'Olga' } } });
    await said('undo', v.parse(undoable, done).undo);
    expect(await said('show', id)).toMatchObject({ conversation: { owner: { name: 'Omar' } } });
  });
});
