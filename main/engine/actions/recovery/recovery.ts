import type { ActionContext } from '../action.ts';
import { recordAct } from '../audit/record-act.ts';
import { sendsUnderWay, startsOf, unfinishedSends } from '../../store/read/recovery.ts';
import type { SendUnderWay } from '../../store/read/recovery.ts';
import { doubtOutboxItem, markOutbox } from '../../store/write/outbox.ts';
import { putStarts, putSteppedBack } from '../../store/write/recovery.ts';

/** What was written down beside the database, outside of it. */
export type StartInput = {
  /** How often this workspace was opened, as far as the file knows. */
  readonly starts: number;
  /** What was handed over, with the number of the try. */
  readonly over: readonly { readonly id: string; readonly attempts: number }[];
  /** Whether there is such a file; a database that was opened twice has one. */
  readonly isThere: boolean;
  /** The database is older for certain: a backup was put in its place, or nobody can say what was done since. */
  readonly isOlder: boolean;
  /** It is older because a person put a backup in its place. */
  readonly isRestored: boolean;
};

/** The new number of starts, what the file still has to remember, and how many sends are in doubt where it stepped back. */
export type Started = {
  readonly starts: number;
  readonly unfinished: readonly string[];
  readonly doubtful: number | null;
};

/** The database knows nothing of a try that was begun, or not that it was handed over. */
const isBehind = ({ state, attempts }: SendUnderWay, marked: number | undefined): boolean =>
  marked !== undefined &&
  state !== 'handed-over' &&
  (attempts < marked || (attempts === marked && state === 'sending'));

/**
 * Counts a start, and finds out whether the database is older than what was done with it: an older copy was put in its
 * place, or its newest commits were lost. What it would send again is looked for instead, and never sent by itself.
 */
const begin = (
  context: ActionContext,
  { starts, over, isThere, isOlder, isRestored }: StartInput,
): Started => {
  const { db, clock, changed } = context;
  const own = startsOf(db);
  const next = Math.max(own, starts) + 1;
  putStarts(db, next);
  const marked = new Map(over.map(({ id, attempts }) => [id, attempts]));
  const isAllBehind = isOlder || own < starts || (!isThere && own > 1);
  const suspect = sendsUnderWay(db).filter((row) => isAllBehind || isBehind(row, marked.get(row.id)));
  const now = clock.now();
  for (const { id, conversationNum } of suspect) {
    doubtOutboxItem(db, id, now);
    markOutbox(db, conversationNum);
  }
  if (isRestored) recordAct(context, { kind: 'backup.restored', made: null });
  const isBack = isAllBehind || suspect.length > 0;
  if (isBack) {
    putSteppedBack(db, { at: now, toBeAsked: suspect.length });
    changed({ topic: 'recovery' });
    changed({ topic: 'outbox' });
    changed({ topic: 'lists' });
  }
  return { starts: next, unfinished: unfinishedSends(db), doubtful: isBack ? suspect.length : null };
};

/** The person has read that the database stepped back. */
const seen = ({ db, changed }: ActionContext, _input: Readonly<Record<string, never>>): null => {
  putSteppedBack(db, null);
  changed({ topic: 'recovery' });
  return null;
};

/** What a start finds out about the time before it. */
export const recoveryActions = { 'recovery.begin': begin, 'recovery.seen': seen } as const;
