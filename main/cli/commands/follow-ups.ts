import type { NewFollowUp } from '#shared/contract/new-follow-up.ts';
import type { FollowUpRow } from '#shared/contract/ownership.ts';
import { lengthOfRepeat } from '#shared/domain/when/repeats.ts';
import { readWhen } from '#shared/domain/when/read-when.ts';
import type { FollowUpId } from '#shared/kit/brand.ts';
import type { Words } from '#shared/messages/format.ts';
import { createTimes } from '#shared/messages/times.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import { oneLine, table } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted } from '../say.ts';
import { conversationIdOf } from './conversations.ts';

/** The most that one call answers. */
const pageSize = 200;

const columnLimits = [null, null, 24, 28, 60] as const;

const cellsOf = (words: Words, row: FollowUpRow): readonly string[] => {
  const { customer, subject } = row.conversation;
  return [
    row.id,
    createTimes(words.locale).full(row.dueAt),
    words.of(
      `cli.follow-up.purpose.${row.purpose}`,
      { due: row.fellAt === null ? 'no' : 'yes' },
      'cli.show.event',
    ),
    customer.name === '' ? customer.address : customer.name,
    row.why === '' ? subject : row.why,
  ];
};

const rowsOf = async (
  { engine, signal }: OpenRun,
  options: { readonly missed?: true; readonly limit: number },
): Promise<readonly FollowUpRow[]> => {
  const rows: FollowUpRow[] = [];
  let after: string | null = null;
  do {
    const limit = Math.min(pageSize, options.limit - rows.length);
    const page: { readonly rows: readonly FollowUpRow[]; readonly next: string | null } = accepted(
      options.missed === true
        ? await engine.call('follow-up.missed', { after, limit })
        : await engine.call('follow-up.list', { of: { kind: 'mine' }, after, limit }),
    );
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null && rows.length < options.limit && !signal.aborted);
  return rows;
};

/** `follow-ups list`: one's own open follow-ups, the first due first. */
export const listFollowUps = async (
  run: OpenRun,
  options: { readonly missed?: true; readonly limit: number },
): Promise<void> => {
  const { terminal } = run;
  const rows = await rowsOf(run, options);
  if (terminal.json) {
    await terminal.out(JSON.stringify({ followUps: rows }));
    return;
  }
  for (const line of table(
    rows.map((row) => cellsOf(terminal.words, row)),
    columnLimits,
  )) {
    if (terminal.readerGone()) return;
    await terminal.out(line);
  }
  if (rows.length === 0) terminal.note(terminal.words('cli.follow-ups.none'));
};

/** A time in words, read where this computer is; fails with what was understood instead. */
export const timeOf = async (
  { engine, terminal }: OpenRun,
  said: string,
): Promise<Pick<NewFollowUp, 'dueAt' | 'ifNoReply' | 'every'> & { readonly rest: string }> => {
  const { schedule } = accepted(await engine.call('target.settings', {}));
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const when = readWhen(said, { now: Date.now(), zone, locale: terminal.words.locale, schedule });
  if (when.kind === 'past') {
    const time = createTimes(terminal.words.locale).full(when.at);
    throw new CliFailure(exitCodes.usage, 'past-time', 'cli.follow-up.past', { time });
  }
  const every = when.kind === 'when' && when.repeat !== null ? lengthOfRepeat(when.repeat) : null;
  if (when.kind !== 'when' || (when.repeat !== null && every === null)) {
    throw new CliFailure(exitCodes.usage, 'time-not-understood', 'cli.follow-up.not-understood', {
      said: oneLine(said),
    });
  }
  return { dueAt: when.at, ifNoReply: when.ifNoReply, every, rest: when.rest ?? '' };
};

const sayTime = async ({ terminal }: OpenRun, id: string, dueAt: number): Promise<void> => {
  await terminal.out(
    terminal.json
      ? JSON.stringify({ id, dueAt })
      : terminal.words('cli.follow-up.set', { id, time: createTimes(terminal.words.locale).full(dueAt) }),
  );
};

/** `follow-ups promise`: comes back to a conversation at a time said in words. */
export const promiseFollowUp = async (
  run: OpenRun,
  conversation: string,
  said: string,
  options: { readonly why?: string },
): Promise<void> => {
  const { rest, ...time } = await timeOf(run, said);
  const made = accepted(
    await run.engine.call('follow-up.promise', {
      conversation: conversationIdOf(conversation),
      followUp: { ...time, why: options.why ?? rest },
    }),
  );
  await sayTime(run, made.id, time.dueAt);
};

const followUpIdOf = (text: string): FollowUpId => text.trim().toLowerCase() as FollowUpId;

/** `follow-ups move`: puts one off to another time. */
export const moveFollowUp = async (run: OpenRun, idText: string, said: string): Promise<void> => {
  const id = followUpIdOf(idText);
  const { dueAt } = await timeOf(run, said);
  accepted(await run.engine.call('follow-up.move', { id, dueAt }));
  await sayTime(run, id, dueAt);
};

/** `follow-ups done`: the promise was kept; a check ends with the customer's confirmation. */
export const keepFollowUp = async ({ engine, terminal }: OpenRun, idText: string): Promise<void> => {
  const id = followUpIdOf(idText);
  accepted(await engine.call('follow-up.keep', { id }));
  await terminal.out(
    terminal.json ? JSON.stringify({ id, done: true }) : terminal.words('cli.follow-up.kept', { id }),
  );
};
