import type { Command } from 'commander';
import { handOver, memberLoads, planBalance, suggestMembers } from '../commands/leads.ts';
import {
  assign,
  claim,
  confirmCheck,
  listMembers,
  memberAway,
  memberBack,
  merge,
  note,
  snooze,
  split,
  tag,
  transfer,
  undoChange,
  waiveCheck,
  wake,
} from '../commands/ownership.ts';
import { askReview, giveReview, listReviews, withdrawReview } from '../commands/reviews.ts';
import type { CommonOptions } from '../run.ts';
import { cliWords } from '../terminal.ts';
import { readsOnly, several } from './shape.ts';
import type { Shape } from './shape.ts';

type Ids = readonly string[];
type With<Options> = CommonOptions & Options;

const addOwning = (program: Command, { command, opened }: Shape): void => {
  command(program, 'claim <id...>', 'cli.claim').action((ids: Ids, options: CommonOptions) =>
    opened(options, readsOnly, (run) => claim(run, ids)),
  );
  command(program, 'assign <id...>', 'cli.assign')
    .option('--to <member>', cliWords('cli.option.member'))
    .option('--nobody', cliWords('cli.option.nobody'))
    .option('--note <text>', cliWords('cli.option.assign-note'))
    .action((ids: Ids, options: With<Parameters<typeof assign>[2]>) =>
      opened(options, readsOnly, (run) => assign(run, ids, options)),
    );
  command(program, 'transfer <id...>', 'cli.transfer')
    .requiredOption('--to <member>', cliWords('cli.option.member'))
    .requiredOption('--reason <text>', cliWords('cli.option.reason'))
    .option('--check <when>', cliWords('cli.option.check'))
    .option('--return <when>', cliWords('cli.option.return'))
    .action((ids: Ids, options: With<Parameters<typeof transfer>[2]>) =>
      opened(options, readsOnly, (run) => transfer(run, ids, options)),
    );
  const checks = program.command('checks').description(cliWords('cli.checks'));
  command(checks, 'confirm <id>', 'cli.checks.confirm')
    .option('--message <id>', cliWords('cli.option.message'))
    .action((id: string, options: With<{ readonly message?: string }>) =>
      opened(options, readsOnly, (run) => confirmCheck(run, id, options)),
    );
  command(checks, 'waive <id>', 'cli.checks.waive')
    .requiredOption('--reason <text>', cliWords('cli.option.reason'))
    .action((id: string, options: With<{ readonly reason: string }>) =>
      opened(options, readsOnly, (run) => waiveCheck(run, id, options)),
    );
};

const addSorting = (program: Command, { command, opened }: Shape): void => {
  command(program, 'snooze <id> <when...>', 'cli.snooze').action(
    (id: string, when: Ids, options: CommonOptions) =>
      opened(options, readsOnly, (run) => snooze(run, id, when.join(' '))),
  );
  command(program, 'wake <id...>', 'cli.wake').action((ids: Ids, options: CommonOptions) =>
    opened(options, readsOnly, (run) => wake(run, ids)),
  );
  command(program, 'tag <id...>', 'cli.tag')
    .option('--add <tag>', cliWords('cli.option.add-tag'), several, [])
    .option('--remove <tag>', cliWords('cli.option.remove-tag'), several, [])
    .action((ids: Ids, options: With<Parameters<typeof tag>[2]>) =>
      opened(options, readsOnly, (run) => tag(run, ids, options)),
    );
  command(program, 'note <id> <text...>', 'cli.note')
    .option('--mention <member>', cliWords('cli.option.mention'), several, [])
    .action((id: string, text: Ids, options: With<{ readonly mention: Ids }>) =>
      opened(options, readsOnly, (run) => note(run, id, text.join(' '), options)),
    );
};

const addStructure = (program: Command, { command, opened }: Shape): void => {
  command(program, 'merge <id...>', 'cli.merge').action((ids: Ids, options: CommonOptions) =>
    opened(options, readsOnly, (run) => merge(run, ids)),
  );
  command(program, 'split <id> <message...>', 'cli.split').action(
    (id: string, messages: Ids, options: CommonOptions) =>
      opened(options, readsOnly, (run) => split(run, id, messages)),
  );
  command(program, 'undo <key>', 'cli.undo').action((key: string, options: CommonOptions) =>
    opened(options, readsOnly, (run) => undoChange(run, key)),
  );
};

