import type { Command } from 'commander';
import { listSnippets } from '../commands/snippets.ts';
import type { CommonOptions } from '../run.ts';
import { cliWords } from '../terminal.ts';
import { readsOnly } from './shape.ts';
import type { Shape } from './shape.ts';

/** `snippets list`. */
export const addSnippetCommands = (program: Command, { command, opened }: Shape): void => {
  const snippets = program.command('snippets').description(cliWords('cli.snippets'));
  command(snippets, 'list', 'cli.snippets.list').action((options: CommonOptions) =>
    opened(options, readsOnly, listSnippets),
  );
};
