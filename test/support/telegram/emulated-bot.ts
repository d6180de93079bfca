import { randomBytes } from 'node:crypto';
import { Refused, integerIn, property, structureIn, textIn } from './parameters.ts';
import type { Parameters, Upload } from './parameters.ts';
import { UpdateLine } from './update-line.ts';

/** A person on Telegram. */
export type Person = {
  readonly id: number;
  readonly is_bot: boolean;
  readonly first_name: string;
  readonly last_name?: string;
  readonly username?: string;
};

/** A chat as updates show it. */
export type EmulatedChat = {
  readonly id: number;
  readonly type: 'private' | 'group' | 'supergroup' | 'channel';
  readonly title?: string;
  readonly is_forum?: boolean;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly username?: string;
};

/** A message as updates show it. */
export type EmulatedMessage = Readonly<Record<string, unknown>> & {
  readonly message_id: number;
  readonly date: number;
  readonly chat: EmulatedChat;
};

/** A message that the bot said, and the file that came with it. */
export type SaidByBot = {
  readonly message: EmulatedMessage;
  readonly file: Upload | null;
  readonly fields: ReadonlyMap<string, unknown>;
};

type Names = { readonly last_name?: string; readonly username?: string };
type Fields = Readonly<Record<string, unknown>>;

type StoredFile = { readonly bytes: Uint8Array; readonly size: number };

/** "The maximum file size to download is 20 MB" (getFile), and what bots may send. */
const largestDownload = 20 * 1024 * 1024;
const largestUpload = 50 * 1024 * 1024;
const largestPhoto = 10 * 1024 * 1024;
/** "It is guaranteed that the link will be valid for at least 1 hour" (getFile). */
const linkLastsMs = 60 * 60_000;

const entityTypes: ReadonlySet<string> = new Set(
  'mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler blockquote expandable_blockquote code pre text_link text_mention custom_emoji date_time'.split(
    ' ',
  ),
);

let people = 5_000_000_000;

/** One bot and everybody it talks to: what the Bot API knows of it. The clock goes with the machine's, and further when told to. */
export class EmulatedBot {
  readonly id: number;
  readonly username: string;
  readonly updates: UpdateLine;
  /** Everything the bot has said, in order. */
  readonly said: SaidByBot[] = [];
  token: string;
  #skewMs = 0;
  #message = 100;
  #links = 0;
  #spoilt = false;
  readonly #chats = new Map<number, EmulatedChat>();
  readonly #messages = new Map<string, EmulatedMessage>();
  readonly #topics = new Set<string>();
  readonly #blockedBy = new Set<number>();
  readonly #movedTo = new Map<number, number>();
  readonly #connections = new Map<string, { readonly owner: Person; readonly canReply: boolean }>();
  readonly #files = new Map<string, StoredFile>();
  readonly #paths = new Map<string, { readonly id: string; readonly until: number }>();

  constructor(id: number, username: string) {
    this.id = id;
    this.username = username;
    this.token = `${String(id)}:AA${randomBytes(24).toString('base64url')}`;
    this.updates = new UpdateLine(this.now);
  }

  /** Milliseconds UTC on Telegram's clock. */
  readonly now = (): number => Date.now() + this.#skewMs;

  /** Time goes by at Telegram. */
  pass(ms: number): void {
    this.#skewMs += ms;
  }

  /** BotFather gives out a new token; the one before is void. */
  revoke(): void {
    this.token = `${String(this.id)}:AA${randomBytes(24).toString('base64url')}`;
  }

  /** Somebody on Telegram, who may or may not write to the bot. */
  person(first: string, more: Names = {}): Person {
    people += 1;
    return { id: people, is_bot: false, first_name: first, ...more };
  }

  /** Somebody who has pressed Start long ago. */
  acquaintance(first: string, more: Names = {}): Person {
    const person = this.person(first, more);
    this.#chats.set(person.id, this.#privateChat(person));
    return person;
  }

  /** A group that the bot is in, where it sees everything. */
  group(title: string, type: 'group' | 'supergroup' = 'group', isForum = false): EmulatedChat {
    people += 1;
    const id = type === 'group' ? -people : -1_000_000_000_000 - (people % 1_000_000_000);
    const chat: EmulatedChat = { id, type, title, ...(isForum ? { is_forum: true } : {}) };
    this.#chats.set(id, chat);
    return chat;
  }

