import { resolve } from 'node:path';
import { backUpWorkspace, restoreWorkspace } from '#main/engine/host/workspace-copies.ts';
import type { CopyKey, CopyRefusal } from '#main/engine/host/workspace-copies.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import { givenKey } from '../key-source.ts';
import { askPassphrase, openFailure } from '../open-workspace.ts';
import type { CommonOptions, Run } from '../run.ts';
import { workspaceFolder } from '../workspace-folder.ts';

const keyFor = ({ terminal }: Run, options: CommonOptions): CopyKey => ({
  keyHex: givenKey(options.keyFile, process.env),
  askPassphrase: (fresh) => askPassphrase(terminal, fresh),
});

const copyFailure = (refusal: CopyRefusal, folder: string): CliFailure =>
  refusal.kind === 'there'
    ? new CliFailure(exitCodes.refused, 'there', 'cli.copy.there', { path: refusal.detail })
    : openFailure({ kind: refusal.kind, detail: refusal.detail }, folder);

/** `backup`: a consistent copy of the workspace in a new folder, also while another Steward works in it. */
export const backup = async (run: Run, dir: string, options: CommonOptions): Promise<void> => {
  const { terminal } = run;
  const folder = workspaceFolder(options.workspace);
  const target = resolve(dir);
  const done = await backUpWorkspace(folder, target, keyFor(run, options));
  if (!done.ok) throw copyFailure(done.failure, folder);
  if (terminal.json) await terminal.out(JSON.stringify({ backup: target, at: done.value.at }));
  else await terminal.out(terminal.words('cli.backup.done', { path: target }));
};

/** `restore` may be given recovery words. */
type RestoreOptions = CommonOptions & { readonly words?: true };

/** `restore`: makes a workspace from a backup, where none is yet. */
export const restore = async (run: Run, dir: string, options: RestoreOptions): Promise<void> => {
  const { terminal } = run;
  const folder = workspaceFolder(options.workspace);
  const from = resolve(dir);
  const done = await restoreWorkspace(from, folder, {
    ...keyFor(run, options),
    ...(options.words === true ? { words: await terminal.readInput() } : {}),
  });
  if (!done.ok) throw copyFailure(done.failure, from);
  if (terminal.json) await terminal.out(JSON.stringify({ restored: folder }));
  else await terminal.out(terminal.words('cli.restore.done', { path: folder }));
};
