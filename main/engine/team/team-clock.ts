import type { Clock } from '#shared/kit/ports.ts';
import type { ReadableDb } from '../store/driver.ts';
import { clockError } from '../store/team/progress.ts';

/**
 * The clock of a workspace: in a team it shows the team's time, as far as that was heard, because others go by the times
 * of what is done here and this computer's clock may be wrong by hours. For people alone it is the computer's own.
 */
export class TeamClock implements Clock {
  readonly #own: Clock;
  readonly #db: ReadableDb;
  #error: number;

  constructor(own: Clock, db: ReadableDb) {
    this.#own = own;
    this.#db = db;
    this.#error = clockError(db);
  }

  now(): number {
    return this.#own.now() + this.#error;
  }

  monotonic(): number {
    return this.#own.monotonic();
  }

  /** Looks again by how much it has to be put right. */
  adjust(): void {
    this.#error = clockError(this.#db);
  }
}
