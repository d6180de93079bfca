import type { Socket } from 'node:net';
import type { LineSpeed } from './cut-rule.ts';

/** What waits on a slow line before nothing more is taken from the sender, in bytes. */
const mostWaiting = 16_384;
/** How often a trickle goes on, in ms. */
const stepMs = 50;

/** One direction of a line as slow as a test wants it: bytes arrive late, one after the other, and never overtake each other. */
export class SlowFlow {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #speed: () => LineSpeed | null;
  #waiting: { readonly bytes: Buffer; readonly from: number }[] = [];
  #count = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(from: Socket, to: Socket, speed: () => LineSpeed | null) {
    this.#from = from;
    this.#to = to;
    this.#speed = speed;
  }

  /** Takes bytes on their slow way; answers false where the line is fast and nothing is on it. */
  takes(bytes: Buffer): boolean {
    const speed = this.#speed();
    if (speed === null && this.#waiting.length === 0) return false;
    this.#waiting.push({ bytes, from: performance.now() + (speed?.latencyMs ?? 0) });
    this.#count += bytes.length;
    if (this.#count > mostWaiting) this.#from.pause();
    this.#timer ??= setInterval(() => this.#step(), stepMs);
    return true;
  }

  #step(): void {
    const speed = this.#speed();
    const now = performance.now();
    for (
      let room = speed === null ? Number.POSITIVE_INFINITY : (speed.bytesPerSecond * stepMs) / 1_000;
      room > 0 && !this.#to.destroyed;
    ) {
      const [first] = this.#waiting;
      if (first === undefined || (speed !== null && first.from > now)) break;
      const piece = first.bytes.subarray(0, room);
      this.#to.write(piece);
      room -= piece.length;
      this.#count -= piece.length;
      const rest = first.bytes.subarray(piece.length);
      if (rest.length === 0) this.#waiting.shift();
      else this.#waiting[0] = { ...first, bytes: rest };
    }
    if (this.#count <= mostWaiting) this.#from.resume();
    if (this.#waiting.length > 0 && !this.#to.destroyed) return;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
