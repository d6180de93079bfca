import * as v from 'valibot';
import { jsonOf } from '../../kit/http/http-client.ts';
import type { SendOutcome } from '../../kit/http/http-client.ts';
import type { Attempt, OutgoingFile, Reconciled, SendHooks, SendResult } from '../../kit/outgoing.ts';
import { messagesAnswer } from '../api/answers.ts';
import { errorIn } from '../api/errors.ts';
import { readEvents, relationOf, textField } from '../api/events.ts';
import { roomPath } from '../api/homeserver.ts';
import type { Homeserver } from '../api/homeserver.ts';
import { readUserId } from '../identifiers.ts';
import { fetchEvent } from '../pull/items.ts';
import { readDirectRooms } from '../pull/rooms.ts';
import { readComposed } from './compose.ts';
import type { Said } from './compose.ts';
import { sayings, transactionsOf } from './content.ts';
import type { Answering, Saying, Uploaded } from './content.ts';
import { directRoomWith } from './direct-room.ts';

const eventAnswer = v.object({ event_id: v.string() });
const uploadAnswer = v.object({ content_uri: v.string() });

/** Twelve megabytes a minute: slow lines upload, too. */
const uploadMs = (bytes: number): number => 60_000 + bytes / 200;

/** What could not be done, as the result of the try. */
class Refused extends Error {
  readonly result: SendResult;

  constructor(result: SendResult) {
    super('refused');
    this.result = result;
  }
}

/**
 * One try to send: the room is found or made, the files are uploaded, and only then comes what counts. Every event is put under an id of
 * ours, so that the server takes it once however often it is said (client-server API, "Transaction identifiers").
 */
export async function sendMessage(
  server: Homeserver,
  attempt: Attempt,
  hooks: SendHooks,
  signal: AbortSignal,
): Promise<SendResult> {
  const composed = readComposed(attempt.bytes);
  if (composed === null) return { kind: 'rejected', said: '', code: 'unreadable' };
  const { said, files } = composed;
  try {
    const room = said.room ?? (await firstRoom(server, said.to, signal));
    if (await isEncrypted(server, room, signal))
      return { kind: 'rejected', said: 'm.room.encryption', code: 'encrypted-room' };
    const answering = await answeringIn(server, room, said, signal);
    const uploaded = await uploadAll(server, files, signal);
    const all = sayings(said, uploaded, attempt.clientId, answering);
    await hooks.handingOver();
    return await sayAll(server, room, all, attempt, signal);
  } catch (error) {
    if (error instanceof Refused) return error.result;
    throw error;
  }
}

async function firstRoom(server: Homeserver, to: string, signal: AbortSignal): Promise<string> {
  const person = readUserId(to);
  if (person === null) throw new Refused({ kind: 'rejected', said: to, code: 'M_INVALID_USERNAME' });
  const found = await directRoomWith(server, person, signal);
  switch (found.kind) {
    case 'room':
      return found.room;
    case 'refused':
      throw new Refused({ kind: 'rejected', said: found.said, code: found.code });
    case 'later':
      throw new Refused({ kind: 'retry', said: found.said, afterMs: found.afterMs });
  }
}

/** Whether what is said in a room has to be encrypted; sending plain words there would break a promise made to the other side. */
async function isEncrypted(server: Homeserver, room: string, signal: AbortSignal): Promise<boolean> {
  const path = roomPath(room, 'state', 'm.room.encryption');
  const answer = await server.ask({ method: 'GET', path }, signal);
  if (answer.status === 200) return true;
  if (answer.status === 404) return false;
  const { said, code, retryAfterMs } = errorIn(answer);
  if (answer.status === 403) throw new Refused({ kind: 'rejected', said, code });
  if (answer.status === 429) throw new Refused({ kind: 'retry', said, afterMs: retryAfterMs });
  throw server.refusal(answer);
}

/** What is answered, and in which thread; an event that is gone is not referred to. */
async function answeringIn(
  server: Homeserver,
  room: string,
  { answers }: Said,
  signal: AbortSignal,
): Promise<Answering | null> {
  if (answers === null) return null;
  const event = await fetchEvent(server, room, answers, signal);
  if (event === null) return null;
  const { type, event: root } = relationOf(event);
  return { event: answers, sender: readUserId(event.sender), thread: type === 'm.thread' ? root : null };
}

async function uploadAll(
  server: Homeserver,
  files: readonly OutgoingFile[],
  signal: AbortSignal,
): Promise<readonly Uploaded[]> {
  const uploaded: Uploaded[] = [];
  for (const file of files) uploaded.push({ file, uri: await upload(server, file, signal) });
  return uploaded;
}

