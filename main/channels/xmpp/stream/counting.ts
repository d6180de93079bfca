import { ns } from '../names.ts';
import { element } from './element.ts';
import type { Element } from './element.ts';

/** What is needed to take up a broken stream again (XEP-0198 section 5). */
export type Resumption = {
  /** The server's own name of the stream. */
  readonly id: string;
  /** How many stanzas we had heard. */
  readonly heard: number;
  /** What we said that may be said again, each with its number. */
  readonly said: readonly Said[];
};

type Said = { readonly at: number; readonly stanza: Element };
type Waiting = { readonly resolve: (stanza: Element) => void; readonly reject: (error: Error) => void };

/** More than this is not repeated: a line that acknowledges so little is not worth taking up again. */
const mostSaid = 1_000;

/**
 * Counts the stanzas of a stream on both sides. What a person wrote is never repeated from here, because whoever sent it has been told that
 * its fate is unknown and looks for it in the archive; receipts, markers and presence are.
 */
export class StreamCount {
  private sent = 0;
  private heard = 0;
  private id: string | null = null;
  private managed = false;
  private said: Said[] = [];
  private acks: { readonly upTo: number; readonly waiting: Waiting }[] = [];

  /** Whether the server acknowledges at all. */
  get acknowledges(): boolean {
    return this.managed;
  }

  /** The server's answer to `enable`. */
  enabled(answer: Element): void {
    this.managed = answer.name === 'enabled';
    const resumable = answer.attributes.get('resume');
    const mayResume = this.managed && (resumable === 'true' || resumable === '1');
    this.id = mayResume ? (answer.attributes.get('id') ?? null) : null;
  }

  /** The server took the stream up again and had heard `h` stanzas; answers what is to be said once more. */
  resumed(from: Resumption, answer: Element): readonly Element[] {
    const h = Number(answer.attributes.get('h'));
    this.managed = true;
    this.id = from.id;
    this.heard = from.heard;
    this.sent = Number.isInteger(h) ? h : 0;
    return from.said.filter(({ at }) => at > this.sent).map(({ stanza }) => stanza);
  }

  /** What could take this stream up again; null when the server offers none. */
  resumption(): Resumption | null {
    return this.id === null ? null : { id: this.id, heard: this.heard, said: [...this.said] };
  }

  /** The stream ended properly, so nothing of it can be taken up. */
  over(): void {
    this.id = null;
  }

  saying(stanza: Element, repeatable: boolean): void {
    this.sent += 1;
    if (repeatable && this.id !== null && this.said.length < mostSaid)
      this.said.push({ at: this.sent, stanza });
  }

  hearing(): void {
    this.heard += 1;
  }

  /** Waits until everything said so far is acknowledged. */
  awaitAck(waiting: Waiting): void {
    this.acks.push({ upTo: this.sent, waiting });
  }

  /** Takes an element of stream management; answers what is to be said to it, if anything. */
  take(one: Element): Element | null {
    if (one.name === 'r') return element('a', ns.acks, { h: String(this.heard) });
    const upTo = Number(one.attributes.get('h'));
    if (one.name !== 'a' || !Number.isInteger(upTo)) return null;
    const done = this.acks.filter((ack) => ack.upTo <= upTo);
    this.acks = this.acks.filter((ack) => ack.upTo > upTo);
    this.said = this.said.filter(({ at }) => at > upTo);
    for (const { waiting } of done) waiting.resolve(one);
    return null;
  }

  fail(error: Error): void {
    for (const { waiting } of this.acks.splice(0)) waiting.reject(error);
  }
}