  /** Opens a topic in a forum and answers its number. */
  topic(chat: EmulatedChat, name: string, from: Person): number {
    const made = this.write(
      from,
      { forum_topic_created: { name, icon_color: 7_322_096 }, is_topic_message: true },
      chat,
    );
    this.#topics.add(`${String(chat.id)}/${String(made.message_id)}`);
    return made.message_id;
  }

  /** Somebody writes: to the bot, or in a group. */
  write(from: Person, fields: Fields, chat: EmulatedChat = this.#privateChat(from)): EmulatedMessage {
    this.#chats.set(chat.id, chat);
    this.#blockedBy.delete(chat.id);
    const message = this.#newMessage(chat, { from, ...fields });
    this.updates.push('message', message);
    return message;
  }

  /** Its author changes a message. */
  edit(message: EmulatedMessage, fields: Fields): EmulatedMessage {
    const changed = { ...message, ...fields, edit_date: Math.floor(this.now() / 1_000) };
    const isBusiness = message['business_connection_id'] !== undefined;
    this.updates.push(isBusiness ? 'edited_business_message' : 'edited_message', changed);
    return changed;
  }

  /** Somebody changes which reactions they give to a message. */
  react(user: Person, message: EmulatedMessage, before: readonly string[], after: readonly string[]): void {
    const types = (emojis: readonly string[]): readonly Fields[] =>
      emojis.map((emoji) => ({ type: 'emoji', emoji }));
    this.updates.push('message_reaction', {
      chat: message.chat,
      message_id: message.message_id,
      user,
      date: Math.floor(this.now() / 1_000),
      old_reaction: types(before),
      new_reaction: types(after),
    });
  }

  /** The person stops the bot. */
  block(person: Person): void {
    this.#blockedBy.add(person.id);
  }

  /** A business account lets the bot speak for it; answers the connection's id. */
  connect(owner: Person, canReply = true): string {
    const id = randomBytes(12).toString('base64url');
    this.#connections.set(id, { owner, canReply });
    this.updates.push('business_connection', {
      id,
      user: owner,
      user_chat_id: owner.id,
      date: Math.floor(this.now() / 1_000),
      rights: canReply ? { can_reply: true } : {},
      is_enabled: true,
    });
    return id;
  }

  /** Somebody writes in a chat of a business account: the customer, or its owner. */
  writeBusiness(connection: string, customer: Person, from: Person, fields: Fields): EmulatedMessage {
    const chat = this.#privateChat(customer);
    this.#chats.set(chat.id, chat);
    const message = this.#newMessage(chat, { from, business_connection_id: connection, ...fields });
    this.updates.push('business_message', message);
    return message;
  }

  /** Messages of a business account's chat are deleted. */
  deleteBusiness(connection: string, customer: Person, ids: readonly number[]): void {
    this.updates.push('deleted_business_messages', {
      business_connection_id: connection,
      chat: this.#privateChat(customer),
      message_ids: ids,
    });
  }

  /** A small group becomes a large one under a new number, which both chats are told. */
  migrate(group: EmulatedChat, by: Person): EmulatedChat {
    const large = this.group(group.title ?? '', 'supergroup');
    this.#movedTo.set(group.id, large.id);
    this.updates.push('message', this.#newMessage(group, { from: by, migrate_to_chat_id: large.id }));
    this.updates.push(
      'message',
      this.#newMessage(large, {
        sender_chat: large,
        from: { id: 1_087_968_824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' },
        migrate_from_chat_id: group.id,
      }),
    );
    return large;
  }

  /** Keeps a file; `size` is what Telegram says of it, when it is not worth making so many bytes. */
  keep(
    bytes: Uint8Array,
    size = bytes.byteLength,
  ): { readonly file_id: string; readonly file_unique_id: string; readonly file_size: number } {
    const id = `BQAC${randomBytes(24).toString('base64url')}`;
    this.#files.set(id, { bytes, size });
    return { file_id: id, file_unique_id: id.slice(-12), file_size: size };
  }

  /** The next link to a file is good for nothing. */
  spoilNextLink(): void {
    this.#spoilt = true;
  }

  /** Telegram forgets a file. */
  forget(fileId: string): void {
    this.#files.delete(fileId);
  }

