import type { Attempt, Reconciled, SendHooks, SendResult } from '../kit/outgoing.ts';
import { wordsOf } from '../kit/connection-codes.ts';
import { pause } from '../kit/waiting.ts';
import { archivedIn } from './archive/archive-item.ts';
import { readPage } from './archive/archive-page.ts';
import type { Where } from './archive/archive-page.ts';
import { addressed } from './compose.ts';
import { bareJid, ns } from './names.ts';
import type { XmppConnection } from './stream/connection.ts';
import { attributeOf, childOf } from './stream/element.ts';
import type { Element } from './stream/element.ts';
import { stanzaError } from './stream/failures.ts';
import type { StanzaError } from './stream/failures.ts';

type Refused = Extract<SendResult, { readonly kind: 'accepted' }>['refused'];

/** One try to send. What the server acknowledges it keeps; a line lost between the two leaves the fate unknown. */
export async function sendMessage(
  connection: XmppConnection,
  attempt: Attempt,
  hooks: SendHooks,
  signal: AbortSignal,
): Promise<SendResult> {
  const stanzas = attempt.pending.map((recipient) => ({
    recipient,
    stanza: addressed(attempt.bytes, recipient),
  }));
  const wrong = stanzas.find(({ stanza }) => stanza === null);
  if (wrong !== undefined || stanzas.length === 0) {
    return { kind: 'rejected', said: wrong?.recipient ?? '', code: 'jid-malformed' };
  }
  const errors = new Map<string, StanzaError>();
  const stop = connection.onMessage((message) => {
    if (attributeOf(message, 'type') !== 'error' || attributeOf(message, 'id') !== attempt.clientId) return;
    errors.set(bareJid(attributeOf(message, 'from')) ?? '', stanzaError(message));
  });
  await hooks.handingOver();
  try {
    // Each is acknowledged before the next is written, so that a lost line leaves one fate unknown and not several.
    for (const { stanza } of stanzas) if (stanza !== null) await connection.deliver(stanza, signal);
  } catch (error) {
    return { kind: 'unknown', said: wordsOf(error instanceof Error ? error.message : String(error)) ?? '' };
  } finally {
    stop();
  }
  const refused: Refused = attempt.pending.flatMap((recipient) => {
    const error = errors.get(bareJid(recipient) ?? '');
    if (error === undefined) return [];
    return [{ recipient, said: error.said ?? error.condition, permanent: error.type !== 'wait' }];
  });
  const accepted = attempt.pending.filter((recipient) => !refused.some((one) => one.recipient === recipient));
  const [only] = refused;
  if (accepted.length === 0 && only !== undefined) {
    return only.permanent
      ? { kind: 'rejected', said: only.said, code: errors.values().next().value?.condition ?? '' }
      : { kind: 'retry', said: only.said, afterMs: null };
  }
  return { kind: 'accepted', accepted, refused, externalId: attempt.externalId };
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
 * Looks for our id in the archive since the first try. Only an archive that keeps everything proves by silence that a message never came;
 * then it is looked at twice, in case the server was still working on what a broken line had brought.
 */
export async function reconcileMessage(
  connection: XmppConnection,
  own: string,
  attempt: Attempt,
  settle: number,
  signal: AbortSignal,
): Promise<Reconciled> {
  const withPeer = attempt.pending.length === 1 ? bareJid(attempt.pending[0] ?? '') : null;
  const filter = { start: attempt.since - margin, ...(withPeer === null ? {} : { with: withPeer }) };
  const found = async (): Promise<boolean> => {
    let where: Where = { kind: 'newest' };
    for (;;) {
      const page = await readPage(connection, own, where, 100, signal, filter);
      if (page.results.some(({ result }) => isOurs(result, attempt.clientId, own))) return true;
      if (page.complete || page.first === null || page.results.length === 0) return false;
      where = { kind: 'before', id: page.first };
    }
  };
  if (await found()) return 'accepted';
  if (!(await keepsEverything(connection, signal))) return 'unknown';
  await pause(settle, signal);
  if (await found()) return 'accepted';
  // With several recipients some may have it, and which cannot be told apart by one id.
  return attempt.pending.length === 1 ? 'absent' : 'unknown';
}

async function keepsEverything(connection: XmppConnection, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await connection.request(
      'get',
      { name: 'prefs', ns: ns.archive, attributes: new Map(), children: [] },
      signal,
    );
    return attributeOf(childOf(answer, 'prefs', ns.archive), 'default') === 'always';
  } catch (error) {
    signal.throwIfAborted();
    if (!connection.usable) throw error;
    return false;
  }
}
