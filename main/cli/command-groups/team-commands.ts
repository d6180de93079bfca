import type { Command } from 'commander';
import { runMember, runOnce } from '../commands/run.ts';
import { initTeam, invite, joinTeam, leaveTeam, lookAtDatabase, upgradeTeam } from '../commands/team.ts';
import {
  listInvitations,
  listPending,
  removeMember,
  revokeInvitation,
  setRole,
  teamMembers,
  teamStatus,
} from '../commands/team-members.ts';
import type { CommonOptions } from '../run.ts';
import { cliWords } from '../terminal.ts';
import { begins, readsOnly, stays, talks, wholeNumber } from './shape.ts';
import type { Shape } from './shape.ts';

type With<Options> = CommonOptions & Options;

/** An invitation is good for three days unless somebody says otherwise, and for a month at most. */
const usualHours = 72;
const mostHours = 720;

const databaseOptions = (command: Command): Command =>
  command
    .option('--password-file <file>', cliWords('cli.option.password-file'))
    .option('--authority <file>', cliWords('cli.option.authority'))
    .option('--trust-certificate <fingerprint>', cliWords('cli.option.trust'));

const addSettingUp = (team: Command, { command, opened }: Shape): void => {
  databaseOptions(command(team, 'look <address>', 'cli.team.look')).action(
    (address: string, options: With<Parameters<typeof lookAtDatabase>[2]>) =>
      opened(options, begins, (run) => lookAtDatabase(run, address, options)),
  );
  databaseOptions(command(team, 'init <address>', 'cli.team.init'))
    .requiredOption('--name <name>', cliWords('cli.option.team-name'))
    .option('--me <name>', cliWords('cli.option.me'))
    .option('--share', cliWords('cli.option.share'))
    .action((address: string, options: With<Parameters<typeof initTeam>[2]>) =>
      opened(options, begins, (run) => initTeam(run, address, options)),
    );
  databaseOptions(command(team, 'upgrade <address>', 'cli.team.upgrade')).action(
    (address: string, options: With<Parameters<typeof upgradeTeam>[2]>) =>
      opened(options, readsOnly, (run) => upgradeTeam(run, address, options)),
  );
  command(team, 'join <invitation>', 'cli.team.join')
    .option('--me <name>', cliWords('cli.option.me'))
    .option('--share', cliWords('cli.option.share'))
    .action((invitation: string, options: With<Parameters<typeof joinTeam>[2]>) =>
      opened(options, begins, (run) => joinTeam(run, invitation, options)),
    );
  command(team, 'leave', 'cli.team.leave')
    .option('--force', cliWords('cli.option.force'))
    .action((options: With<Parameters<typeof leaveTeam>[1]>) =>
      opened(options, readsOnly, (run) => leaveTeam(run, options)),
    );
};

const addInviting = (team: Command, { command, opened }: Shape): void => {
  command(team, 'invite', 'cli.team.invite')
    .option('--role <role>', cliWords('cli.option.role'), 'agent')
    .option('--hours <n>', cliWords('cli.option.hours'), wholeNumber('--hours', mostHours), usualHours)
    .option('--file <file>', cliWords('cli.option.invitation-file'))
    .action((options: With<Parameters<typeof invite>[1]>) =>
      opened(options, readsOnly, (run) => invite(run, options)),
    );
  command(team, 'invitations', 'cli.team.invitations').action((options: CommonOptions) =>
    opened(options, readsOnly, listInvitations),
  );
  command(team, 'revoke <id>', 'cli.team.revoke').action((id: string, options: CommonOptions) =>
    opened(options, readsOnly, (run) => revokeInvitation(run, id)),
  );
};

const addKeeping = (team: Command, { command, opened }: Shape): void => {
  command(team, 'status', 'cli.team.status').action((options: CommonOptions) =>
    opened(options, readsOnly, teamStatus),
  );
  command(team, 'members', 'cli.team.members').action((options: CommonOptions) =>
    opened(options, readsOnly, teamMembers),
  );
  command(team, 'role <member> <role>', 'cli.team.role').action(
    (who: string, role: string, options: CommonOptions) =>
      opened(options, readsOnly, (run) => setRole(run, who, role)),
  );
  command(team, 'remove <member>', 'cli.team.remove').action((who: string, options: CommonOptions) =>
    opened(options, readsOnly, (run) => removeMember(run, who)),
  );
  command(team, 'pending', 'cli.team.pending').action((options: CommonOptions) =>
    opened(options, readsOnly, listPending),
  );
};

/** `team …` and `run`. */
export const addTeamCommands = (program: Command, shape: Shape): void => {
  const team = program.command('team').description(cliWords('cli.team'));
  addSettingUp(team, shape);
  addInviting(team, shape);
  addKeeping(team, shape);
  const { command, opened } = shape;
  command(program, 'run', 'cli.run')
    .option('--once', cliWords('cli.option.once'))
    .action((options: With<{ readonly once?: true }>) =>
      opened(options, options.once === true ? talks : stays, options.once === true ? runOnce : runMember),
    );
};
