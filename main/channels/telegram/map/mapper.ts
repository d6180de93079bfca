import * as v from 'valibot';
import type { Correspondent } from '#shared/domain/message.ts';
import type {
  Inbound,
  InboundFact,
  MapContext,
  Mapper,
  RawItem,
  SourceBody,
  Understood,
} from '../../kit/inbound.ts';
import { packedPart, unpack } from '../../kit/packed.ts';
import { messageReaction, messagesDeleted } from '../api/shapes.ts';
import type { Message, ReactionType } from '../api/shapes.ts';
import { messageName, roomName } from '../names.ts';
import { readSaid } from '../say/said.ts';
import { readEnvelope } from '../updates/update-item.ts';
import type { Envelope } from '../updates/update-item.ts';
import { filesIn } from './files.ts';
import { isService } from './service-messages.ts';
import { saidIn } from './said-in.ts';
import type { Said } from './said-in.ts';
import { chatName, userName, wordsIn } from './words.ts';

const snippetLength = 160;
/** Writes for administrators of groups who stay anonymous (core.telegram.org/bots/api#message, `from`). */
const anonymousAdministrator = 1_087_968_824;

const snippetOf = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, snippetLength);
const plausible = (seconds: number, now: number): number => Math.max(0, Math.min(seconds * 1_000, now));

const nothing = (key: string): InboundFact => ({ kind: 'nothing', key });
const foreign = (key: string): Understood => ({ kind: 'unreadable', key, reason: 'foreign' });

function roomOf(message: Message, home: string | undefined): string {
  const topic = message.is_topic_message === true ? message.message_thread_id : undefined;
  return roomName({
    chat: home ?? String(message.chat.id),
    topic: topic === undefined ? null : String(topic),
    direct:
      message.direct_messages_topic === undefined ? null : String(message.direct_messages_topic.topic_id),
    connection: message.business_connection_id ?? null,
  });
}

const nameOf = (message: Message): string =>
  messageName({
    chat: String(message.chat.id),
    message: String(message.message_id),
    connection: message.business_connection_id ?? null,
  });

/** Who says it. A channel or a group may speak by itself; then the user is a stand-in. */
function author({ from, sender_chat: chat }: Message): Correspondent | null {
  if (chat !== undefined) return { name: chatName(chat), address: String(chat.id) };
  return from === undefined ? null : { name: userName(from), address: String(from.id) };
}

/** In a business account's private chat, the chat is the customer; whoever else writes there is the account's owner. */
const isOwners = ({ message, isBusiness }: Said): boolean =>
  isBusiness && message.from !== undefined && message.from.id !== message.chat.id;

function receivers(said: Said, outgoing: boolean, bot: string): readonly Correspondent[] {
  const { chat } = said.message;
  if (chat.type !== 'private') return [{ name: chatName(chat), address: String(chat.id) }];
  return outgoing ? [{ name: userName(chat), address: String(chat.id) }] : [{ name: '', address: bot }];
}

const subjectOf = ({ chat, reply_to_message: before }: Message): string => {
  if (chat.type === 'private') return '';
  const topic = before?.forum_topic_created?.name.slice(0, 200);
  return topic === undefined ? chatName(chat) : `${chatName(chat)} › ${topic}`;
};

function automaticIn(said: Said, outgoing: boolean): Inbound['automatic'] {
  const { from, sender_chat: chat, is_from_offline: byItself } = said.message;
  // What a business account answers while its owner is away.
  if (outgoing) return byItself === true ? 'auto-reply' : null;
  const isBot = from?.is_bot === true && from.id !== anonymousAdministrator && chat === undefined;
  return isBot ? 'notification' : null;
}

function newMessage(said: Said, envelope: Envelope, item: RawItem, context: MapContext): Understood {
  const { message } = said;
  const from = author(message);
  if (from === null) return foreign(item.key);
  const text = wordsIn(message);
  const files = filesIn(message);
  if (text === null && files.length === 0)
    return isService(envelope.update) ? nothing(item.key) : foreign(item.key);
  const outgoing = isOwners(said) || from.address === envelope.bot;
  const name = nameOf(message);
  const words = text ?? '';
  return {
    kind: 'message',
    // Private chats and small groups are numbered for each bot anew.
    dedupe: `${envelope.bot}:${name}`,
    key: item.key,
    direction: outgoing ? 'out' : 'in',
    clientId: null,
    at: plausible(message.date, context.now),
    atSource: 'server',
    from,
    sender: null,
    replyTo: [],
    to: receivers(said, outgoing, envelope.bot),
    cc: [],
    bcc: [],
    subject: subjectOf(message),
    text: words,
    snippet: snippetOf(words),
    hasHtml: false,
    html: null,
    thread: { self: null, parents: [], room: roomOf(message, envelope.home) },
    parts: files.map(({ part, name: fileName, mimeType, size }) => ({
      part,
      name: fileName,
      mimeType,
      size,
      contentId: null,
      inline: false,
      kind: 'file',
      remote: true,
    })),
    invitation: null,
    automatic: automaticIn(said, outgoing),
    bounce: null,
    oddities: [],
    // Telegram knows who writes.
    authenticatedFrom: outgoing ? null : from.address,
    listUnsubscribe: null,
    seen: item.seen,
    answered: item.answered,
    name,
    keepSource: true,
  };
}

