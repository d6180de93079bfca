import type { Clock } from '#shared/kit/ports.ts';
import { jsonOf } from '../kit/http/http-client.ts';
import type { HttpAnswer } from '../kit/http/http-client.ts';
import type { Attempt, OutgoingFile, Reconciled, SendHooks, SendResult } from '../kit/outgoing.ts';
import { pause } from '../kit/waiting.ts';
import { readAs, status as statusSchema } from './api/entities.ts';
import type { Status } from './api/entities.ts';
import { resetMs, saidBy } from './api/mastodon-api.ts';
import type { MastodonApi } from './api/mastodon-api.ts';
import { readFrozen } from './frozen.ts';
import type { Frozen } from './frozen.ts';
import { clockMargin, isSamePost } from './sent-memory.ts';
import type { SentMemory } from './sent-memory.ts';
import type { Timing } from './timing.ts';

/** What sending needs to know of its account. */
export type SendContext = {
  readonly api: MastodonApi;
  readonly clock: Clock;
  readonly sent: SentMemory;
  readonly own: string;
  readonly timing: Timing;
};

/** A result that ends a try before anything was posted. */
class NotPosted extends Error {
  readonly result: SendResult;

  constructor(result: SendResult) {
    super(result.kind);
    this.result = result;
  }
}

/** How the server refused, as a result: too fast and out of order is tried again, everything else is its last word. */
function refusalOf(answer: HttpAnswer, context: SendContext): SendResult {
  const said = saidBy(answer) ?? `HTTP ${String(answer.status)}`;
  switch (true) {
    case answer.status === 429:
      return { kind: 'retry', said, afterMs: resetMs(answer.headers, context.clock.now()) };
    // The next sign-in says what is the matter, and the post waits for it.
    case answer.status === 401 || answer.status >= 500:
      return { kind: 'retry', said, afterMs: null };
    default:
      return { kind: 'rejected', said, code: String(answer.status) };
  }
}

/** Hands in a file and waits until the server has worked on it (methods/media): a post with one that is not ready is refused. */
async function uploadFile(file: OutgoingFile, context: SendContext, signal: AbortSignal): Promise<string> {
  const { api, clock, timing } = context;
  const handedIn = await api.upload(file, signal);
  const id = handedIn.status === 200 || handedIn.status === 202 ? api.uploadedId(handedIn) : null;
  if (id === null) throw new NotPosted(refusalOf(handedIn, context));
  const until = clock.monotonic() + timing.mediaWait;
  for (let answer = handedIn; answer.status !== 200;) {
    if (clock.monotonic() > until) throw new NotPosted({ kind: 'retry', said: file.name, afterMs: null });
    await pause(timing.mediaCheck, signal);
    answer = await api.media(id, signal);
    if (answer.status !== 200 && answer.status !== 206) throw new NotPosted(refusalOf(answer, context));
  }
  return id;
}

/** One try to post: files first, then the one request that counts. */
export async function sendPost(
  context: SendContext,
  attempt: Attempt,
  hooks: SendHooks,
  signal: AbortSignal,
): Promise<SendResult> {
  const frozen = readFrozen(attempt.bytes);
  if (frozen === null || attempt.pending.length === 0)
    return { kind: 'rejected', said: '', code: 'malformed' };
  const media: string[] = [];
  try {
    for (const file of frozen.files) media.push(await uploadFile(file, context, signal));
  } catch (error) {
    if (error instanceof NotPosted) return error.result;
    throw error;
  }
  await hooks.handingOver();
  return post(context, attempt, frozen, media, signal);
}

async function post(
  context: SendContext,
  attempt: Attempt,
  frozen: Frozen,
  media: readonly string[],
  signal: AbortSignal,
): Promise<SendResult> {
  const { api, sent, own } = context;
  sent.expect(own, attempt.clientId, frozen.post, attempt.since);
  const { in_reply_to_id: answers, ...said } = frozen.post;
  const body = {
    ...said,
    ...(answers === null ? {} : { in_reply_to_id: answers }),
    ...(media.length === 0 ? {} : { media_ids: media }),
  };
  const outcome = await api.post(body, attempt.clientId, signal);
  if (outcome.kind === 'unknown') return outcome;
  if (outcome.kind === 'not-said') {
    sent.forget(own, attempt.clientId);
    return { kind: 'retry', said: outcome.error.failure.said ?? '', afterMs: null };
  }
  const { answer } = outcome;
  if (answer.status >= 500 || answer.status === 408) {
    // A gateway may have lost the verdict, and the server may have failed after it had saved the post.
    return { kind: 'unknown', said: saidBy(answer) ?? `HTTP ${String(answer.status)}` };
  }
  if (answer.status !== 200) {
    sent.forget(own, attempt.clientId);
    return refusalOf(answer, context);
  }
  const made = readAs(statusSchema, jsonOf(answer));
  if (made === null) return { kind: 'unknown', said: '' };
  sent.found(own, attempt.clientId, made.id);
  return { kind: 'accepted', accepted: attempt.pending, refused: [], externalId: made.id };
}

const pageSize = 40;
/** Beyond this nobody can tell; an account that posts two hundred times since a try is not a person. */
const mostPages = 5;

/**
 * Looks for a post of unknown fate among our own of the time since. Found is said of the same words in the same place; absent only when
 * nothing was said there at all, since a server may show words otherwise than they were sent. The list is looked at twice, in case the
 * server was still working on what a broken line had brought.
 */
export async function reconcilePost(
  context: SendContext & { readonly ownId: string },
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Reconciled> {
  const frozen = readFrozen(attempt.bytes);
  if (frozen === null) return 'unknown';
  context.sent.expect(context.own, attempt.clientId, frozen.post, attempt.since);
  const first = await look(context, attempt, frozen, signal);
  if (first !== 'absent') return first;
  await pause(context.timing.settle, signal);
  return look(context, attempt, frozen, signal);
}

async function look(
  context: SendContext & { readonly ownId: string },
  attempt: Attempt,
  { post: said }: Frozen,
  signal: AbortSignal,
): Promise<Reconciled> {
  const { api, sent, own, ownId } = context;
  let maxId: string | null = null;
  let isDoubtful = false;
  for (let page = 0; page < mostPages; page += 1) {
    const { entries, older } = await api.statusesOf(ownId, { maxId, minId: null, limit: pageSize }, signal);
    for (const { read } of entries) {
      if (isBefore(read, attempt.since - clockMargin)) return isDoubtful ? 'unknown' : 'absent';
      const client = sent.clientOf(own, read);
      if (client === attempt.clientId) return { acceptedAs: read.id };
      // Another post of ours that is known as such says nothing about this one.
      if (client !== null) continue;
      if (isSamePost(read, said)) {
        sent.found(own, attempt.clientId, read.id);
        return { acceptedAs: read.id };
      }
      if (read.in_reply_to_id === said.in_reply_to_id && !isBefore(read, attempt.since)) isDoubtful = true;
    }
    if (older === null || entries.length === 0) return isDoubtful ? 'unknown' : 'absent';
    maxId = older;
  }
  return 'unknown';
}

const isBefore = (status: Status, at: number): boolean => Date.parse(status.created_at) < at;
