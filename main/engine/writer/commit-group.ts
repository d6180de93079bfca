import type { Topic } from '#shared/contract/events.ts';
import type { ActionInput, ActionName } from '../actions/actions.ts';
import { runOfSlice } from '../actions/ingest/slices.ts';
import { isDoneAgain } from '../actions/run-action.ts';
import type { ActionResult, Joining } from '../actions/run-action.ts';
import type { WritableDb } from '../store/driver.ts';

/** So many actions wait for one commit at most, some 30 ms of encrypting: what a person does next waits for that. */
const mostLeft = 16;

/**
 * The actions whose commit is left to a later one. Nobody is told of what they changed before it, and where it fails the rest of a pull
 * whose slices were among them is refused: its cursor would skip what was lost.
 */
export class CommitGroup {
  readonly #db: WritableDb;
  readonly #topics: Topic[] = [];
  /** The runs of pulls that have slices among what is left. */
  readonly #runs = new Set<string>();
  readonly #lost = new Map<string, unknown>();
  #left = 0;

  constructor(db: WritableDb) {
    this.#db = db;
  }

  /** Does the work of an action, which is told how it may join what is left; answers what everybody may be told of now. */
  run<Name extends ActionName>(
    name: Name,
    input: ActionInput<Name>,
    work: (joins: Joining | null) => ActionResult<Name>,
  ): ActionResult<Name> {
    if (!isDoneAgain({ db: this.#db }, name)) {
      // Where the action fails they are told with the next one.
      this.#topics.push(...this.settle());
      const { output, topics } = work(null);
      this.#topics.push(...topics);
      return { output, topics: this.#told() };
    }
    const slice = runOfSlice(name, input);
    if (slice !== null) this.#refuseRest(slice);
    const { output, topics } = this.#watched(() => work({ mayWait: this.#left + 1 < mostLeft }));
    this.#topics.push(...topics);
    if (!this.#db.isLeftOpen) return { output, topics: this.#told() };
    this.#left += 1;
    if (slice !== null) this.#runs.add(slice.name);
    return { output, topics: [] };
  }

  /** Commits what is left; answers what it changed. */
  settle(): readonly Topic[] {
    if (!this.#db.isLeftOpen) return [];
    this.#watched(() => this.#db.settle());
    return this.#told();
  }

  #refuseRest({ name, isFirst }: { readonly name: string; readonly isFirst: boolean }): void {
    if (isFirst) this.#lost.delete(name);
    else if (this.#lost.has(name)) throw this.#lost.get(name);
  }

  #watched<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      for (const name of this.#runs) this.#lost.set(name, error);
      this.#told();
      throw error;
    }
  }

  /** Begins anew; answers what had changed, each once. */
  #told(): readonly Topic[] {
    this.#left = 0;
    this.#runs.clear();
    const topics = new Map(this.#topics.splice(0).map((topic) => [JSON.stringify(topic), topic]));
    return [...topics.values()];
  }
}
