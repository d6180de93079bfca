import { bareJid, ns } from '../names.ts';
import { attributeOf, childOf } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { roomOfAnswer, visitorSaid } from './visitor-said.ts';

/** So many visitors are remembered; of the others the archive tells again. */
const mostVisitors = 5_000;
/** A visitor's sessions that are remembered, newest first: what was said to an older one may have to be said again. */
const mostSessions = 5;
const mostReceipts = 5_000;

type SessionOfVisitor = { readonly jid: string; readonly at: number };

const forgetFirst = (of: Map<string, unknown> | Set<string>, most: number): void => {
  for (const key of of.keys()) {
    if (of.size <= most) return;
    of.delete(key);
  }
};

/**
 * Where each visitor was last seen. Every page a visitor opens is another JID; it is known from the stanzas themselves, live or read in the
 * archive in any order, and losing all of it costs a question to the archive.
 */
export class VisitorBook {
  /** The archive has been read for the book between these ids; null before the first look. */
  read: { readonly newest: string; readonly oldest: string | null } | null = null;
  readonly #sessions = new Map<string, readonly SessionOfVisitor[]>();
  readonly #rooms = new Map<string, string>();
  readonly #received = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #welcomed = new Set<string>();

  /** Takes in a stanza of our archive or one that has just come, said at `at` (ms UTC). */
  note(message: Element, own: string, at: number): void {
    const from = attributeOf(message, 'from') ?? '';
    if (bareJid(from) === own) {
      const room = roomOfAnswer(message);
      const to = attributeOf(message, 'to') ?? '';
      if (room !== null && to.includes('/')) this.#met(room, to, at - 1);
      return;
    }
    const said = visitorSaid(message);
    if (said === null || !from.includes('/')) return;
    this.#met(said.room, from, at);
    const received = attributeOf(childOf(message, 'received', ns.receipts), 'id');
    if (received === null) return;
    this.#received.add(`${said.room} ${received}`);
    forgetFirst(this.#received, mostReceipts);
  }

  /** The full JIDs of a visitor, newest first. */
  sessionsOf(room: string): readonly string[] {
    return (this.#sessions.get(room) ?? []).map(({ jid }) => jid);
  }

  /** Whose session a JID is; null for one of no visitor we know. */
  roomOf(jid: string): string | null {
    return this.#rooms.get(bareJid(jid) ?? '') ?? null;
  }

  /** Whether the visitor's browser has said that it has this message. */
  hasReceived(room: string, clientId: string): boolean {
    return this.#received.has(`${room} ${clientId}`);
  }

  /** The server says that this session has ended. */
  markGone(jid: string): void {
    this.#gone.add(jid);
    forgetFirst(this.#gone, mostVisitors);
  }

  isGone(jid: string): boolean {
    return this.#gone.has(jid);
  }

  /** Whether this session has still to be welcomed; asked once, it counts as done. */
  welcomeOnce(jid: string): boolean {
    if (this.#welcomed.has(jid)) return false;
    this.#welcomed.add(jid);
    forgetFirst(this.#welcomed, mostVisitors);
    return true;
  }

  #met(room: string, jid: string, at: number): void {
    const bare = bareJid(jid);
    if (bare === null || jid.length > 1_000) return;
    const known = this.#sessions.get(room) ?? [];
    const before = known.find((one) => one.jid === jid);
    const met = { jid, at: Math.max(at, before?.at ?? 0) };
    const sessions = [met, ...known.filter((one) => one.jid !== jid)].toSorted((a, b) => b.at - a.at);
    // Set anew, so that the map's order is that of use.
    this.#sessions.delete(room);
    this.#sessions.set(room, sessions.slice(0, mostSessions));
    this.#rooms.delete(bare);
    this.#rooms.set(bare, room);
    forgetFirst(this.#sessions, mostVisitors);
    forgetFirst(this.#rooms, mostVisitors * 2);
  }
}
