import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '#test/support/command-line.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let folder: TempDirectory;
let steward: CommandLine;
const here = (): readonly string[] => ['--workspace', join(folder.path, 'workspace'), '--json'];

const mail = (from: string, subject: string, place: number): string =>
  [
    'From x@y Sun Nov 22 07:36:00 2026',
    `Message-ID: <m${String(place)}@mail.example>`,
    `Date: ${new Date(Date.now() - place * 3_600_000).toUTCString().replace('GMT', '+0000')}`,
    `From: ${from}`,
    'To: help@shop.example',
    `Subject: ${subject}`,
    '',
    'Hello.',
    '',
    '',
  ].join('\n');

const customer = v.object({
  customer: v.object({
    name: v.string(),
    company: v.string(),
    note: v.string(),
    identities: v.array(v.object({ address: v.string() })),
  }),
});
const undoable = v.object({ undo: v.nullable(v.string()) });

const shown = async (who: string) =>
  v.parse(customer, (await steward.ok(['customer', 'show', who, ...here()])).json()).customer;

beforeAll(async () => {
  folder = makeTempDirectory('cli-customers');
  steward = new CommandLine({ STEWARD_KEY_FILE: join(folder.path, 'key') });
  await steward.ok(['key', 'new', join(folder.path, 'key')]);
  const file = join(folder.path, 'mails.mbox');
  writeFileSync(
    file,
    [
      mail('Ana Pereira <ana@corvo.example>', 'My pump', 3),
      mail('Ana Pereira <a.pereira@corvo.example>', 'The invoice', 2),
      mail('Rui Costa <rui@home.example>', 'Something else', 1),
    ].join(''),
  );
  await steward.ok(['import', file, '--own', 'help@shop.example', ...here()]);
});

afterAll(async () => {
  await steward.stop();
  folder.remove();
});

describe('customers on the command line', () => {
  it('are suggested, and merged only with --yes', async () => {
    const suggested = v.parse(
      v.object({ suggestions: v.array(v.object({ reason: v.string(), shared: v.string() })) }),
      (await steward.ok(['customer', 'suggestions', ...here()])).json(),
    );
    expect(suggested.suggestions).toEqual([{ reason: 'domain', shared: 'corvo.example' }]);
    const both = ['ana@corvo.example', 'a.pereira@corvo.example'];
    const preview = await steward.ok(['customer', 'merge', ...both, ...here()]);
    expect(v.parse(undoable, preview.json()).undo).toBeNull();
    expect((await shown('ana@corvo.example')).identities).toHaveLength(1);

    const merged = await steward.ok(['customer', 'merge', ...both, '--yes', ...here()]);
    expect((await shown('a.pereira@corvo.example')).identities).toHaveLength(2);
    await steward.ok(['customer', 'undo', v.parse(undoable, merged.json()).undo ?? '', ...here()]);
    expect((await shown('ana@corvo.example')).identities).toHaveLength(1);
  });

  it('are changed by name, and an unclear name is refused with those it may mean', async () => {
    await steward.ok(['customer', 'edit', 'rui', '--company', 'Home Ltd', '--note', 'Calls late', ...here()]);
    expect(await shown('rui@home.example')).toMatchObject({ company: 'Home Ltd', note: 'Calls late' });
    const unclear = await steward.run(['customer', 'show', 'ana pereira', ...here()]);
    expect(unclear.code).toBe(5);
    expect(JSON.parse(unclear.err)).toMatchObject({ error: { kind: 'customer-unclear' } });
    expect((await steward.run(['customer', 'show', 'nobody at all', ...here()])).code).toBe(5);
    expect((await steward.run(['customer', 'edit', 'rui', ...here()])).code).toBe(2);
  });

  it('give an address to somebody else, but not their last', async () => {
    await steward.ok(['customer', 'merge', 'ana@corvo.example', 'rui@home.example', '--yes', ...here()]);
    await steward.ok(['customer', 'move', 'rui@home.example', '--new', ...here()]);
    expect((await shown('rui@home.example')).identities).toEqual([{ address: 'rui@home.example' }]);
    const last = await steward.run([
      'customer',
      'move',
      'rui@home.example',
      '--to',
      'ana@corvo.example',
      ...here(),
    ]);
    expect(last.code).toBe(5);
    expect(JSON.parse(last.err)).toMatchObject({ error: { kind: 'no-address-left' } });
    expect((await steward.ok(['verify', ...here()])).code).toBe(0);
  });
});
