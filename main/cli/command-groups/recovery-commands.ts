import type { Command } from 'commander';
import { backUpNow, listBackups, newRecoveryWords, openByWords, verifyBackup } from '../commands/recovery.ts';
import type { CommonOptions } from '../run.ts';
import { cliWords } from '../terminal.ts';
import { readsOnly } from './shape.ts';
import type { Shape } from './shape.ts';

/** `backups …` and `recovery …`. */
export const addRecoveryCommands = (program: Command, { command, opened, run }: Shape): void => {
  const backups = program.command('backups').description(cliWords('cli.backups'));
  command(backups, 'list', 'cli.backups.list').action((options: CommonOptions) =>
    opened(options, readsOnly, listBackups),
  );
  command(backups, 'now', 'cli.backups.now').action((options: CommonOptions) =>
    opened(options, readsOnly, backUpNow),
  );
  command(backups, 'verify <id>', 'cli.backups.verify').action((id: string, options: CommonOptions) =>
    opened(options, readsOnly, (open) => verifyBackup(open, id)),
  );
  const recovery = program.command('recovery').description(cliWords('cli.recovery'));
  command(recovery, 'words', 'cli.recovery.words').action((options: CommonOptions) =>
    opened(options, readsOnly, newRecoveryWords),
  );
  command(recovery, 'open', 'cli.recovery.open').action((options: CommonOptions) =>
    openByWords(run, options),
  );
};
