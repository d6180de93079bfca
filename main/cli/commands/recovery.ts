import type { Backup } from '#shared/contract/recovery.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import { table } from '../printable.ts';
import { openWorkspace } from '../open-workspace.ts';
import type { CommonOptions, OpenRun, Run } from '../run.ts';
import { workspaceFolder } from '../workspace-folder.ts';

const gone = (): CliFailure => new CliFailure(exitCodes.refused, 'backup-gone', 'refusal.backup-gone');

const lineOf = ({ id, at, messages, bytes, stand }: Backup): readonly string[] => [
  id,
  new Date(at).toISOString(),
  String(messages),
  String(bytes),
  stand,
];

/** `backups list`: what is kept, newest first. */
export const listBackups = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const state = await engine.call('recovery.state', {});
  if (!state.ok) throw gone();
  const { backups, folder } = state.value;
  if (terminal.json) await terminal.out(JSON.stringify({ folder, backups }));
  else if (backups.length === 0) await terminal.out(terminal.words('cli.backups.none', { path: folder }));
  else await terminal.out(table(backups.map(lineOf)).join('\n'));
};

/** A kind as a message can choose by it: its grammar knows no hyphens in names. */
const selector = (kind: string): string => kind.replaceAll('-', '_');

/** `backups now`: one more, kept like the daily ones; fails where it comes to nothing. */
export const backUpNow = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const { trouble, backup } = await engine.backUp();
  if (trouble !== null) {
    throw new CliFailure(
      exitCodes.failed,
      trouble.kind,
      'cli.backups.trouble',
      { kind: selector(trouble.kind) },
      { facts: { trouble } },
    );
  }
  if (terminal.json) await terminal.out(JSON.stringify({ backup }));
  else await terminal.out(terminal.words('cli.backups.made', { id: backup?.id ?? '' }));
};

/** `backups verify`: reads one from end to end. */
export const verifyBackup = async ({ engine, terminal }: OpenRun, id: string): Promise<void> => {
  const answer = await engine.call('backup.verify', { id });
  if (!answer.ok) throw gone();
  const { stand } = answer.value;
  if (stand !== 'good') {
    throw new CliFailure(
      exitCodes.failed,
      `backup-${stand}`,
      'cli.backups.bad',
      { stand: selector(stand) },
      { facts: { backup: answer.value } },
    );
  }
  if (terminal.json) await terminal.out(JSON.stringify({ backup: answer.value }));
  else await terminal.out(terminal.words('cli.backups.good', { count: answer.value.messages }));
};

/** `recovery words`: makes twelve words and prints them this once. */
export const newRecoveryWords = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const answer = await engine.call('recovery.makeWords', {});
  if (!answer.ok) throw new CliFailure(exitCodes.failed, 'fault', 'cli.failure.fault', { detail: '' });
  const { words } = answer.value;
  if (terminal.json) {
    await terminal.out(JSON.stringify({ words }));
    return;
  }
  terminal.note(terminal.words('cli.recovery.made'));
  await terminal.out(words.map((word, at) => `${String(at + 1).padStart(2)}. ${word}`).join('\n'));
};

/** `recovery open`: opens a workspace by its words from standard input, and guards its key with a new passphrase. */
export const openByWords = async ({ terminal }: Run, options: CommonOptions): Promise<void> => {
  const needs = { traffic: 'off', create: false } as const;
  const engine = await openWorkspace(terminal, options, needs, await terminal.readInput());
  await engine.close();
  const folder = workspaceFolder(options.workspace);
  if (terminal.json) await terminal.out(JSON.stringify({ opened: folder }));
  else await terminal.out(terminal.words('cli.recovery.opened', { path: folder }));
};
