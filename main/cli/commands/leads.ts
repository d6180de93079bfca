import type { BalancePlan, Receiver } from '#shared/contract/leads.ts';
import type { MemberLoad } from '#shared/contract/ownership.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { reasonWords } from '#shared/messages/reason-words.ts';
import { createTimes } from '#shared/messages/times.ts';
import { usageFailure } from '../exit.ts';
import { oneLine, table } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted } from '../say.ts';
import { memberOf, sayChanged, thereOf } from './ownership.ts';

/** Whose customer has waited longest first; who keeps nobody waiting last. */
const longestFirst = (one: MemberLoad, other: MemberLoad): number =>
  (one.waitingSince ?? Number.MAX_SAFE_INTEGER) - (other.waitingSince ?? Number.MAX_SAFE_INTEGER);

/** `members load`: how much each member has, whose customer has waited longest first. */
export const memberLoads = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const { members } = accepted(await engine.call('team.overview', {}));
  const loads = [...members].sort(longestFirst);
  if (terminal.json) {
    await terminal.out(JSON.stringify({ members: loads }));
    return;
  }
  const { words } = terminal;
  const times = createTimes(words.locale);
  const lines = loads.map(
    ({ member, open, ourTurn, overdue, dueToday, checks, waitingSince, overloaded }) => [
      member.name,
      words('cli.load.open', { open, ours: ourTurn }),
      words('cli.load.late', { late: overdue, today: dueToday, checks }),
      waitingSince === null ? '' : words('cli.load.since', { time: times.full(waitingSince) }),
      overloaded ? words('team.overloaded') : '',
    ],
  );
  for (const line of table(lines, [30, null, null, null, null])) await terminal.out(line);
};

/** `balance suggest`: who could have conversations, and why. */
export const suggestMembers = async (run: OpenRun, ids: readonly string[]): Promise<void> => {
  const { engine, terminal } = run;
  const input = await thereOf(engine, ids);
  const { suggestions } = accepted(await engine.call('balance.suggest', input));
  if (terminal.json) {
    await terminal.out(JSON.stringify({ suggestions }));
    return;
  }
  for (const { member, reasons } of suggestions) {
    await terminal.out(oneLine(reasonWords(terminal.words, member.name, reasons)));
  }
  if (suggestions.length === 0) terminal.note(terminal.words('cli.balance.nobody'));
};

const sayMoves = async ({ terminal }: OpenRun, { moves, total }: BalancePlan): Promise<void> => {
  const { words } = terminal;
  const lines = moves.map(({ conversation, to, reasons }) => [
    conversation.id,
    conversation.customer.name === '' ? conversation.customer.address : conversation.customer.name,
    conversation.subject,
    words('cli.balance.to', { name: to.name }),
    reasonWords(words, to.name, reasons),
  ]);
  for (const line of table(lines, [null, 24, 40, 30, null])) {
    if (terminal.readerGone()) return;
    await terminal.out(line);
  }
  if (total > moves.length) await terminal.out(words('balance.more', { count: total - moves.length }));
};

/** `balance plan`: what a member who has too much could give away; with `--yes` it is done. */
export const planBalance = async (
  run: OpenRun,
  who: string,
  { note = '', yes }: { readonly note?: string; readonly yes?: true },
): Promise<void> => {
  const { engine, terminal } = run;
  const { id: member } = await memberOf(engine, who);
  const plan = accepted(await engine.call('balance.plan', { member }));
  if (yes !== true || plan.moves.length === 0) {
    if (terminal.json) await terminal.out(JSON.stringify(plan));
    else await sayMoves(run, plan);
    if (plan.moves.length === 0) terminal.note(terminal.words('cli.balance.none'));
    else terminal.note(terminal.words('cli.balance.only-shown'));
    return;
  }
  const moves = plan.moves.map(({ conversation, to }) => ({ conversation: conversation.id, to: to.id }));
  await sayChanged(run, accepted(await engine.call('balance.accept', { member, moves, note })));
};

type HandOverOptions = {
  readonly to?: string;
  readonly spread?: true;
  readonly checks: string;
  readonly note?: string;
  readonly yes?: true;
};

const receiverOf = async ({ engine }: OpenRun, { to, spread }: HandOverOptions): Promise<Receiver> => {
  if ((to === undefined) === (spread !== true)) throw usageFailure('cli.usage.hand-over');
  return to === undefined
    ? { kind: 'spread', edits: [] }
    : { kind: 'one', member: (await memberOf(engine, to)).id };
};

/** What `--checks` says for checks that stay with whoever promised them. */
const keep = 'keep';

/** `hand-over`: shows what a member has and where it would go; with `--yes` it goes there in one step. */
export const handOver = async (run: OpenRun, who: string, options: HandOverOptions): Promise<void> => {
  const { engine, terminal } = run;
  const receiver = await receiverOf(run, options);
  const to = receiver.kind === 'one' ? receiver : { kind: receiver.kind, edits: [...receiver.edits] };
  const { id: member, name } = await memberOf(engine, who);
  const checks: MemberId | null =
    options.checks === keep ? null : (await memberOf(engine, options.checks)).id;
  if (options.yes === true) {
    const note = options.note ?? '';
    const done = accepted(await engine.call('hand-over.accept', { member, to, checks, note }));
    const { conversations, followUps, checksKept: kept } = done;
    await terminal.out(
      terminal.json
        ? JSON.stringify(done)
        : `${terminal.words('hand-over.done', { name, conversations, followUps, kept })} ${terminal.words('cli.undo-key', { undo: done.undo })}`,
    );
    return;
  }
  const preview = accepted(await engine.call('hand-over.preview', { member, to, checks }));
  if (terminal.json) {
    await terminal.out(JSON.stringify(preview));
    return;
  }
  const { open, followUps, checks: count } = preview;
  await terminal.out(terminal.words('hand-over.intro', { name, open, followUps, checks: count }));
  await sayMoves(run, preview);
  terminal.note(terminal.words('cli.balance.only-shown'));
};
