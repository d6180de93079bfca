import { wordsOf } from '../../kit/connection-codes.ts';
import type { Attempt, Reconciled, SendHooks, SendResult } from '../../kit/outgoing.ts';
import { pause } from '../../kit/waiting.ts';
import { archivedIn } from '../archive/archive-item.ts';
import { readPage } from '../archive/archive-page.ts';
import type { Where } from '../archive/archive-page.ts';
import { bareJid, ns } from '../names.ts';
import { attributeOf, childOf, element } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import type { XmppConnection } from '../stream/connection.ts';
import { stanzaError } from '../stream/failures.ts';
import type { StanzaError } from '../stream/failures.ts';
import { readVisitor, saidToSession } from './compose.ts';
import { newestSession } from './find-visitor.ts';
import type { Desk } from './find-visitor.ts';
import { isVisitorId } from './visitor-said.ts';

/** Said of a visitor who has closed the page; its words are under `send.said.visitor-left`. */
const visitorLeft = 'visitor-left';

/** Whoever comes back wakes what waits for them; this is for a wake that was missed. */
const lookAgainMs = 15 * 60_000;

// What a server says of a session that has ended, or of an account that was only there as long as it (RFC 6120 section 8.3.3).
const goneConditions = new Set(['service-unavailable', 'recipient-unavailable', 'item-not-found', 'gone']);

const left: SendResult = { kind: 'retry', said: visitorLeft, afterMs: lookAgainMs };

/** One try to send: to the newest page that the visitor has open, or not at all while there is none. */
export async function sendAnswer(
  desk: Desk,
  attempt: Attempt,
  hooks: SendHooks,
  signal: AbortSignal,
): Promise<SendResult> {
  const recipient = attempt.pending[0] ?? '';
  const room = readVisitor(recipient);
  if (room === null) return { kind: 'rejected', said: recipient, code: 'jid-malformed' };
  const { book } = desk;
  const returns = isVisitorId(room);
  const jid = returns ? await newestSession(desk, room, signal) : room;
  const accepted: SendResult = {
    kind: 'accepted',
    accepted: [recipient],
    refused: [],
    externalId: attempt.externalId,
  };
  // It was said again when they came back, and has arrived.
  if (returns && book.hasReceived(room, attempt.clientId)) return accepted;
  if (jid === null || book.isGone(jid)) return left;
  const stanza = saidToSession(attempt.bytes, jid);
  if (stanza === null) return { kind: 'rejected', said: recipient, code: 'bad-request' };
  const outcome = await deliver(desk, stanza, attempt.clientId, hooks, signal);
  if (outcome.kind === 'lost') return { kind: 'unknown', said: outcome.said };
  if (outcome.error === null) return accepted;
  const { error } = outcome;
  const said = error.said ?? error.condition;
  if (returns && goneConditions.has(error.condition)) {
    book.markGone(jid);
    return left;
  }
  return error.type === 'wait'
    ? { kind: 'retry', said, afterMs: null }
    : { kind: 'rejected', said, code: error.condition };
}

type Outcome =
  | { readonly kind: 'said'; readonly error: StanzaError | null }
  | { readonly kind: 'lost'; readonly said: string };

/** Servers answer for a session that has ended before they acknowledge, since they work on stanzas in order. */
async function deliver(
  { connection }: Desk,
  stanza: Element,
  id: string,
  hooks: SendHooks,
  signal: AbortSignal,
): Promise<Outcome> {
  const errors: StanzaError[] = [];
  const stop = connection.onMessage((message) => {
    if (attributeOf(message, 'type') === 'error' && attributeOf(message, 'id') === id)
      errors.push(stanzaError(message));
  });
  try {
    await hooks.handingOver();
    try {
      await connection.deliver(stanza, signal);
    } catch (error) {
      return { kind: 'lost', said: wordsOf(error instanceof Error ? error.message : String(error)) ?? '' };
    }
    return { kind: 'said', error: errors[0] ?? null };
  } finally {
    stop();
  }
}

// Clocks differ; the search begins this much before the first try.
const margin = 600_000;

const isOurs = (result: Element, clientId: string, own: string): boolean => {
  const message = archivedIn(result)?.message;
  return (
    message !== undefined &&
    bareJid(attributeOf(message, 'from')) === own &&
    attributeOf(childOf(message, 'origin-id', ns.ids), 'id') === clientId
  );
};

/**
 * Looks for our id in the archive since the first try. What lies there and never arrived is said again when the visitor is back, so it counts.
 * Silence proves something only in an archive that keeps everything; then it is looked at twice, in case the server was still working on
 * what a broken line had brought.
 */
export async function reconcileAnswer(
  { connection, own }: Desk,
  attempt: Attempt,
  settle: number,
  signal: AbortSignal,
): Promise<Reconciled> {
  const found = async (): Promise<boolean> => {
    let where: Where = { kind: 'newest' };
    for (;;) {
      const page = await readPage(connection, own, where, 100, signal, { start: attempt.since - margin });
      if (page.results.some(({ result }) => isOurs(result, attempt.clientId, own))) return true;
      if (page.complete || page.first === null || page.results.length === 0) return false;
      where = { kind: 'before', id: page.first };
    }
  };
  if (await found()) return 'accepted';
  if (!(await keepsEverything(connection, signal))) return 'unknown';
  await pause(settle, signal);
  return (await found()) ? 'accepted' : 'absent';
}

async function keepsEverything(connection: XmppConnection, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await connection.request('get', element('prefs', ns.archive), signal);
    return attributeOf(childOf(answer, 'prefs', ns.archive), 'default') === 'always';
  } catch (error) {
    signal.throwIfAborted();
    if (!connection.usable) throw error;
    return false;
  }
}