  /** Calls a method. */
  async call(method: string, parameters: Parameters, gone: AbortSignal): Promise<unknown> {
    switch (method.toLowerCase()) {
      case 'getme':
        return {
          id: this.id,
          is_bot: true,
          first_name: 'Larkfield',
          username: this.username,
          can_join_groups: true,
          can_read_all_group_messages: true,
          supports_inline_queries: false,
          can_connect_to_business: true,
        };
      case 'getwebhookinfo':
        return {
          url: this.updates.webhook,
          has_custom_certificate: false,
          pending_update_count: this.updates.unconfirmed.length,
        };
      case 'getupdates':
        return this.updates.give(parameters, gone);
      case 'getfile':
        return this.#fileOf(parameters);
      case 'sendmessage':
        return this.#sendText(parameters);
      case 'sendphoto':
        return this.#sendFile('photo', parameters);
      case 'senddocument':
        return this.#sendFile('document', parameters);
      default:
        throw new Refused(404, 'Not Found');
    }
  }

  /** Bytes behind a path that getFile gave; null when it is no longer good. */
  download(path: string): Uint8Array | null {
    const known = this.#paths.get(path);
    if (known === undefined || known.until < this.now()) return null;
    return this.#files.get(known.id)?.bytes ?? null;
  }

  #privateChat(person: Person): EmulatedChat {
    const { id, first_name, last_name, username } = person;
    return {
      id,
      type: 'private',
      first_name,
      ...(last_name === undefined ? {} : { last_name }),
      ...(username === undefined ? {} : { username }),
    };
  }

  #newMessage(chat: EmulatedChat, fields: Fields): EmulatedMessage {
    this.#message += 1;
    const message = { message_id: this.#message, date: Math.floor(this.now() / 1_000), chat, ...fields };
    this.#messages.set(`${String(chat.id)}:${String(message.message_id)}`, message);
    return message;
  }

  #fileOf(parameters: Parameters): Fields {
    const id = textIn(parameters, 'file_id');
    if (id === null) throw new Refused(400, 'Bad Request: file_id not specified');
    const file = this.#files.get(id);
    if (file === undefined)
      throw new Refused(400, 'Bad Request: wrong file_id or the file is temporarily unavailable');
    if (file.size > largestDownload) throw new Refused(400, 'Bad Request: file is too big');
    this.#links += 1;
    const path = `documents/file_${String(this.#links)}.bin`;
    this.#paths.set(path, { id, until: this.#spoilt ? 0 : this.now() + linkLastsMs });
    this.#spoilt = false;
    return { file_id: id, file_unique_id: id.slice(-12), file_size: file.size, file_path: path };
  }

  #place(parameters: Parameters): { readonly chat: EmulatedChat; readonly fields: Fields } {
    const id = integerIn(parameters, 'chat_id');
    if (id === null) throw new Refused(400, 'Bad Request: chat_id is empty');
    const connection = textIn(parameters, 'business_connection_id');
    const chat = this.#chats.get(id);
    if (chat === undefined) throw new Refused(400, 'Bad Request: chat not found');
    const moved = this.#movedTo.get(id);
    if (moved !== undefined)
      throw new Refused(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: moved,
      });
    if (connection !== null) {
      const known = this.#connections.get(connection);
      if (known === undefined) throw new Refused(400, 'Bad Request: business connection not found');
      if (!known.canReply) throw new Refused(400, 'Bad Request: BUSINESS_PEER_INVALID');
      return {
        chat,
        fields: { business_connection_id: connection, from: known.owner, sender_business_bot: this.#self() },
      };
    }
    if (this.#blockedBy.has(id)) throw new Refused(403, 'Forbidden: bot was blocked by the user');
    const topic = integerIn(parameters, 'message_thread_id');
    if (topic === null) return { chat, fields: { from: this.#self() } };
    if (!this.#topics.has(`${String(id)}/${String(topic)}`))
      throw new Refused(400, 'Bad Request: message thread not found');
    return { chat, fields: { from: this.#self(), message_thread_id: topic, is_topic_message: true } };
  }

  #self(): Person {
    return { id: this.id, is_bot: true, first_name: 'Larkfield', username: this.username };
  }

  #answered(parameters: Parameters, chat: EmulatedChat, isBusiness: boolean): Fields {
    const asked = structureIn(parameters, 'reply_parameters');
    if (asked === undefined) return {};
    const id = property(asked, 'message_id');
    if (typeof id !== 'number') throw new Refused(400, 'Bad Request: message identifier is not specified');
    const message = this.#messages.get(`${String(chat.id)}:${String(id)}`);
    if (message !== undefined) return { reply_to_message: message };
    // "Always True for messages sent on behalf of a business account."
    if (isBusiness || property(asked, 'allow_sending_without_reply') === true) return {};
    throw new Refused(400, 'Bad Request: message to be replied not found');
  }

  #entities(parameters: Parameters, name: string, text: string): readonly unknown[] {
    const list = structureIn(parameters, name) ?? [];
    if (!Array.isArray(list)) throw new Refused(400, `Bad Request: can't parse ${name}: expected an Array`);
    const entities: readonly unknown[] = list;
    for (const one of entities) {
      const [type, offset, length] = ['type', 'offset', 'length'].map((field) => property(one, field));
      const isGood =
        typeof type === 'string' &&
        entityTypes.has(type) &&
        typeof offset === 'number' &&
        typeof length === 'number' &&
        offset >= 0 &&
        length > 0 &&
        offset + length <= text.length &&
        (type !== 'text_link' || typeof property(one, 'url') === 'string');
      if (!isGood) throw new Refused(400, `Bad Request: can't parse ${name}: ${JSON.stringify(one)}`);
    }
    return entities;
  }

  #take(parameters: Parameters, fields: Fields, chat: EmulatedChat, file: Upload | null): EmulatedMessage {
    const message = this.#newMessage(chat, fields);
    this.said.push({ message, file, fields: parameters.fields });
    return message;
  }

  #sendText(parameters: Parameters): EmulatedMessage {
    const place = this.#place(parameters);
    const text = textIn(parameters, 'text')?.trim() ?? '';
    if (text === '') throw new Refused(400, 'Bad Request: message text is empty');
    if (text.length > 4_096) throw new Refused(400, 'Bad Request: message is too long');
    const entities = this.#entities(parameters, 'entities', text);
    const answered = this.#answered(
      parameters,
      place.chat,
      place.fields['business_connection_id'] !== undefined,
    );
    const fields = { ...place.fields, ...answered, text, ...(entities.length === 0 ? {} : { entities }) };
    return this.#take(parameters, fields, place.chat, null);
  }

  #sendFile(kind: 'photo' | 'document', parameters: Parameters): EmulatedMessage {
    const upload = parameters.files.get(kind);
    if (upload === undefined) throw new Refused(400, `Bad Request: there is no ${kind} in the request`);
    if (upload.bytes.byteLength > largestUpload) throw new Refused(413, 'Request Entity Too Large');
    const place = this.#place(parameters);
    const caption = textIn(parameters, 'caption')?.trim() ?? '';
    if (caption.length > 1_024) throw new Refused(400, 'Bad Request: message caption is too long');
    if (upload.bytes.byteLength === 0) throw new Refused(400, 'Bad Request: file must be non-empty');
    if (kind === 'photo') checkPhoto(upload.bytes);
    const entities = this.#entities(parameters, 'caption_entities', caption);
    const kept = { ...this.keep(upload.bytes), file_name: upload.name, mime_type: upload.mimeType };
    const answered = this.#answered(
      parameters,
      place.chat,
      place.fields['business_connection_id'] !== undefined,
    );
    const fields = {
      ...place.fields,
      ...answered,
      ...(kind === 'photo' ? { photo: [{ ...kept, width: 90, height: 90 }] } : { document: kept }),
      ...(caption === '' ? {} : { caption }),
      ...(entities.length === 0 ? {} : { caption_entities: entities }),
    };
    return this.#take(parameters, fields, place.chat, upload);
  }
}

/** "The photo must be at most 10 MB in size. The photo's width and height must not exceed 10000 in total." Read from PNGs alone. */
function checkPhoto(bytes: Uint8Array): void {
  if (bytes.byteLength > largestPhoto) throw new Refused(400, 'Bad Request: PHOTO_SAVE_FILE_INVALID');
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50;
  if (!isPng || bytes.byteLength < 24) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width + height > 10_000 || Math.max(width, height) > 20 * Math.min(width, height))
    throw new Refused(400, 'Bad Request: PHOTO_INVALID_DIMENSIONS');
}
