import { Command, CommanderError } from 'commander';
import type { MessageKey } from '#shared/messages/en.ts';
import { addAccountCommands } from './command-groups/account-commands.ts';
import { addConversationCommands } from './command-groups/conversation-commands.ts';
import { addCustomerCommands } from './command-groups/customer-commands.ts';
import { addFollowUpCommands } from './command-groups/follow-up-commands.ts';
import { addFileCommands } from './command-groups/file-commands.ts';
import { addPolicyCommands } from './command-groups/policy-commands.ts';
import { addPrivacyCommands } from './command-groups/privacy-commands.ts';
import { addRecoveryCommands } from './command-groups/recovery-commands.ts';
import { addSnippetCommands } from './command-groups/snippet-commands.ts';
import type { Shape } from './command-groups/shape.ts';
import { addOwnershipCommands } from './command-groups/ownership-commands.ts';
import { addTeamCommands } from './command-groups/team-commands.ts';
import { shapeOf } from './command-groups/shape.ts';
import { CliFailure, exitCodes } from './exit.ts';
import { cliWords, openStreams, sayFailure } from './terminal.ts';

/** What commander calls a mistake, and how we say it. */
const usageKeys: Readonly<Record<string, MessageKey>> = {
  'commander.unknownCommand': 'cli.usage.command',
  'commander.unknownOption': 'cli.usage.option',
  'commander.missingArgument': 'cli.usage.argument-missing',
  'commander.optionMissingArgument': 'cli.usage.value-missing',
  'commander.missingMandatoryOptionValue': 'cli.usage.option-missing',
  'commander.invalidArgument': 'cli.usage.value',
  'commander.excessArguments': 'cli.usage.too-many',
};

const asUsageFailure = (error: CommanderError): CliFailure => {
  const what = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  return new CliFailure(exitCodes.usage, 'usage', usageKeys[error.code] ?? 'cli.usage.other', { what });
};

const wasHelp = (error: CommanderError): boolean =>
  ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code) &&
  error.exitCode === 0;

const asFailure = (error: unknown, signal: AbortSignal): CliFailure => {
  if (error instanceof CliFailure) return error;
  if (error instanceof CommanderError) return asUsageFailure(error);
  if (signal.aborted) return new CliFailure(exitCodes.failed, 'stopped', 'cli.stopped');
  const detail = error instanceof Error ? error.message : String(error);
  return new CliFailure(exitCodes.failed, 'fault', 'cli.failure.fault', { detail });
};

const buildProgram = (shape: Shape): Command => {
  const program = new Command('steward')
    .description(cliWords('cli.about'))
    .version(STEWARD_VERSION, '--version', cliWords('cli.option.version'))
    .helpOption('-h, --help', cliWords('cli.option.help'))
    .helpCommand('help [command]', cliWords('cli.help'))
    .addHelpText('after', () => `\n${cliWords('cli.exit-codes')}`)
    .configureOutput({ outputError: () => undefined, writeErr: (text) => process.stdout.write(text) })
    .showSuggestionAfterError(false)
    .exitOverride();
  addAccountCommands(program, shape);
  addConversationCommands(program, shape);
  addOwnershipCommands(program, shape);
  addCustomerCommands(program, shape);
  addFollowUpCommands(program, shape);
  addSnippetCommands(program, shape);
  addTeamCommands(program, shape);
  addPolicyCommands(program, shape);
  addPrivacyCommands(program, shape);
  addFileCommands(program, shape);
  addRecoveryCommands(program, shape);
  return program;
};

/** Runs one command line, without the names of program and script; answers the exit code. Never throws. */
export const runSteward = async (args: readonly string[], signal: AbortSignal): Promise<number> => {
  const json = args.includes('--json');
  try {
    const terminal = openStreams(json);
    if (args.length === 0) throw new CliFailure(exitCodes.usage, 'usage', 'cli.usage.nothing');
    await buildProgram(shapeOf(terminal, signal)).parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError && wasHelp(error)) return exitCodes.ok;
    const failure = asFailure(error, signal);
    sayFailure(failure, json);
    return failure.exit;
  }
};