async function upload(server: Homeserver, file: OutgoingFile, signal: AbortSignal): Promise<string> {
  const answer = await server.ask(
    {
      method: 'POST',
      path: '_matrix/media/v3/upload',
      query: { filename: file.name },
      headers: { 'content-type': file.mimeType },
      body: new Uint8Array(file.bytes),
      ms: uploadMs(file.bytes.byteLength),
    },
    signal,
  );
  const made = v.safeParse(uploadAnswer, jsonOf(answer));
  if (answer.status === 200 && made.success) return made.output.content_uri;
  const { said, code, retryAfterMs } = errorIn(answer);
  if (answer.status === 429) throw new Refused({ kind: 'retry', said, afterMs: retryAfterMs });
  if (answer.status === 413 || answer.status === 403 || answer.status === 400)
    throw new Refused({ kind: 'rejected', said, code });
  throw server.refusal(answer);
}

async function sayAll(
  server: Homeserver,
  room: string,
  all: readonly Saying[],
  attempt: Attempt,
  signal: AbortSignal,
): Promise<SendResult> {
  let externalId: string | null = null;
  for (const { transaction, content } of all) {
    const path = roomPath(room, 'send', 'm.room.message', transaction);
    const outcome = await server.say({ method: 'PUT', path, body: content }, signal);
    const verdict = verdictOf(outcome);
    if (verdict.kind !== 'taken') return verdict;
    externalId ??= verdict.event;
  }
  return { kind: 'accepted', accepted: attempt.pending, refused: [], externalId };
}

function verdictOf(
  outcome: SendOutcome,
): { readonly kind: 'taken'; readonly event: string } | Exclude<SendResult, { kind: 'accepted' }> {
  switch (outcome.kind) {
    case 'not-said':
      return { kind: 'retry', said: outcome.error.failure.said ?? '', afterMs: null };
    case 'unknown':
      return outcome;
    case 'answered': {
      const { answer } = outcome;
      const taken = v.safeParse(eventAnswer, jsonOf(answer));
      if (answer.status === 200 && taken.success) return { kind: 'taken', event: taken.output.event_id };
      const { said, code, retryAfterMs } = errorIn(answer);
      if (answer.status === 429 || answer.status === 401)
        return { kind: 'retry', said, afterMs: retryAfterMs };
      // A proxy in front may say so although the homeserver behind it has taken the event.
      if (answer.status < 400 || answer.status >= 500) return { kind: 'unknown', said };
      return { kind: 'rejected', said, code };
    }
  }
}

// Clocks differ; the search begins this much before the first try.
const margin = 600_000;
const mostPages = 5;

/**
 * Looks for our id among the last of our own words in the room. Sending again is safe, so what is not found in some pages counts as absent;
 * found, the event's name is known at once.
 */
export async function reconcileMessage(
  server: Homeserver,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Reconciled> {
  const composed = readComposed(attempt.bytes);
  if (composed === null) return 'unknown';
  const { said, files } = composed;
  // Of several events all have to be there; sending those again that are changes nothing.
  const wanted = new Map<string, string | null>(
    transactionsOf(said, files.length, attempt.clientId).map((transaction) => [transaction, null]),
  );
  const room = said.room ?? (await recordedRoom(server, said.to, signal));
  if (room === null) return 'absent';
  const filter = JSON.stringify({ types: ['m.room.message'], senders: [server.settings.userId] });
  let from: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const query: Record<string, string> = {
      dir: 'b',
      limit: '100',
      filter,
      ...(from === null ? {} : { from }),
    };
    const request = { method: 'GET', path: roomPath(room, 'messages'), query } as const;
    const found: v.InferOutput<typeof messagesAnswer> | null = await server.find(
      request,
      messagesAnswer,
      signal,
    );
    if (found === null) return 'absent';
    const events = readEvents(found.chunk);
    for (const event of events) {
      const transaction = textField(event.unsigned, 'transaction_id') ?? '';
      if (wanted.has(transaction)) wanted.set(transaction, event.event_id);
    }
    const name = wanted.get(attempt.clientId) ?? null;
    if (name !== null && ![...wanted.values()].includes(null)) return { acceptedAs: name };
    const oldest = events.at(-1)?.origin_server_ts ?? Number.POSITIVE_INFINITY;
    if (found.end === null || oldest < attempt.since - margin) return 'absent';
    from = found.end;
  }
  return 'absent';
}

/** The direct room on record with somebody; none is made for looking. */
async function recordedRoom(server: Homeserver, person: string, signal: AbortSignal): Promise<string | null> {
  const direct = await readDirectRooms(server, signal);
  return direct[person]?.at(-1) ?? null;
}
