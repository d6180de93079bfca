import { randomBytes } from 'node:crypto';
import { checkUpload, entitiesIn } from './content-rules.ts';
import { FileStore } from './file-store.ts';
import { Refused, integerIn, property, structureIn, textIn } from './parameters.ts';
import type { Parameters, Upload } from './parameters.ts';
import type { EmulatedChat, EmulatedMessage, Person, SaidByBot } from './seen-by-bots.ts';
import { UpdateLine } from './update-line.ts';

type Names = { readonly last_name?: string; readonly username?: string };
type Fields = Readonly<Record<string, unknown>>;

let people = 5_000_000_000;

/** One bot and everybody it talks to: what the Bot API knows of it. The clock goes with the machine's, and further when told to. */
export class EmulatedBot {
  readonly id: number;
  readonly username: string;
  readonly updates: UpdateLine;
  readonly files: FileStore;
  /** Everything the bot has said, in order. */
  readonly said: SaidByBot[] = [];
  token: string;
  #skewMs = 0;
  #message = 100;
  readonly #chats = new Map<number, EmulatedChat>();
  readonly #messages = new Map<string, EmulatedMessage>();
  readonly #topics = new Set<string>();
  readonly #blockedBy = new Set<number>();
  readonly #movedTo = new Map<number, number>();
  readonly #connections = new Map<string, { readonly owner: Person; readonly canReply: boolean }>();

  constructor(id: number, username: string) {
    this.id = id;
    this.username = username;
    this.token = `${String(id)}:AA${randomBytes(24).toString('base64url')}`;
    this.updates = new UpdateLine(this.now);
    this.files = new FileStore(this.now);
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
        return this.files.link(textIn(parameters, 'file_id'));
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
    const entities = entitiesIn(parameters, 'entities', text);
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
    checkUpload(kind, upload.bytes);
    const place = this.#place(parameters);
    const caption = textIn(parameters, 'caption')?.trim() ?? '';
    if (caption.length > 1_024) throw new Refused(400, 'Bad Request: message caption is too long');
    const entities = entitiesIn(parameters, 'caption_entities', caption);
    const kept = { ...this.files.keep(upload.bytes), file_name: upload.name, mime_type: upload.mimeType };
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
