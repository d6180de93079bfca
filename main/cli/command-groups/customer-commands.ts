import type { Command } from 'commander';
import {
  dismissSuggestion,
  editCustomer,
  eraseCustomer,
  listSuggestions,
  mergeCustomers,
  moveAddress,
  showCustomer,
  undoCustomer,
} from '../commands/customers.ts';
import type { CustomerEdit, MergeOptions } from '../commands/customers.ts';
import { exportCustomer } from '../commands/privacy.ts';
import type { CommonOptions } from '../run.ts';
import { cliWords } from '../terminal.ts';
import { readsOnly, wholeNumber } from './shape.ts';
import type { Shape } from './shape.ts';

/** More rows than anybody goes through. */
const mostRows = 100_000;

/** `customer show`, `edit`, `merge`, `move`, `erase`, `undo`, `suggestions` and `dismiss`. */
export const addCustomerCommands = (program: Command, { command, opened }: Shape): void => {
  const customer = program.command('customer').description(cliWords('cli.customer'));
  command(customer, 'show <who>', 'cli.customer.show').action((who: string, options: CommonOptions) =>
    opened(options, readsOnly, (run) => showCustomer(run, who)),
  );
  command(customer, 'edit <who>', 'cli.customer.edit')
    .option('--name <name>', cliWords('customer.name'))
    .option('--company <company>', cliWords('customer.company'))
    .option('--note <note>', cliWords('customer.note'))
    .action((who: string, options: CommonOptions & CustomerEdit) =>
      opened(options, readsOnly, (run) => editCustomer(run, who, options)),
    );
  command(customer, 'merge <into> <from>', 'cli.customer.merge')
    .option('--name <whose>', cliWords('cli.customer.option.name'))
    .option('--company <whose>', cliWords('cli.customer.option.company'))
    .option('--note <whose>', cliWords('cli.customer.option.note'))
    .option('--yes', cliWords('cli.customer.option.yes'))
    .action((into: string, from: string, options: CommonOptions & MergeOptions) =>
      opened(options, readsOnly, (run) => mergeCustomers(run, into, from, options)),
    );
  command(customer, 'move <address>', 'cli.customer.move')
    .option('--to <who>', cliWords('cli.customer.option.to'))
    .option('--new', cliWords('cli.customer.option.new'))
    .action((address: string, options: CommonOptions & { readonly to?: string; readonly new?: true }) =>
      opened(options, readsOnly, (run) => moveAddress(run, address, options)),
    );
  command(customer, 'erase <who>', 'cli.customer.erase')
    .option('--yes', cliWords('cli.customer.option.yes'))
    .action((who: string, options: CommonOptions & { readonly yes?: true }) =>
      opened(options, readsOnly, (run) => eraseCustomer(run, who, options)),
    );
  command(customer, 'undo <key>', 'cli.customer.undo').action((key: string, options: CommonOptions) =>
    opened(options, readsOnly, (run) => undoCustomer(run, key)),
  );
  command(customer, 'export <who>', 'cli.customer.export')
    .requiredOption('--out <file>', cliWords('cli.customer.export.out'))
    .option('--notes', cliWords('cli.customer.export.notes'))
    .action((who: string, options: CommonOptions & { readonly out: string; readonly notes?: true }) =>
      opened(options, readsOnly, (run) => exportCustomer(run, who, options)),
    );
  command(customer, 'suggestions', 'cli.customer.suggestions')
    .option('--limit <n>', cliWords('cli.option.limit'), wholeNumber('--limit', mostRows), 50)
    .action((options: CommonOptions & { readonly limit: number }) =>
      opened(options, readsOnly, (run) => listSuggestions(run, options)),
    );
  command(customer, 'dismiss <one> <other>', 'cli.customer.dismiss').action(
    (one: string, other: string, options: CommonOptions) =>
      opened(options, readsOnly, (run) => dismissSuggestion(run, one, other)),
  );
};
