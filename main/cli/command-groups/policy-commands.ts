import type { Command } from 'commander';
import { checkPolicy, showPolicy } from '../commands/policy.ts';
import { cliWords } from '../terminal.ts';
import type { Shape } from './shape.ts';

/** `policy …`: needs no workspace. */
export const addPolicyCommands = (program: Command, { command, run }: Shape): void => {
  const policy = program.command('policy').description(cliWords('cli.policy'));
  command(policy, 'check <file>', 'cli.policy.check').action((file: string) => checkPolicy(run, file));
  command(policy, 'show', 'cli.policy.show').action(() => showPolicy(run));
};
