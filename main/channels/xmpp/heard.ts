import type { Cursor } from '../kit/channel.ts';
import { archivedIn } from './archive/archive-item.ts';
import { heardKey } from './archive/notes.ts';
import { isNews } from './listen.ts';
import { nameOf } from './map/message-names.ts';
import { idOf, quietId, saidIn, writerOf } from './map/said.ts';
import { bareJid, ns } from './names.ts';
import { attributeOf, childOf, element, elementsOf } from './stream/element.ts';
import type { Element } from './stream/element.ts';

type Owed = { readonly to: string; readonly id: string };

const mostOwed = 1_000;
const mostFacts = 1_000;
const mostKept = 5_000;

/** The message inside a copy of what another device of ours got or said; undefined for anything else (XEP-0280). */
const copiedIn = (message: Element): Element | undefined => {
  const copy = childOf(message, 'received', ns.carbons) ?? childOf(message, 'sent', ns.carbons);
  return childOf(childOf(copy, 'forwarded', ns.forward), 'message', ns.client);
};

/** What a live message is good for: to look into a stream, or not at all. */
export type News = { readonly room: string | null };

/**
 * Remembers what comes over the line and what the archive alone cannot tell: facts that the server keeps no record of, and which senders
 * wait to hear that their words have been kept.
 */
export class Heard {
  private readonly own: string;
  private readonly now: () => number;
  private readonly facts = new Map<string, Element>();
  private readonly owed = new Map<string, Owed>();
  private readonly kept = new Set<string>();
  private readonly handed = new WeakMap<
    Cursor,
    { readonly facts: readonly string[]; readonly names: readonly string[] }
  >();
  private count = 0;

  constructor(own: string, now: () => number) {
    this.own = own;
    this.now = now;
  }

  /** Takes a live message; null when it is no news. */
  take(message: Element): News | null {
    if (childOf(message, 'result', ns.archive) !== undefined) return null;
    const copy = copiedIn(message);
    if (copy !== undefined && !isNews(message, this.own)) return null;
    const inner = copy ?? message;
    if (attributeOf(inner, 'type') === 'groupchat')
      return copy === undefined ? { room: bareJid(attributeOf(inner, 'from')) } : null;
    const said = saidIn(inner);
    if (said.kind === 'nothing') return null;
    if (said.kind === 'words' || said.kind === 'correction') {
      if (copy === undefined) this.owe(inner);
    } else if (!this.isArchived(inner)) this.keep(inner);
    return { room: null };
  }

  /** What was heard and lies in no archive, as results of one; they are handed out until the engine has committed them. */
  results(): readonly Element[] {
    return [...this.facts.values()];
  }

  /** Remembers what goes into a batch that ends at this cursor. */
  hand(cursor: Cursor, results: readonly Element[]): void {
    const archived = results.flatMap((result) => archivedIn(result) ?? []);
    const names = archived.flatMap(({ message }) => {
      const [from, id] = [writerOf(message), idOf(message)];
      return from === null || id === null ? [] : [nameOf(from, id)];
    });
    this.handed.set(cursor, { facts: archived.map(({ id }) => id), names });
  }

  /** The batch that ends at this cursor is kept for good; answers the receipts (XEP-0184) that are due now. */
  committed(cursor: Cursor): readonly Element[] {
    const done = this.handed.get(cursor);
    for (const id of done?.facts ?? []) this.facts.delete(id);
    for (const name of done?.names ?? []) this.kept.add(name);
    for (const name of this.kept) {
      if (this.kept.size <= mostKept) break;
      this.kept.delete(name);
    }
    return this.due();
  }

  /** Receipts for words that were committed, once each. */
  due(): readonly Element[] {
    const ready = [...this.owed].filter(([name]) => this.kept.has(name));
    return ready.map(([name, { to, id }]) => {
      this.owed.delete(name);
      return element(
        'message',
        ns.client,
        { type: 'chat', to, id: `${quietId}${id.slice(0, 100)}` },
        element('received', ns.receipts, { id }),
      );
    });
  }

  private owe(message: Element): void {
    const [from, id, to] = [writerOf(message), idOf(message), attributeOf(message, 'from')];
    const asks = childOf(message, 'request', ns.receipts) !== undefined;
    if (!asks || from === null || id === null || to === null || from === this.own) return;
    if (this.owed.size < mostOwed) this.owed.set(nameOf(from, id), { to, id });
  }

  private isArchived(message: Element): boolean {
    return elementsOf(message).some(
      (child) =>
        child.name === 'stanza-id' &&
        child.ns === ns.ids &&
        attributeOf(child, 'by')?.toLowerCase() === this.own,
    );
  }

  private keep(message: Element): void {
    if (this.facts.size >= mostFacts) return;
    this.count += 1;
    const id = `${heardKey}${String(this.now())}-${String(this.count)}`;
    const stamp = element('delay', ns.delay, { stamp: new Date(this.now()).toISOString() });
    const forwarded = element('forwarded', ns.forward, {}, stamp, message);
    this.facts.set(id, element('result', ns.archive, { id }, forwarded));
  }
}
