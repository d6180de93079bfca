import type { Clock } from '#shared/kit/ports.ts';
import type { Batch, Cursor, StreamChange } from '../../kit/channel.ts';
import type { RawItem } from '../../kit/inbound.ts';
import { sourceOf } from '../map/items.ts';
import { messageName } from '../map/mapper.ts';
import { readDid } from '../names.ts';
import { ChatForbidden } from './chat.ts';
import type { Chat, ChatEvent, ChatMessage, Convo } from './chat.ts';
import { readChatCursor } from './chat-cursor.ts';
import type { ChatCursor, Importing } from './chat-cursor.ts';

/** What a session remembers between pulls; losing it costs a question, never a message. */
export type ChatMemory = {
  lookedAt: number;
  readonly convos: Map<string, Convo>;
  /** Where the newest messages of a conversation ended that the first phase of the import has brought. */
  readonly below: Map<string, string | null>;
  /** The page of conversations read last, under its place. */
  listed: {
    readonly page: string | null;
    readonly next: string | null;
    readonly convos: readonly Convo[];
  } | null;
};

/** What to pull, and for whom. */
export type ChatPull = {
  readonly own: string;
  readonly cursor: Cursor | null;
  readonly maxItems: number;
  readonly clock: Clock;
};

// During an import news are asked for only after this long; they may wait five seconds, a thousand pages may not.
const betweenLooks = 5_000;
/** Messages that one call gives (lexicon chat.bsky.convo.getMessages). */
const largestPage = 100;
const mostConvos = 1_000;
/** Conversations without anything to bring that one pull passes over. */
const idleSteps = 20;

type Brought = { readonly items: readonly RawItem[]; readonly changes: readonly StreamChange[] };
const nothing: Brought = { items: [], changes: [] };

const batchOf = ({ items, changes }: Brought, next: ChatCursor, more: boolean): Batch => ({
  items,
  changes,
  next,
  more,
  onServer: null,
  remaining: null,
  gap: null,
});

/** The direct messages of an account: the log forwards, and for the first import every conversation backwards. */
export async function pullMessages(
  chat: Chat,
  request: ChatPull,
  memory: ChatMemory,
  signal: AbortSignal,
): Promise<Batch> {
  try {
    return await bring(chat, request, memory, signal);
  } catch (error) {
    if (!(error instanceof ChatForbidden)) throw error;
    // Said beside the stream; mentions and answers are another matter and go on.
    const next = readChatCursor(request.cursor) ?? beginning(null);
    return { ...batchOf(nothing, next, false), gap: { reason: 'not-permitted', from: null } };
  }
}

const beginning = (log: string | null): ChatCursor => ({
  version: 1,
  channel: 'bluesky',
  log,
  began: log,
  older: { phase: 'recent', page: null, after: null, inside: null, brought: 0 },
});

async function bring(chat: Chat, request: ChatPull, memory: ChatMemory, signal: AbortSignal): Promise<Batch> {
  const { clock } = request;
  const saved = readChatCursor(request.cursor);
  if (saved?.log === undefined || saved.log === null) {
    // First the place in the log, then the history: what is said in between comes by one way or the other, or by both.
    const { next } = await chat.log(null, signal);
    memory.lookedAt = clock.monotonic();
    const start = beginning(next ?? '');
    return importOlder(chat, start, start.older, request, memory, signal);
  }
  const { older } = saved;
  if (older === null || clock.monotonic() - memory.lookedAt >= betweenLooks) {
    const { next, events } = await chat.log(saved.log === '' ? null : saved.log, signal);
    memory.lookedAt = clock.monotonic();
    const moved = next !== null && next !== saved.log;
    const cursor = moved ? { ...saved, log: next } : saved;
    const brought = await fromLog(chat, events, request, memory, signal);
    if (brought.items.length > 0 || brought.changes.length > 0 || older === null)
      return batchOf(brought, cursor, older !== null || (moved && events.length > 0));
  }
  return importOlder(chat, saved, older, request, memory, signal);
}

async function fromLog(
  chat: Chat,
  events: readonly ChatEvent[],
  request: ChatPull,
  memory: ChatMemory,
  signal: AbortSignal,
): Promise<Brought> {
  const items: RawItem[] = [];
  const changes: StreamChange[] = [];
  for (const event of events) {
    const { convoId, message, reaction, relatedProfiles } = event;
    if (message === null) continue;
    const convo = await convoOf(chat, convoId, memory, signal);
    const members = [...convo.members, ...relatedProfiles];
    const name = messageName(convoId, message.id);
    switch (event.$type) {
      case 'chat.bsky.convo.defs#logCreateMessage':
        items.push(
          ...messageItem({ ...convo, members }, message, readDid(message.sender.did) === request.own),
        );
        break;
      case 'chat.bsky.convo.defs#logDeleteMessage':
        // Messages are deleted for oneself alone: the other side keeps it, and so it is not taken back but put away.
        changes.push({ kind: 'gone', key: name });
        break;
      case 'chat.bsky.convo.defs#logAddReaction':
      case 'chat.bsky.convo.defs#logRemoveReaction': {
        const on = event.$type.endsWith('logAddReaction');
        const frame = {
          is: 'reaction',
          convo: { id: convoId, members },
          message: { id: message.id },
          on,
          reaction,
        } as const;
        items.push(itemOf(`${name}#${event.rev}`, sourceOf(frame), true));
        break;
      }
      default:
        break;
    }
  }
  return { items, changes };
}

