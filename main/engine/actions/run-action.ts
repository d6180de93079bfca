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
import { mayBeLeft } from './ingest/slices.ts';
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

/** An action that goes with what is left to be committed; its own commit is only left where `mayWait` says that it may be. */
export type Joining = { readonly mayWait: boolean };

/**
 * Runs one action in one transaction. The vault is on disk before the commit that refers to it; what the action
 * put there is taken back when it throws. With `joins` it goes with what is left to be committed, see {@link isDoneAgain}.
 */
export const runAction = <Name extends ActionName>(
  environment: ActionEnvironment,
  name: Name,
  input: ActionInput<Name>,
  joins: Joining | null = null,
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
  const work = (): ActionOutput<Name> => {
    const answer = noted(environment, changed, name, input);
    vault.sync();
    return answer;
  };
  try {
    const output =
      joins === null ? db.transaction(work) : db.joined(work, () => joins.mayWait && mayBeLeft(name, input));
    return { output, topics: [...topics.values()] };
  } catch (error) {
    vault.discard();
    throw error;
  }
};

/**
 * Whether a crash may take it back until more of the same is done, because it is simply done again: the index follows from the messages,
 * and the slices of a pull from the cursor that the last of them commits. In a team others may know of it by then.
 */
export const isDoneAgain = ({ db }: Pick<ActionEnvironment, 'db'>, name: ActionName): boolean =>
  (name === 'ingest.batch' || name === 'search.index') && currentTxn(db) === null;

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