const addMembers = (program: Command, { command, opened }: Shape): Command => {
  const members = program.command('members').description(cliWords('cli.members'));
  command(members, 'list', 'cli.members.list').action((options: CommonOptions) =>
    opened(options, readsOnly, listMembers),
  );
  command(members, 'away <member>', 'cli.members.away')
    .requiredOption('--until <when>', cliWords('cli.option.until'))
    .option('--substitute <member>', cliWords('cli.option.substitute'))
    .action((who: string, options: With<Parameters<typeof memberAway>[2]>) =>
      opened(options, readsOnly, (run) => memberAway(run, who, options)),
    );
  command(members, 'back <member>', 'cli.members.back').action((who: string, options: CommonOptions) =>
    opened(options, readsOnly, (run) => memberBack(run, who)),
  );
  return members;
};

const addLeading = (program: Command, members: Command, { command, opened }: Shape): void => {
  command(members, 'load', 'cli.members.load').action((options: CommonOptions) =>
    opened(options, readsOnly, memberLoads),
  );
  const balance = program.command('balance').description(cliWords('cli.balance'));
  command(balance, 'suggest <id...>', 'cli.balance.suggest').action((ids: Ids, options: CommonOptions) =>
    opened(options, readsOnly, (run) => suggestMembers(run, ids)),
  );
  command(balance, 'plan <member>', 'cli.balance.plan')
    .option('--note <text>', cliWords('cli.option.assign-note'))
    .option('--yes', cliWords('cli.option.do-it'))
    .action((who: string, options: With<Parameters<typeof planBalance>[2]>) =>
      opened(options, readsOnly, (run) => planBalance(run, who, options)),
    );
  command(program, 'hand-over <member>', 'cli.hand-over')
    .option('--to <member>', cliWords('cli.option.member'))
    .option('--spread', cliWords('cli.option.spread'))
    .option('--checks <member>', cliWords('cli.option.checks'), 'keep')
    .option('--note <text>', cliWords('cli.option.assign-note'))
    .option('--yes', cliWords('cli.option.do-it'))
    .action((who: string, options: With<Parameters<typeof handOver>[2]>) =>
      opened(options, readsOnly, (run) => handOver(run, who, options)),
    );
};

const addReviews = (program: Command, { command, opened }: Shape): void => {
  const review = program.command('review').description(cliWords('cli.review'));
  command(review, 'ask <conversation>', 'cli.review.ask')
    .option('--of <member>', cliWords('cli.option.review-of'), several, [])
    .option('--note <text>', cliWords('cli.option.review-note'))
    .action((id: string, options: With<Parameters<typeof askReview>[2]>) =>
      opened(options, readsOnly, (run) => askReview(run, id, options)),
    );
  command(review, 'give <conversation>', 'cli.review.give')
    .option('--good', cliWords('cli.option.review-good'))
    .option('--changes', cliWords('cli.option.review-changes'))
    .option('--note <text>', cliWords('cli.option.review-said'))
    .option('--text-file <file>', cliWords('cli.option.review-text'))
    .option('--review <id>', cliWords('cli.option.review'))
    .action((id: string, options: With<Parameters<typeof giveReview>[2]>) =>
      opened(options, readsOnly, (run) => giveReview(run, id, options)),
    );
  command(review, 'withdraw <conversation>', 'cli.review.withdraw')
    .option('--review <id>', cliWords('cli.option.review'))
    .action((id: string, options: With<Parameters<typeof withdrawReview>[2]>) =>
      opened(options, readsOnly, (run) => withdrawReview(run, id, options)),
    );
  command(review, 'list', 'cli.review.list').action((options: CommonOptions) =>
    opened(options, readsOnly, listReviews),
  );
};

/** `claim`, `assign`, `transfer`, `checks …`, `snooze`, `wake`, `tag`, `note`, `review …`, `merge`, `split`, `undo`, `members …`, `balance …` and `hand-over`. */
export const addOwnershipCommands = (program: Command, shape: Shape): void => {
  addOwning(program, shape);
  addSorting(program, shape);
  addReviews(program, shape);
  addStructure(program, shape);
  addLeading(program, addMembers(program, shape), shape);
};