async function convoOf(chat: Chat, id: string, memory: ChatMemory, signal: AbortSignal): Promise<Convo> {
  const known = memory.convos.get(id);
  if (known !== undefined) return known;
  const found = (await chat.convo(id, signal)) ?? { id, rev: '', members: [], unreadCount: 0 };
  remember(memory, [found]);
  return found;
}

function remember(memory: ChatMemory, convos: readonly Convo[]): void {
  if (memory.convos.size > mostConvos) memory.convos.clear();
  if (memory.below.size > mostConvos) memory.below.clear();
  for (const convo of convos) memory.convos.set(convo.id, convo);
}

const itemOf = (key: string, bytes: Uint8Array, seen: boolean): RawItem => ({
  key,
  bytes,
  partial: false,
  size: bytes.byteLength,
  receivedAt: null,
  seen,
  answered: false,
});

/** A message with the people of its conversation; none for what was deleted or is not said by anybody. */
function messageItem(convo: Convo, message: ChatMessage, seen: boolean): readonly RawItem[] {
  const isMessage = message.$type === '' || message.$type === 'chat.bsky.convo.defs#messageView';
  if (!isMessage || typeof message['text'] !== 'string') return [];
  const frame = { is: 'message', convo: { id: convo.id, members: convo.members }, message } as const;
  return [itemOf(messageName(convo.id, message.id), sourceOf(frame), seen)];
}

/** The source of a message as the service has it now, if it is among the newest of its conversation. */
export async function findMessage(
  chat: Chat,
  key: string,
  memory: ChatMemory,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const convoId = key.slice(0, Math.max(0, key.lastIndexOf('/')));
  const found = await chat.convo(convoId === '' ? key : convoId, signal);
  if (found === null) return null;
  remember(memory, [found]);
  const { messages } = await chat.messages(found.id, null, largestPage, signal);
  const items = messages.flatMap((message) => messageItem(found, message, true));
  return items.find((item) => item.key === key)?.bytes ?? null;
}

/** Reads conversations, one page of one of them at a time, until something was brought or all is read. */
async function importOlder(
  chat: Chat,
  cursor: ChatCursor,
  from: Importing | null,
  request: ChatPull,
  memory: ChatMemory,
  signal: AbortSignal,
): Promise<Batch> {
  let older = from;
  for (let step = 0; older !== null && step < idleSteps; step += 1) {
    const { brought, next }: Step = await importStep(chat, cursor, older, request, memory, signal);
    older = next;
    if (brought.items.length > 0) return batchOf(brought, { ...cursor, older }, older !== null);
  }
  return batchOf(nothing, { ...cursor, older }, older !== null);
}

type Step = { readonly brought: Brought; readonly next: Importing | null };

async function importStep(
  chat: Chat,
  cursor: ChatCursor,
  older: Importing,
  request: ChatPull,
  memory: ChatMemory,
  signal: AbortSignal,
): Promise<Step> {
  if (older.inside !== null) return insideOf(chat, older, older.inside, request, memory, signal);
  const { page } = older;
  const list = memory.listed?.page === page ? memory.listed : { page, ...(await chat.convos(page, signal)) };
  memory.listed = list;
  remember(memory, list.convos);
  // A conversation that has moved up meanwhile is no longer where it was: then the page is read from its top once more.
  const at = list.convos.findIndex(({ id }) => id === older.after);
  const convo = list.convos[at + 1];
  const idle = convo !== undefined && older.phase === 'moved' && convo.rev <= (cursor.began ?? '');
  if (convo !== undefined && !idle) {
    const begun = older.phase === 'rest' ? memory.below.get(convo.id) : undefined;
    // What the first phase has brought whole needs no second look.
    if (begun === null) return { brought: nothing, next: { ...older, after: convo.id } };
    const start = { ...older, after: convo.id, inside: { convo: convo.id, page: begun ?? null } };
    return insideOf(chat, start, start.inside, request, memory, signal);
  }
  memory.listed = null;
  if (convo === undefined && list.next !== null)
    return { brought: nothing, next: { ...older, page: list.next, after: null } };
  return { brought: nothing, next: afterPhase(older) };
}

/** The list ends: from the newest messages of all to the rest, and from there to what moved; that list is read only as far as it moved. */
function afterPhase(older: Importing): Importing | null {
  if (older.phase === 'moved') return null;
  return {
    ...older,
    phase: older.phase === 'recent' ? 'rest' : 'moved',
    page: null,
    after: null,
    inside: null,
  };
}

async function insideOf(
  chat: Chat,
  older: Importing,
  inside: NonNullable<Importing['inside']>,
  request: ChatPull,
  memory: ChatMemory,
  signal: AbortSignal,
): Promise<Step> {
  const limit = Math.max(1, Math.min(request.maxItems, largestPage));
  const { next: below, messages } = await chat.messages(inside.convo, inside.page, limit, signal);
  const convo = await convoOf(chat, inside.convo, memory, signal);
  const unread = inside.page === null ? unreadIn(convo, messages, request.own) : new Set<string>();
  const items = messages.flatMap((message) => messageItem(convo, message, !unread.has(message.id)));
  if (older.phase === 'recent') memory.below.set(inside.convo, below);
  const goOn = below !== null && older.phase !== 'recent';
  const next = {
    ...older,
    inside: goOn ? { convo: inside.convo, page: below } : null,
    brought: older.brought + items.length,
  };
  return { brought: { items, changes: [] }, next };
}

/** The newest messages of others, as many as the service counts as unread. */
const unreadIn = (convo: Convo, messages: readonly ChatMessage[], own: string): ReadonlySet<string> =>
  new Set(
    messages
      .filter(({ sender }) => readDid(sender.did) !== own)
      .slice(0, convo.unreadCount)
      .map(({ id }) => id),
  );
