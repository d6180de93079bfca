import type { Command } from 'commander';
import { reply, send } from '../commands/compose.ts';
import type { WritingOptions } from '../commands/compose.ts';
import { list, search, setDone, show } from '../commands/conversations.ts';
import { listOutbox, retryOutbox, settleOutbox } from '../commands/outbox.ts';
import type { CommonOptions } from '../run.ts';
import { cliWords } from '../terminal.ts';
import { readsOnly, several, talks, wholeNumber } from './shape.ts';
import type { Shape } from './shape.ts';

/** More rows than anybody reads are exported instead. */
const mostRows = 100_000;
const mostSeconds = 3_600;

const addReading = (program: Command, { command, opened }: Shape): void => {
  command(program, 'list', 'cli.list')
    .option('--view <view>', cliWords('cli.option.view'), 'inbox')
    .option('--account <address>', cliWords('cli.option.account'))
    .option('--limit <n>', cliWords('cli.option.limit'), wholeNumber('--limit', mostRows), 50)
    .action(
      (
        options: CommonOptions & {
          readonly view: string;
          readonly account?: string;
          readonly limit: number;
        },
      ) => opened(options, readsOnly, (run) => list(run, options)),
    );
  command(program, 'show <id>', 'cli.show').action((id: string, options: CommonOptions) =>
    opened(options, readsOnly, (run) => show(run, id)),
  );
  command(program, 'search <words...>', 'cli.search')
    .option('--limit <n>', cliWords('cli.option.limit'), wholeNumber('--limit', mostRows), 20)
    .action((words: readonly string[], options: CommonOptions & { readonly limit: number }) =>
      opened(options, readsOnly, (run) => search(run, words.join(' '), options)),
    );
};

const writing = (command: Command): Command =>
  command
    .option('--text <text>', cliWords('cli.option.text'))
    .option('--text-file <file>', cliWords('cli.option.text-file'))
    .option('--from <address>', cliWords('cli.option.from'))
    .option('--attach <file>', cliWords('cli.option.attach'), several, [])
    .option('--now', cliWords('cli.option.now'))
    .option('--wait <seconds>', cliWords('cli.option.wait'), wholeNumber('--wait', mostSeconds), 120);

const addWriting = (program: Command, { command, opened }: Shape): void => {
  writing(command(program, 'reply <id>', 'cli.reply'))
    .option('--all', cliWords('cli.option.all'))
    .option('--resolve', cliWords('cli.option.resolve'))
    .action((id: string, options: CommonOptions & WritingOptions & { readonly all?: true }) =>
      opened(options, talks, (run) => reply(run, id, options)),
    );
  writing(command(program, 'send', 'cli.send'))
    .requiredOption('--to <person>', cliWords('cli.option.to'), several, [])
    .option('--cc <person>', cliWords('cli.option.cc'), several, [])
    .option('--bcc <person>', cliWords('cli.option.bcc'), several, [])
    .requiredOption('--subject <subject>', cliWords('cli.option.subject'))
    .action((options: CommonOptions & Parameters<typeof send>[1]) =>
      opened(options, talks, (run) => send(run, options)),
    );
};

const addOutbox = (program: Command, { command, opened }: Shape): void => {
  const outbox = program.command('outbox').description(cliWords('cli.outbox'));
  command(outbox, 'list', 'cli.outbox.list').action((options: CommonOptions) =>
    opened(options, readsOnly, listOutbox),
  );
  command(outbox, 'retry <id>', 'cli.outbox.retry-about').action((id: string, options: CommonOptions) =>
    opened(options, readsOnly, (run) => retryOutbox(run, id)),
  );
  command(outbox, 'settle <id>', 'cli.outbox.settle')
    .requiredOption('--as <outcome>', cliWords('cli.option.as'))
    .action((id: string, options: CommonOptions & { readonly as: string }) =>
      opened(options, readsOnly, (run) => settleOutbox(run, id, options.as)),
    );
};

/** `list`, `show`, `search`, `reply`, `send`, `outbox …`, `done` and `reopen`. */
export const addConversationCommands = (program: Command, shape: Shape): void => {
  const { command, opened } = shape;
  addReading(program, shape);
  addWriting(program, shape);
  addOutbox(program, shape);
  command(program, 'done <id...>', 'cli.done.about').action(
    (ids: readonly string[], options: CommonOptions) =>
      opened(options, readsOnly, (run) => setDone(run, ids, true)),
  );
  command(program, 'reopen <id...>', 'cli.reopen.about').action(
    (ids: readonly string[], options: CommonOptions) =>
      opened(options, readsOnly, (run) => setDone(run, ids, false)),
  );
};
