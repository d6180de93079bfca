import type { Topic } from '#shared/contract/events.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { Clock, Ids } from '#shared/kit/ports.ts';
import type { WritableDb } from '../store/driver.ts';
import { emptyPages } from '../store/erase/empty-pages.ts';
import type { ErasureLedger } from '../store/erase/ledger.ts';
import type { VaultWriter } from '../store/vault.ts';
import { actionsByName } from './actions.ts';
import type { ActionInput, ActionName, ActionOutput } from './actions.ts';
import { currentTxn } from '../store/team/link.ts';
import { clockError } from '../store/team/progress.ts';
import { isFollowed } from './ingest/slices.ts';
import { isCommand, notesOf } from './team/notes.ts';

/** What the writer thread has for its whole life. */
export type ActionEnvironment = {
  readonly db: WritableDb;
  readonly vault: VaultWriter;
  readonly erasures: ErasureLedger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly me: MemberId;
};

/** What an action answered and what it changed; nothing is told of an action that failed. */
export type ActionResult<Name extends ActionName> = {
  readonly output: ActionOutput<Name>;
  readonly topics: readonly Topic[];
};

/**
 * Runs one action in one transaction. The vault is on disk before the commit that refers to it; what the action
 * put there is taken back when it throws. With `mayWait` the commit of what is simply done again after a crash is left to a later one.
 */
export const runAction = <Name extends ActionName>(
  environment: ActionEnvironment,
  name: Name,
  input: ActionInput<Name>,
  mayWait = false,
): ActionResult<Name> => {
  const { db, vault } = environment;
  const topics = new Map<string, Topic>();
  const changed = (topic: Topic) => {
    topics.set(JSON.stringify(topic), topic);
  };
  // A file is written anew outside of any transaction; a kill before the commit that says so has it done once more.
  if (name === 'erasure.finish') {
    db.settle();
    emptyPages(db);
  }
  try {
    const output = db.transaction(
      () => {
        const answer = noted(environment, changed, name, input);
        vault.sync();
        return answer;
      },
      (answer) => mayWait && isDoneAgain(environment, name, input, answer),
    );
    return { output, topics: [...topics.values()] };
  } catch (error) {
    vault.discard();
    throw error;
  }
};

/**
 * Whether a crash may take it back, because it is simply done again: the index follows from the messages, and the slices of a pull
 * from the cursor that the last of them commits. In a team others may know of it by then.
 */
const isDoneAgain = <Name extends ActionName>(
  { db }: ActionEnvironment,
  name: Name,
  input: ActionInput<Name>,
  answer: ActionOutput<Name>,
): boolean =>
  (isFollowed(name, input) ||
    (name === 'search.index' &&
      answer !== null &&
      typeof answer === 'object' &&
      'more' in answer &&
      answer.more)) &&
  currentTxn(db) === null;

/** Runs it, and in a team's workspace saves it with its transaction, as the ids it made would be made again. */
const noted = <Name extends ActionName>(
  environment: ActionEnvironment,
  changed: (topic: Topic) => void,
  name: Name,
  input: ActionInput<Name>,
): ActionOutput<Name> => {
  const { db } = environment;
  // Others go by the times of what is done here: they are the team's, however wrong the clock here is.
  const error = clockError(db);
  const clock: Clock =
    error === 0
      ? environment.clock
      : {
          now: () => environment.clock.now() + error,
          monotonic: () => environment.clock.monotonic(),
        };
  const team = notesOf(db, () => clock.now());
  if (team === undefined) return actionsByName[name]({ ...environment, changed }, input);
  const made: string[] = [];
  const ids: Ids = {
    next: () => {
      const id = environment.ids.next();
      made.push(id);
      return id;
    },
  };
  const answer = actionsByName[name]({ ...environment, clock, ids, changed, team }, input);
  if (isCommand(name)) team.save({ kind: 'action', name, input, ids: made });
  if (team.next()) changed({ topic: 'team' });
  return answer;
};
