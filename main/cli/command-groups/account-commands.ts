import type { Command } from 'commander';
import { addAccount } from '../commands/account-add.ts';
import type { AddOptions } from '../commands/account-add.ts';
import { listAccounts, listFolders, removeAccount, repairAccount } from '../commands/accounts.ts';
import { syncOnce, syncWatch } from '../commands/sync.ts';
import { usageFailure } from '../exit.ts';
import type { CommonOptions } from '../run.ts';
import { cliWords } from '../terminal.ts';
import { begins, readsOnly, several, stays, talks } from './shape.ts';
import type { Shape } from './shape.ts';

const addAdd = (account: Command, { command, opened }: Shape): void => {
  command(account, 'add [address]', 'cli.account.add')
    .option('--name <name>', cliWords('cli.option.name'), '')
    .option('--password-file <file>', cliWords('cli.option.password-file'))
    .option('--oauth', cliWords('cli.option.oauth'))
    .option('--oauth-client-id <id>', cliWords('cli.option.oauth-client-id'))
    .option('--user <name>', cliWords('cli.option.user'))
    .option('--imap-host <host>', cliWords('cli.option.host'))
    .option('--imap-port <port>', cliWords('cli.option.port'))
    .option('--imap-security <how>', cliWords('cli.option.security'))
    .option('--smtp-host <host>', cliWords('cli.option.host'))
    .option('--smtp-port <port>', cliWords('cli.option.port'))
    .option('--smtp-security <how>', cliWords('cli.option.security'))
    .option('--trust-certificate <fingerprint>', cliWords('cli.option.trust'), several, [])
    .option('--channel <kind>', cliWords('cli.option.channel'), 'email')
    .option('--set <name=value>', cliWords('cli.option.set'), several, [])
    .action((address: string | undefined, options: AddOptions & CommonOptions) =>
      opened(options, begins, (run) => addAccount(run, address ?? '', options)),
    );
};

const addSync = (program: Command, { command, opened }: Shape): void => {
  command(program, 'sync', 'cli.sync')
    .option('--once', cliWords('cli.option.once'))
    .option('--watch', cliWords('cli.option.watch'))
    .action(async (options: CommonOptions & { readonly once?: true; readonly watch?: true }) => {
      if ((options.once === true) === (options.watch === true)) throw usageFailure('cli.usage.sync');
      await opened(options, options.watch === true ? stays : talks, (run) =>
        options.watch === true ? syncWatch(run) : syncOnce(run, { only: null, quiet: false }),
      );
    });
};

/** `account …` and `sync`. */
export const addAccountCommands = (program: Command, shape: Shape): void => {
  const { command, opened } = shape;
  const account = program.command('account').description(cliWords('cli.account'));
  addAdd(account, shape);
  command(account, 'list', 'cli.account.list').action((options: CommonOptions) =>
    opened(options, readsOnly, listAccounts),
  );
  command(account, 'remove <address>', 'cli.account.remove').action(
    (address: string, options: CommonOptions) =>
      opened(options, readsOnly, (run) => removeAccount(run, address)),
  );
  command(account, 'folders <address>', 'cli.account.folders').action(
    (address: string, options: CommonOptions) =>
      opened(options, readsOnly, (run) => listFolders(run, address)),
  );
  command(account, 'repair <address>', 'cli.account.repair').action(
    (address: string, options: CommonOptions) => opened(options, talks, (run) => repairAccount(run, address)),
  );
  addSync(program, shape);
};
