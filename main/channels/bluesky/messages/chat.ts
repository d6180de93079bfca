import * as v from 'valibot';
import { jsonOf } from '../../kit/http/http-client.ts';
import type { BlueskyAccount } from '../account/account.ts';
import { granted, refusalIn } from '../account/xrpc.ts';
import { isForbiddenScope } from '../account/tokens.ts';
import type { Call } from '../account/xrpc.ts';

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
const place = v.exactOptional(v.pipe(v.string(), v.maxLength(1_000)));

const convoShape = v.looseObject({
  id,
  rev: v.fallback(v.string(), ''),
  members: v.fallback(v.array(v.unknown()), []),
  unreadCount: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
});
/** A conversation (lexicon chat.bsky.convo.defs#convoView). */
export type Convo = v.InferOutput<typeof convoShape>;

const messageShape = v.looseObject({
  $type: v.fallback(v.string(), ''),
  id,
  sender: v.fallback(v.object({ did: v.string() }), { did: '' }),
  sentAt: v.fallback(v.string(), ''),
});
/** A message, or what stands in its place (chat.bsky.convo.defs#messageView and #deletedMessageView). */
export type ChatMessage = v.InferOutput<typeof messageShape>;

const eventShape = v.looseObject({
  $type: v.string(),
  rev: v.fallback(v.string(), ''),
  convoId: v.fallback(id, '-'),
  message: v.fallback(v.nullable(messageShape), null),
  reaction: v.fallback(v.unknown(), null),
  relatedProfiles: v.fallback(v.array(v.unknown()), []),
});
/** An entry of the log (chat.bsky.convo.defs#log...). */
export type ChatEvent = v.InferOutput<typeof eventShape>;

const readable = <Shape extends v.GenericSchema>(
  shape: Shape,
  all: readonly unknown[],
): readonly v.InferOutput<Shape>[] =>
  all.flatMap((one) => {
    const parsed = v.safeParse(shape, one);
    return parsed.success ? [parsed.output] : [];
  });

const logShape = v.object({ cursor: place, logs: v.array(v.unknown()) });
const convosShape = v.object({ cursor: place, convos: v.array(v.unknown()) });
const messagesShape = v.object({ cursor: place, messages: v.array(v.unknown()) });
const oneConvoShape = v.object({ convo: convoShape });

/** Thrown where the password was made without access to direct messages. */
export class ChatForbidden extends Error {}

/** The service for direct messages, reached through the account's own server (https://docs.bsky.app/docs/api/chat-bsky-convo-get-log). */
export class Chat {
  readonly #account: BlueskyAccount;

  constructor(account: BlueskyAccount) {
    this.#account = account;
  }

  /** What happened after a place in the log; without one, what happened last. */
  async log(
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<{ readonly next: string | null; readonly events: readonly ChatEvent[] }> {
    const call = { method: 'chat.bsky.convo.getLog', params: { cursor: cursor ?? undefined } };
    const { cursor: next, logs } = await this.#need(call, logShape, signal);
    return { next: next ?? cursor, events: readable(eventShape, logs) };
  }

  async convos(
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<{ readonly next: string | null; readonly convos: readonly Convo[] }> {
    const call = {
      method: 'chat.bsky.convo.listConvos',
      params: { limit: '100', cursor: cursor ?? undefined },
    };
    const { cursor: next, convos } = await this.#need(call, convosShape, signal);
    return { next: convos.length === 0 ? null : (next ?? null), convos: readable(convoShape, convos) };
  }

  /** Messages of a conversation, newest first. */
  async messages(
    convoId: string,
    cursor: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly next: string | null; readonly messages: readonly ChatMessage[] }> {
    const params = { convoId, limit: String(limit), cursor: cursor ?? undefined };
    const call = { method: 'chat.bsky.convo.getMessages', params };
    const { cursor: next, messages } = await this.#need(call, messagesShape, signal);
    return {
      next: messages.length === 0 ? null : (next ?? null),
      messages: readable(messageShape, messages),
    };
  }

  /** One conversation; null for one that we are no longer in. */
  async convo(convoId: string, signal: AbortSignal): Promise<Convo | null> {
    const call = { method: 'chat.bsky.convo.getConvo', params: { convoId }, proxy: this.#account.chat };
    const answer = await this.#account.ask(call, signal);
    if (refusalIn(answer).error === 'InvalidConvo') return null;
    if (!granted(answer)) throw await this.#account.refused(answer, signal);
    const parsed = v.safeParse(oneConvoShape, jsonOf(answer));
    return parsed.success ? parsed.output.convo : null;
  }

  /** Says that a conversation has been read up to a message; one that is gone has nothing to be read. */
  async read(convoId: string, messageId: string, signal: AbortSignal): Promise<void> {
    const call = {
      method: 'chat.bsky.convo.updateRead',
      input: { convoId, messageId },
      proxy: this.#account.chat,
    };
    const answer = await this.#account.ask(call, signal);
    if (granted(answer) || refusalIn(answer).error === 'InvalidConvo' || isForbiddenScope(answer)) return;
    throw await this.#account.refused(answer, signal);
  }

  async #need<Shape extends v.GenericSchema>(
    call: Call,
    shape: Shape,
    signal: AbortSignal,
  ): Promise<v.InferOutput<Shape>> {
    const answer = await this.#account.ask({ ...call, proxy: this.#account.chat }, signal);
    if (isForbiddenScope(answer)) throw new ChatForbidden('the password may not read direct messages');
    if (!granted(answer)) throw await this.#account.refused(answer, signal);
    const parsed = v.safeParse(shape, jsonOf(answer));
    if (!parsed.success) throw await this.#account.refused(answer, signal);
    return parsed.output;
  }
}