/** Versions grow with the second of the change, and within one second with the number of the update. */
const versionOf = (seconds: number, update: number): string =>
  `${String(Math.floor(seconds)).padStart(12, '0')}.${String(update).padStart(16, '0')}`;

function edited({ message }: Said, envelope: Envelope, item: RawItem, context: MapContext): Understood {
  // Somebody on the way is told of every few seconds; where they were when they wrote is kept.
  if (message.edit_date === undefined || message.location !== undefined) return nothing(item.key);
  const text = wordsIn(message) ?? '';
  return {
    kind: 'edit',
    key: item.key,
    about: { name: nameOf(message) },
    version: versionOf(message.edit_date, envelope.update.update_id),
    at: plausible(message.edit_date, context.now),
    text,
    snippet: snippetOf(text),
    html: null,
  };
}

function ofMessage(said: Said, envelope: Envelope, item: RawItem, context: MapContext): Understood {
  const { message } = said;
  // What a channel says to its readers is no word of a customer, nor is its copy in the group beside it.
  if (message.chat.type === 'channel' || message.is_automatic_forward === true) return nothing(item.key);
  // What we said ourselves for a business account is here already.
  if (message.sender_business_bot !== undefined && String(message.sender_business_bot.id) === envelope.bot)
    return nothing(item.key);
  return said.isEdit ? edited(said, envelope, item, context) : newMessage(said, envelope, item, context);
}

const emojiOf = ({ type, emoji }: ReactionType): string => {
  if (emoji !== undefined) return emoji.slice(0, 32);
  // Paid reactions are stars; a custom one is a picture that only Telegram's own programs have.
  return type === 'paid' ? '⭐' : '🔖';
};

function reaction(envelope: Envelope, item: RawItem, context: MapContext): Understood {
  const read = v.safeParse(messageReaction, envelope.update['message_reaction']);
  if (!read.success) return foreign(item.key);
  const { chat, message_id: id, user, actor_chat: actor, date, old_reaction, new_reaction } = read.output;
  const by =
    user !== undefined
      ? { name: userName(user), address: String(user.id) }
      : actor !== undefined
        ? { name: chatName(actor), address: String(actor.id) }
        : null;
  const changed = new_reaction[0] ?? old_reaction[0];
  if (by === null || changed === undefined) return nothing(item.key);
  return {
    kind: 'reaction',
    key: item.key,
    about: { name: messageName({ chat: String(chat.id), message: String(id), connection: null }) },
    by,
    emoji: emojiOf(changed),
    on: new_reaction.length > 0,
    at: plausible(date, context.now),
  };
}

function deleted(envelope: Envelope, item: RawItem, context: MapContext): Understood {
  const read = v.safeParse(messagesDeleted, envelope.update['deleted_business_messages']);
  if (!read.success) return foreign(item.key);
  const [id] = read.output.message_ids;
  if (id === undefined) return nothing(item.key);
  return {
    kind: 'remove',
    key: item.key,
    about: {
      name: messageName({
        chat: String(read.output.chat.id),
        message: String(id),
        connection: read.output.business_connection_id,
      }),
    },
    // Telegram does not say when.
    at: Math.max(0, Math.min(item.receivedAt ?? context.now, context.now)),
  };
}

function understand(envelope: Envelope, item: RawItem, context: MapContext): Understood {
  const { update } = envelope;
  const said = saidIn(update);
  if (said !== null) return ofMessage(said, envelope, item, context);
  if (update['message_reaction'] !== undefined) return reaction(envelope, item, context);
  if (update['deleted_business_messages'] !== undefined) return deleted(envelope, item, context);
  const isMessage = ['message', 'edited_message', 'business_message', 'edited_business_message'];
  // What we did not ask for may come for a while after the list of what we want was changed.
  return isMessage.some((field) => update[field] !== undefined) ? foreign(item.key) : nothing(item.key);
}

/** Understands one update: pure, total, and the same answer for the same bytes. */
export const telegramMapper: Mapper = {
  map: (item, context) => {
    if (item.bytes.length === 0) return { kind: 'unreadable', key: item.key, reason: 'empty' };
    const envelope = readEnvelope(item.bytes);
    return envelope === null ? foreign(item.key) : understand(envelope, item, context);
  },
  body: (source): SourceBody | null => {
    const ours = readSaid(unpack(source)?.said);
    if (ours !== null) return { text: ours.text, html: null, inline: [] };
    const envelope = readEnvelope(source);
    const said = envelope === null ? null : saidIn(envelope.update);
    return said === null ? null : { text: wordsIn(said.message) ?? '', html: null, inline: [] };
  },
  part: packedPart,
};
