import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tell } from '../kit/rows.ts';

/** Of a folder or a file, MiB. */
const sizeOf = (path: string, counts: (file: string) => boolean = () => true): number => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return counts(path) ? found.size / 1_048_576 : 0;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name), counts), 0);
};

/** What is packed beside Electron, part for part; source maps stay out of a package. */
const parts: readonly (readonly [what: string, path: string])[] = [
  ['the window: its page', 'dist/renderer'],
  ['the engine: channels, store, team', 'dist/main/working-engine.cjs'],
  ['the engine: the writing thread', 'dist/main/writer.cjs'],
  ['the engine: the thread for sources', 'dist/main/vault.cjs'],
  ['the engine: the parsing thread', 'dist/main/parser.cjs'],
  ['the engine: the thread for backups', 'dist/main/keeper.cjs'],
  ['what shell, engine and command line load later', 'dist/main/later'],
  ['the shell', 'dist/main/shell.cjs'],
  ['the command line', 'dist/main/cli.cjs'],
  ['the website chat', 'dist/widget'],
  ['encrypted SQLite of this system', `dist/native/${process.platform}-${process.arch}`],
];

/** Tells what each part adds to Electron. */
export const measurePackage = (): void => {
  const isPacked = (file: string): boolean => !file.endsWith('.map');
  const sizes = parts.map(([what, path]) => ({ what, mib: sizeOf(join(process.cwd(), path), isPacked) }));
  for (const { what, mib } of sizes)
    tell({ measure: 'package', what, size: null, unit: 'MiB', values: [mib] });
  const all = sizes.reduce((sum, { mib }) => sum + mib, 0);
  tell({ measure: 'package', what: 'everything over Electron', size: null, unit: 'MiB', values: [all] });
};
