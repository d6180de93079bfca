import type { Command } from 'commander';
import { backup, restore } from '../commands/backup.ts';
import { exportAll } from '../commands/export.ts';
import type { ExportOptions } from '../commands/export.ts';
import { importFiles } from '../commands/import.ts';
import { newKey } from '../commands/key.ts';
import { listQuarantine, showQuarantine } from '../commands/quarantine.ts';
import { verify } from '../commands/verify.ts';
import type { CommonOptions } from '../run.ts';
import { cliWords } from '../terminal.ts';
import { begins, readsOnly, several } from './shape.ts';
import type { Shape } from './shape.ts';

const addMailFiles = (program: Command, { command, opened }: Shape): void => {
  command(program, 'import <file...>', 'cli.import')
    .option('--own <address>', cliWords('cli.option.own'), several, [])
    .action((files: readonly string[], options: CommonOptions & { readonly own: readonly string[] }) =>
      opened(options, begins, (run) => importFiles(run, files, options)),
    );
  command(program, 'export', 'cli.export')
    .requiredOption('--format <format>', cliWords('cli.option.format'))
    .option('--conversation <id>', cliWords('cli.option.conversation'))
    .option('--out <file>', cliWords('cli.option.out'))
    .option('--sources', cliWords('cli.option.sources'))
    .action((options: CommonOptions & ExportOptions) =>
      opened(options, readsOnly, (run) => exportAll(run, options)),
    );
};

const addCopies = (program: Command, { command, opened, run }: Shape): void => {
  command(program, 'backup <dir>', 'cli.backup').action((dir: string, options: CommonOptions) =>
    backup(run, dir, options),
  );
  command(program, 'restore <dir>', 'cli.restore')
    .option('--words', cliWords('cli.option.words'))
    .action((dir: string, options: CommonOptions & { readonly words?: true }) => restore(run, dir, options));
  command(program, 'verify', 'cli.verify')
    .option('--quick', cliWords('cli.option.quick'))
    .action((options: CommonOptions & { readonly quick?: true }) =>
      opened(options, readsOnly, (open) => verify(open, options.quick === true)),
    );
};

/** `import`, `export`, `backup`, `restore`, `verify`, `quarantine …` and `key …`. */
export const addFileCommands = (program: Command, shape: Shape): void => {
  const { command, opened, run } = shape;
  addMailFiles(program, shape);
  addCopies(program, shape);
  const quarantine = program.command('quarantine').description(cliWords('cli.quarantine'));
  command(quarantine, 'list', 'cli.quarantine.list').action((options: CommonOptions) =>
    opened(options, readsOnly, listQuarantine),
  );
  command(quarantine, 'show <id>', 'cli.quarantine.show').action((id: string, options: CommonOptions) =>
    opened(options, readsOnly, (open) => showQuarantine(open, id)),
  );
  const key = program.command('key').description(cliWords('cli.key'));
  command(key, 'new <file>', 'cli.key.new').action((file: string) => newKey(run, file));
};
