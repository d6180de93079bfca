import * as v from 'valibot';
import type { Attempt, OutgoingFile, SendHooks, SendResult } from '../../kit/outgoing.ts';
import { unpack } from '../../kit/packed.ts';
import type { HttpAnswer } from '../../kit/http/http-client.ts';
import { pause } from '../../kit/waiting.ts';
import type { BotApi } from '../api/bot-api.ts';
import { readAnswer } from '../api/bot-api.ts';
import { message } from '../api/shapes.ts';
import { messageName } from '../names.ts';
import { readSaid } from './said.ts';
import type { Said } from './said.ts';

/** "0-1024 characters after entities parsing" (sendPhoto, sendDocument). */
const longestCaption = 1_024;
/** "The photo must be at most 10 MB in size" (sendPhoto). */
const largestPhoto = 10 * 1024 * 1024;
const photoTypes: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp']);
/** Between a text and its file a server may ask for this much patience, so that the two need not be torn apart. */
const mostPatienceMs = 60_000;

/** What was answered to one request that says something. */
type Outcome =
  | { readonly kind: 'said'; readonly name: string | null }
  | { readonly kind: 'refused'; readonly said: string; readonly code: string; readonly moved: string | null }
  | { readonly kind: 'later'; readonly said: string; readonly afterMs: number | null }
  | { readonly kind: 'unknown'; readonly said: string };

/**
 * One try to send. Telegram knows no key and shows a bot nothing of what it said, so what is not known is never tried again. A long text
 * with a file is two messages, the text first: whatever becomes of the file, the text is not said twice by itself.
 */
export async function sendMessage(
  api: BotApi,
  attempt: Attempt,
  hooks: SendHooks,
  signal: AbortSignal,
): Promise<SendResult> {
  const packed = unpack(attempt.bytes);
  const said = readSaid(packed?.said);
  if (packed === null || said === null)
    return { kind: 'rejected', said: attempt.pending[0] ?? '', code: 'chat-id-invalid' };
  const [file] = packed.files;
  await hooks.handingOver();
  const talk = new Talk(api, said, signal);
  if (file === undefined) return resultOf(await talk.text(said), attempt);
  if (said.text.length <= longestCaption) return resultOf(await talk.file(file, said), attempt);
  const text = await talk.text(said);
  if (text.kind !== 'said') return resultOf(text, attempt);
  const sent = await talk.fileAfterText(file, { ...said, text: '', entities: [], answers: null });
  // The text has arrived: "refused" or "later" would have all of it sent again.
  return resultOf(sent.kind === 'said' ? text : { kind: 'unknown', said: sent.said }, attempt);
}

function resultOf(outcome: Outcome, attempt: Attempt): SendResult {
  switch (outcome.kind) {
    case 'said':
      return { kind: 'accepted', accepted: attempt.pending, refused: [], externalId: outcome.name };
    case 'refused':
      return { kind: 'rejected', said: outcome.said, code: outcome.code };
    case 'later':
      return { kind: 'retry', said: outcome.said, afterMs: outcome.afterMs };
    case 'unknown':
      return outcome;
  }
}

/** What is said to one chat, wherever it has moved to. */
class Talk {
  readonly #api: BotApi;
  readonly #connection: string | null;
  readonly #signal: AbortSignal;
  #chat: string;

  constructor(api: BotApi, { chat, connection }: Said, signal: AbortSignal) {
    this.#api = api;
    this.#chat = chat;
    this.#connection = connection;
    this.#signal = signal;
  }

