import type { Attempt, Reconciled, SendHooks, SendResult } from '../kit/outgoing.ts';
import { wordsOf } from '../kit/connection-codes.ts';
import { pause, within } from '../kit/waiting.ts';
import { archivedIn } from './archive/archive-item.ts';
import { readPage } from './archive/archive-page.ts';
import type { Where } from './archive/archive-page.ts';
import { addressed, readWritten, withFile } from './compose.ts';
import type { Uploaded } from './files/upload.ts';
import { idOf } from './map/said.ts';
import { bareJid, ns } from './names.ts';
import type { XmppConnection } from './stream/connection.ts';
import { attributeOf, childOf, element } from './stream/element.ts';
import type { Element } from './stream/element.ts';
import { stanzaError } from './stream/failures.ts';
import type { StanzaError } from './stream/failures.ts';
import type { OutgoingFile } from '../kit/outgoing.ts';

type Refused = Extract<SendResult, { readonly kind: 'accepted' }>['refused'];

/** What sending needs beside the connection. */
export type Sending = {
  readonly hooks: SendHooks;
  readonly upload: (file: OutgoingFile) => Promise<Uploaded>;
  readonly answerMs: number;
};

const isRoomMessage = (stanza: Element): boolean => attributeOf(stanza, 'type') === 'groupchat';

/** One try to send. What the server acknowledges it keeps; a line lost between the two leaves the fate unknown. */
export async function sendMessage(
  connection: XmppConnection,
  attempt: Attempt,
  sending: Sending,
  signal: AbortSignal,
): Promise<SendResult> {
  const written = readWritten(attempt.bytes);
  if (written === null) return { kind: 'rejected', said: '', code: 'malformed' };
  const wrong = attempt.pending.find((recipient) => addressed(written.stanza, recipient) === null);
  if (wrong !== undefined || attempt.pending.length === 0)
    return { kind: 'rejected', said: wrong ?? '', code: 'jid-malformed' };
  let { stanza } = written;
  // Files first: what is on the web and never spoken of can be put there again.
  for (const file of written.files) {
    const uploaded = await sending.upload(file);
    if (uploaded.kind === 'refused') return { kind: 'rejected', said: uploaded.said, code: uploaded.code };
    if (uploaded.kind === 'later') return { kind: 'retry', said: uploaded.said, afterMs: uploaded.afterMs };
    stanza = withFile(stanza, uploaded.url);
  }
  const room = isRoomMessage(stanza) ? bareJid(attempt.pending[0] ?? null) : null;
  return room === null
    ? toPeople(connection, attempt, stanza, sending, signal)
    : toRoom(connection, attempt, { room, stanza }, sending, signal);
}

const unknown = (error: unknown): SendResult => ({
  kind: 'unknown',
  said: wordsOf(error instanceof Error ? error.message : String(error)) ?? '',
});

const refusedBy = (error: StanzaError): SendResult => {
  const said = error.said ?? error.condition;
  return error.type === 'wait'
    ? { kind: 'retry', said, afterMs: null }
    : { kind: 'rejected', said, code: error.condition };
};

async function toPeople(
  connection: XmppConnection,
  attempt: Attempt,
  stanza: Element,
  { hooks }: Sending,
  signal: AbortSignal,
): Promise<SendResult> {
  const errors = new Map<string, StanzaError>();
  const stop = connection.onMessage((message) => {
    if (attributeOf(message, 'type') !== 'error' || attributeOf(message, 'id') !== attempt.clientId) return;
    errors.set(bareJid(attributeOf(message, 'from')) ?? '', stanzaError(message));
  });
  await hooks.handingOver();
  try {
    // Each is acknowledged before the next is written, so that a lost line leaves one fate unknown and not several.
    for (const recipient of attempt.pending) {
      const one = addressed(stanza, recipient);
      if (one !== null) await connection.deliver(one, signal);
    }
  } catch (error) {
    return unknown(error);
  } finally {
    stop();
  }
  const refused: Refused = attempt.pending.flatMap((recipient) => {
    const error = errors.get(bareJid(recipient) ?? '');
    if (error === undefined) return [];
    return [{ recipient, said: error.said ?? error.condition, permanent: error.type !== 'wait' }];
  });
  const accepted = attempt.pending.filter((recipient) => !refused.some((one) => one.recipient === recipient));
  const [error] = errors.values();
  if (accepted.length === 0 && error !== undefined) return refusedBy(error);
  return { kind: 'accepted', accepted, refused, externalId: attempt.externalId };
}

