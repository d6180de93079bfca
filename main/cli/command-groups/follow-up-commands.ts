import type { Command } from 'commander';
import { keepFollowUp, listFollowUps, moveFollowUp, promiseFollowUp } from '../commands/follow-ups.ts';
import type { CommonOptions } from '../run.ts';
import { cliWords } from '../terminal.ts';
import { readsOnly, wholeNumber } from './shape.ts';
import type { Shape } from './shape.ts';

/** More rows than anybody goes through. */
const mostRows = 100_000;

/** `follow-ups list`, `promise`, `done` and `move`. */
export const addFollowUpCommands = (program: Command, { command, opened }: Shape): void => {
  const followUps = program.command('follow-ups').description(cliWords('cli.follow-ups'));
  command(followUps, 'list', 'cli.follow-ups.list')
    .option('--missed', cliWords('cli.option.missed'))
    .option('--limit <n>', cliWords('cli.option.limit'), wholeNumber('--limit', mostRows), 50)
    .action((options: CommonOptions & { readonly missed?: true; readonly limit: number }) =>
      opened(options, readsOnly, (run) => listFollowUps(run, options)),
    );
  command(followUps, 'promise <conversation> <when...>', 'cli.follow-ups.promise')
    .option('--why <text>', cliWords('cli.option.why'))
    .action((id: string, when: readonly string[], options: CommonOptions & { readonly why?: string }) =>
      opened(options, readsOnly, (run) => promiseFollowUp(run, id, when.join(' '), options)),
    );
  command(followUps, 'done <id>', 'cli.follow-ups.done').action((id: string, options: CommonOptions) =>
    opened(options, readsOnly, (run) => keepFollowUp(run, id)),
  );
  command(followUps, 'move <id> <when...>', 'cli.follow-ups.move').action(
    (id: string, when: readonly string[], options: CommonOptions) =>
      opened(options, readsOnly, (run) => moveFollowUp(run, id, when.join(' '))),
  );
};
