import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, mebibytesOf } from '../kit/peers.ts';
import { makeLetters } from '../workspaces/letters.ts';
import type { Letter } from '../workspaces/letters.ts';
import type { BenchWorkspace } from '../workspaces/workspace.ts';

/** notmuch over the same letters as a workspace. */
export type Notmuch = {
  /** Runs one search for the 50 newest threads; ms of the wall, the start of the process among it. */
  readonly search: (query: string) => number;
  /** Starts and ends without looking for anything; ms of the wall. */
  readonly start: () => number;
  /** What its index takes, MiB. */
  readonly indexMiB: number;
};

/** More letters than these take notmuch a quarter of an hour. */
const mostLetters = 150_000;
const inFolder = 2_000;

const encoded = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
const person = ({ name, address }: { readonly name: string; readonly address: string }): string =>
  `${encoded(name)} <${address}>`;

/** A letter as its mail would be, without its file. */
const mailOf = ({ item: { result } }: Letter): string => {
  if (result.kind !== 'message') throw new Error('a letter that is none');
  const { from, to, cc, subject, at, thread, text } = result;
  const refs = thread.parents.map((name) => `<${name}>`).join(' ');
  return [
    `From: ${person(from)}`,
    `To: ${to.map(person).join(', ')}`,
    ...(cc.length === 0 ? [] : [`Cc: ${cc.map(person).join(', ')}`]),
    `Subject: ${encoded(subject)}`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${thread.self ?? ''}>`,
    ...(refs === '' ? [] : [`References: ${refs}`]),
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    text,
  ].join('\n');
};

const writeMails = (folder: string, messages: number): void => {
  const letter = makeLetters(messages);
  for (let n = 0; n < messages; n += 1) {
    const place = join(folder, 'mail', String(Math.floor(n / inFolder)), 'cur');
    if (n % inFolder === 0) mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `${String(n)}:2,S`), mailOf(letter(n)));
  }
};

const timedRun = (args: readonly string[], env: NodeJS.ProcessEnv): number => {
  const began = performance.now();
  execFileSync('notmuch', args, { env, stdio: 'ignore' });
  return performance.now() - began;
};

/** notmuch with a workspace's letters, indexed once and kept beside it; null where it is not installed, or they are too many. */
export const notmuchOf = ({ dir, messages }: BenchWorkspace): Notmuch | null => {
  if (messages > mostLetters || !hasProgram('notmuch')) return null;
  const folder = `${dir}-notmuch`;
  const making = `${folder}.unfinished`;
  const envOf = (): NodeJS.ProcessEnv => ({ ...process.env, NOTMUCH_CONFIG: join(folder, 'config') });
  if (!existsSync(folder)) {
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making, { recursive: true });
    writeMails(making, messages);
    const config = (at: string): string => `[database]\npath=${join(process.cwd(), at, 'mail')}\n`;
    writeFileSync(join(making, 'making'), config(making));
    writeFileSync(join(making, 'config'), config(folder));
    timedRun(['new', '--quiet'], { ...process.env, NOTMUCH_CONFIG: join(making, 'making') });
    renameSync(making, folder);
  }
  return {
    search: (query) => timedRun(['search', '--limit=50', '--sort=newest-first', query], envOf()),
    start: () => timedRun(['--version'], envOf()),
    indexMiB: mebibytesOf(join(folder, 'mail', '.notmuch')),
  };
};
