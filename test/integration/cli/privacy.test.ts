import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '#test/support/command-line.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';
import { unzip } from '#test/support/unzip.ts';

let folder: TempDirectory;
let steward: CommandLine;

const there = (): readonly string[] => ['--workspace', join(folder.path, 'workspace')];

beforeAll(async () => {
  folder = makeTempDirectory('cli-privacy');
  steward = new CommandLine({ STEWARD_KEY: 'cd'.repeat(32) });
  const mail = join(folder.path, 'ana.eml');
  writeFileSync(
    mail,
    'From: Ana <ana@customer.example>\r\nTo: support@shop.example\r\nSubject: =?utf-8?q?=3DSUM(A1)?=\r\nMessage-ID: <a@x.example>\r\nDate: Thu, 15 Jan 2026 10:00:00 +0000\r\n\r\nHello\r\n',
  );
  const { code, err } = await steward.run(['import', mail, '--own', 'support@shop.example', ...there()]);
  if (code !== 0) throw new Error(err);
});
afterEach(async () => {
  await steward.stop();
});
afterAll(() => {
  folder.remove();
});

describe('the command line', () => {
  it('writes everything about one customer, and over nothing that is there', async () => {
    const file = join(folder.path, 'ana.zip');
    const args = ['customer', 'export', 'ana@customer.example', '--out', file, '--json', ...there()];
    const made = await steward.run(args);
    expect(made.json()).toEqual({ messages: 1, files: 0, missing: 0, file });
    expect([...unzip(readFileSync(file)).keys()]).toContain('data.json');
    const again = await steward.run(args);
    expect(again.code).toBe(5);
    expect(again.err).toContain('file-exists');
  });

  it('writes who did what, of the days that were asked for', async () => {
    const all = await steward.run(['audit', 'export', '--format', 'json', ...there()]);
    const kinds = (all.json() as readonly { readonly kind: string }[]).map(({ kind }) => kind);
    expect(kinds).toContain('account.added');
    expect(kinds).toContain('customer.exported');
    const args = ['audit', 'export', '--format', 'csv', '--to', '2000-01-01', ...there()];
    const before = await steward.run(args);
    expect(before.out.split('\r\n')).toHaveLength(2);
    const wrong = ['audit', 'export', '--format', 'csv', '--from', '2026-02-30', ...there()];
    expect((await steward.run(wrong)).code).toBe(2);
  });

  it('says facts for whoever helps, and nothing of anybody', async () => {
    const { code, out } = await steward.run(['diagnostics', '--check', ...there()]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ check: { problems: {} }, accounts: [{ health: 'archive' }] });
    expect(out).not.toMatch(/ana|customer\.example|shop\.example/iu);
    expect(out).not.toContain(folder.path);
  });
});
