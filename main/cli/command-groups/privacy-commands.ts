import type { Command } from 'commander';
import { exportAudit, setRetention, showDiagnostics, showRetention } from '../commands/privacy.ts';
import type { AuditOptions } from '../commands/privacy.ts';
import type { CommonOptions } from '../run.ts';
import { cliWords } from '../terminal.ts';
import { readsOnly } from './shape.ts';
import type { Shape } from './shape.ts';

/** `audit export`, `retention show`, `set` and `off`, and `diagnostics`. */
export const addPrivacyCommands = (program: Command, { command, opened }: Shape): void => {
  const audit = program.command('audit').description(cliWords('cli.audit'));
  command(audit, 'export', 'cli.audit.export')
    .requiredOption('--format <format>', cliWords('cli.audit.option.format'))
    .option('--from <day>', cliWords('cli.audit.option.from'))
    .option('--to <day>', cliWords('cli.audit.option.to'))
    .option('--topic <topic>', cliWords('cli.audit.option.topic'))
    .option('--out <file>', cliWords('cli.option.out'))
    .action((options: CommonOptions & AuditOptions) =>
      opened(options, readsOnly, (run) => exportAudit(run, options)),
    );
  const retention = program.command('retention').description(cliWords('retention.title'));
  command(retention, 'show', 'cli.retention.show').action((options: CommonOptions) =>
    opened(options, readsOnly, showRetention),
  );
  command(retention, 'set <days>', 'cli.retention.set').action((days: string, options: CommonOptions) =>
    opened(options, readsOnly, (run) => setRetention(run, days)),
  );
  command(retention, 'off', 'cli.retention.off').action((options: CommonOptions) =>
    opened(options, readsOnly, (run) => setRetention(run, null)),
  );
  command(program, 'diagnostics', 'cli.diagnostics')
    .option('--check', cliWords('cli.diagnostics.check'))
    .action((options: CommonOptions & { readonly check?: true }) =>
      opened(options, readsOnly, (run) => showDiagnostics(run, options.check === true)),
    );
};