  text(said: Said): Promise<Outcome> {
    return this.#say(said, (fields) => ({
      method: 'sendMessage',
      body: {
        ...fields,
        text: said.text,
        ...(said.entities.length === 0 ? {} : { entities: said.entities }),
      },
    }));
  }

  async file(file: OutgoingFile, said: Said): Promise<Outcome> {
    const isPhoto = photoTypes.has(file.mimeType) && file.bytes.byteLength <= largestPhoto;
    const asPhoto = isPhoto ? await this.#upload('photo', file, said) : null;
    // Pictures that are too long or too wide are refused as photos; nothing was said then, and as a file they may go.
    const isNoPhoto = asPhoto === null || (asPhoto.kind === 'refused' && /PHOTO|IMAGE/.test(asPhoto.said));
    return isNoPhoto ? this.#upload('document', file, said) : asPhoto;
  }

  async fileAfterText(file: OutgoingFile, said: Said): Promise<Outcome> {
    const first = await this.file(file, said);
    if (first.kind !== 'later' || (first.afterMs ?? 0) > mostPatienceMs) return first;
    try {
      await pause(first.afterMs ?? 1_000, this.#signal);
    } catch {
      return first;
    }
    return this.file(file, said);
  }

  #upload(kind: 'photo' | 'document', file: OutgoingFile, said: Said): Promise<Outcome> {
    return this.#say(said, (fields) => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields))
        body.set(name, typeof value === 'string' ? value : JSON.stringify(value));
      if (said.text !== '') body.set('caption', said.text);
      if (said.entities.length > 0) body.set('caption_entities', JSON.stringify(said.entities));
      // Views of larger buffers go as their own bytes.
      body.set(kind, new Blob([new Uint8Array(file.bytes)], { type: file.mimeType }), file.name);
      return { method: kind === 'photo' ? 'sendPhoto' : 'sendDocument', body };
    });
  }

  async #say(
    said: Said,
    request: (fields: Fields) => { readonly method: string; readonly body: FormData | Fields },
  ): Promise<Outcome> {
    const first = await this.#sayOnce(request(this.#fields(said)));
    if (first.kind !== 'refused' || first.moved === null || first.moved === this.#chat) return first;
    // A small group has become a large one. In that, the message that is answered has another number.
    this.#chat = first.moved;
    return this.#sayOnce(request(this.#fields({ ...said, answers: null })));
  }

  #fields({ topic, direct, answers }: Said): Fields {
    return {
      chat_id: this.#chat,
      ...(this.#connection === null ? {} : { business_connection_id: this.#connection }),
      ...(topic === null ? {} : { message_thread_id: Number(topic) }),
      ...(direct === null ? {} : { direct_messages_topic_id: Number(direct) }),
      ...(answers === null
        ? {}
        : { reply_parameters: { message_id: Number(answers), allow_sending_without_reply: true } }),
    };
  }

  async #sayOnce({
    method,
    body,
  }: {
    readonly method: string;
    readonly body: FormData | Fields;
  }): Promise<Outcome> {
    const outcome = await this.#api.say(method, body, this.#signal);
    switch (outcome.kind) {
      case 'not-said':
        return { kind: 'later', said: outcome.error.failure.said ?? '', afterMs: null };
      case 'unknown':
        return outcome;
      case 'answered':
        return this.#understand(outcome.answer);
    }
  }

  #understand(answer: HttpAnswer): Outcome {
    const said = readAnswer(answer);
    if (answer.status === 200 && said?.ok === true) {
      const sent = v.safeParse(message, said.result);
      return { kind: 'said', name: sent.success ? this.#nameOf(sent.output) : null };
    }
    const { failure } = this.#api.refusal(answer, said);
    const words = failure.said ?? '';
    // A server that failed may have said it before it did.
    if (answer.status < 400 || answer.status >= 500) return { kind: 'unknown', said: words };
    if (answer.status === 401 || answer.status === 404 || answer.status === 409)
      return { kind: 'later', said: words, afterMs: null };
    if (answer.status === 429) {
      const seconds = said?.parameters?.retry_after;
      return { kind: 'later', said: words, afterMs: seconds === undefined ? null : seconds * 1_000 };
    }
    const moved = said?.parameters?.migrate_to_chat_id;
    return {
      kind: 'refused',
      said: words,
      code: String(answer.status),
      moved: moved === undefined ? null : String(moved),
    };
  }

  #nameOf({
    chat,
    message_id: id,
  }: {
    readonly chat: { readonly id: number };
    readonly message_id: number;
  }): string {
    return messageName({ chat: String(chat.id), message: String(id), connection: this.#connection });
  }
}

type Fields = Readonly<Record<string, unknown>>;
