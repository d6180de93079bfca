import * as v from 'valibot';
import type { RawItem } from '../../kit/inbound.ts';
import { message, messageReaction, messagesDeleted, update } from '../api/shapes.ts';
import type { Update } from '../api/shapes.ts';

/** Kinds of updates that are asked for; reactions come only to who names them (core.telegram.org/bots/api#getupdates). */
export const wantedUpdates = [
  'message',
  'edited_message',
  'message_reaction',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
] as const;

/** Where a group's conversation goes on under a new number: the new chat, and the one in which it began. */
export type Moved = readonly [now: string, first: string];

const readHome = v.optional(v.pipe(v.string(), v.regex(/^-?\d{1,16}$/)));
const envelope = v.object({
  bot: v.pipe(v.string(), v.regex(/^\d{1,20}$/)),
  home: v.fallback(readHome, undefined),
  update,
});

/** What is kept of an update: the bot it came to, since chats are numbered for each bot, and where a moved group began. */
export type Envelope = v.InferOutput<typeof envelope>;

/** Reads what {@link itemsOf} wrote; null for any other bytes. */
export function readEnvelope(bytes: Uint8Array): Envelope | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  const read = v.safeParse(envelope, value);
  return read.success ? read.output : null;
}

type Described = { readonly update: Update; readonly chat: string | null; readonly at: number | null };

const messageFields = ['message', 'edited_message', 'business_message', 'edited_business_message'] as const;

/** One fact each: an update may tell of several deleted messages, and of a reaction taken back for another. */
function single(whole: Update): readonly Described[] {
  for (const field of messageFields) {
    const read = v.safeParse(message, whole[field]);
    if (read.success)
      return [{ update: whole, chat: String(read.output.chat.id), at: read.output.date * 1_000 }];
  }
  const deleted = v.safeParse(messagesDeleted, whole['deleted_business_messages']);
  if (deleted.success) {
    const { message_ids: ids, ...rest } = deleted.output;
    return ids.map((id) => ({
      update: { update_id: whole.update_id, deleted_business_messages: { ...rest, message_ids: [id] } },
      chat: String(rest.chat.id),
      at: null,
    }));
  }
  const reaction = v.safeParse(messageReaction, whole['message_reaction']);
  if (reaction.success) {
    const { old_reaction: before, new_reaction: after, ...rest } = reaction.output;
    const same = (one: (typeof before)[number], other: (typeof before)[number]): boolean =>
      one.type === other.type && one.emoji === other.emoji;
    const gone = before.filter((one) => !after.some((other) => same(one, other)));
    const come = after.filter((one) => !before.some((other) => same(one, other)));
    const changes = [
      ...gone.map((one) => ({ old_reaction: [one], new_reaction: [] })),
      ...come.map((one) => ({ old_reaction: [], new_reaction: [one] })),
    ];
    return changes.map((change) => ({
      update: { update_id: whole.update_id, message_reaction: { ...rest, ...change } },
      chat: String(rest.chat.id),
      at: rest.date * 1_000,
    }));
  }
  return [{ update: whole, chat: null, at: null }];
}

/** The items of one update, in the order in which they are to be understood. `heardAt` is when it was fetched, in ms UTC. */
export function itemsOf(
  whole: Update,
  context: { readonly bot: string; readonly heardAt: number; readonly moved: readonly Moved[] },
): readonly RawItem[] {
  return single(whole).map((one, at) => {
    const home = context.moved.find(([now]) => now === one.chat)?.[1];
    const kept = { bot: context.bot, ...(home === undefined ? {} : { home }), update: one.update };
    const bytes = new TextEncoder().encode(JSON.stringify(kept));
    return {
      key: at === 0 ? String(whole.update_id) : `${String(whole.update_id)}.${String(at)}`,
      bytes,
      partial: false,
      size: bytes.byteLength,
      receivedAt: one.at ?? context.heardAt,
      seen: false,
      answered: false,
    };
  });
}

/** More groups than these have hardly moved; each costs some thirty bytes of the cursor. */
const mostMoved = 64;

/** What is known of moved groups after this update; it is told once in the old chat and once in the new one. */
export function movedBy(whole: Update, moved: readonly Moved[]): readonly Moved[] {
  const read = v.safeParse(message, whole['message']);
  if (!read.success) return moved;
  const { chat, migrate_to_chat_id: to, migrate_from_chat_id: from } = read.output;
  const step =
    to !== undefined
      ? { now: String(to), before: String(chat.id) }
      : from !== undefined
        ? { now: String(chat.id), before: String(from) }
        : null;
  if (step === null || step.now === step.before) return moved;
  const first = moved.find(([now]) => now === step.before)?.[1] ?? step.before;
  const known: Moved = [step.now, first];
  return [...moved.filter(([now]) => now !== step.now), known].slice(-mostMoved);
}