/** A room sends everybody what it accepts, its author included; only that, or its refusal, says what became of a message. */
async function toRoom(
  connection: XmppConnection,
  attempt: Attempt,
  { room, stanza }: { readonly room: string; readonly stanza: Element },
  { hooks, answerMs }: Sending,
  signal: AbortSignal,
): Promise<SendResult> {
  const one = addressed(stanza, room);
  if (one === null) return { kind: 'rejected', said: room, code: 'jid-malformed' };
  let stop = (): void => undefined;
  const answered = new Promise<Element>((resolve) => {
    stop = connection.onMessage((message) => {
      const about = idOf(message) === attempt.clientId && bareJid(attributeOf(message, 'from')) === room;
      if (about) resolve(message);
    });
  });
  const { ended, stop: forget } = connection.untilEnd();
  try {
    await hooks.handingOver();
  } catch (error) {
    stop();
    forget();
    throw error;
  }
  try {
    await connection.deliver(one, signal);
    const answer = await within(Promise.race([answered, ended]), {
      signal,
      ms: answerMs,
      late: () => Object.assign(new Error('no answer in time'), { code: 'ETIMEOUT' }),
      end: () => undefined,
    });
    if (attributeOf(answer, 'type') === 'error') return refusedBy(stanzaError(answer));
    return { kind: 'accepted', accepted: attempt.pending, refused: [], externalId: attempt.externalId };
  } catch (error) {
    return unknown(error);
  } finally {
    stop();
    forget();
  }
}

// Clocks differ; the search begins this much before the first try.
const margin = 600_000;

/** Ours by its id, which nobody else knew before it was sent; between two people also by who wrote it. */
const isOurs = (result: Element, clientId: string, own: string | null): boolean => {
  const message = archivedIn(result)?.message;
  if (message === undefined || (own !== null && bareJid(attributeOf(message, 'from')) !== own)) return false;
  return (
    idOf(childOf(message, 'origin-id', ns.ids)) === clientId || (own === null && idOf(message) === clientId)
  );
};

/** Where an attempt is looked for: our own archive, or that of the room it went to. */
export type Search = { readonly own: string; readonly settle: number };

/**
 * Looks for our id in the archive since the first try. Only an archive that keeps everything proves by silence that a message never came;
 * then it is looked at twice, in case the server was still working on what a broken line had brought.
 */
export async function reconcileMessage(
  connection: XmppConnection,
  attempt: Attempt,
  { own, settle }: Search,
  signal: AbortSignal,
): Promise<Reconciled> {
  const stanza = readWritten(attempt.bytes)?.stanza;
  const [only = null] = attempt.pending.length === 1 ? attempt.pending : [];
  const room = stanza !== undefined && isRoomMessage(stanza) ? bareJid(only) : null;
  const withPeer = room === null ? bareJid(only) : null;
  const archive = room ?? own;
  const filter = { start: attempt.since - margin, ...(withPeer === null ? {} : { with: withPeer }) };
  const found = async (): Promise<boolean> => {
    let where: Where = { kind: 'newest' };
    for (;;) {
      const page = await readPage(connection, archive, where, 100, signal, filter);
      if (page.results.some(({ result }) => isOurs(result, attempt.clientId, room === null ? own : null)))
        return true;
      if (page.complete || page.first === null || page.results.length === 0) return false;
      where = { kind: 'before', id: page.first };
    }
  };
  if (await found()) return 'accepted';
  // A room that is archived keeps every message; an account may have said which ones are to be kept.
  if (room === null && !(await keepsEverything(connection, signal))) return 'unknown';
  await pause(settle, signal);
  if (await found()) return 'accepted';
  // With several recipients some may have it, and which cannot be told apart by one id.
  return attempt.pending.length === 1 ? 'absent' : 'unknown';
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
