const shortest = 30_000;
const longest = 30 * 60_000;

/** When messages whose fate is open, and that have left the newest page, are looked at again: soon after something stirs, then ever more rarely. */
export class FollowUp {
  #wait = shortest;
  #due = Number.NEGATIVE_INFINITY;

  /** Whether to look now (ms, monotonic). */
  isDue({ stirred, open }: { readonly stirred: boolean; readonly open: boolean }, now: number): boolean {
    if (stirred) {
      this.#wait = shortest;
      this.#due = Math.min(this.#due, now + shortest);
    }
    return open && now >= this.#due;
  }

  /** A look was taken; one that found nothing doubles the time to the next. */
  looked(found: boolean, now: number): void {
    this.#wait = found ? shortest : Math.min(this.#wait * 2, longest);
    this.#due = now + this.#wait;
  }
}
