import * as v from 'valibot';
import { countBytes, countGraphemes } from '#shared/domain/text-limit/graphemes.ts';
import { HttpEmulator } from '../http-emulator/http-emulator.ts';
import type { EmulatedAnswer, EmulatedRequest } from '../http-emulator/http-emulator.ts';
import { ChatState, Refused } from './chat-state.ts';
import type { Member } from './chat-state.ts';
import { whoAsks } from './service-token.ts';

const id = v.pipe(v.string(), v.minLength(1));
const facet = v.object({
  index: v.object({
    byteStart: v.pipe(v.number(), v.minValue(0)),
    byteEnd: v.pipe(v.number(), v.minValue(0)),
  }),
  features: v.array(v.looseObject({ $type: v.string() })),
});
const text = v.pipe(
  v.string(),
  v.check((value) => countBytes(value) <= 10_000, 'message/text must not be longer than 10000 bytes'),
  v.check((value) => countGraphemes(value) <= 1_000, 'message/text must not be longer than 1000 graphemes'),
);
const inputs = {
  sendMessage: v.object({
    convoId: id,
    message: v.object({ text, facets: v.exactOptional(v.array(facet)), embed: v.exactOptional(v.unknown()) }),
  }),
  updateRead: v.object({ convoId: id, messageId: v.exactOptional(id) }),
  deleteMessageForSelf: v.object({ convoId: id, messageId: id }),
  addReaction: v.object({
    convoId: id,
    messageId: id,
    value: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  }),
};

const refuse = (error: string, message: string, status = 400): EmulatedAnswer => ({
  status,
  json: { error, message },
});

function inputOf<Shape extends v.GenericSchema>(
  shape: Shape,
  { body, headers }: EmulatedRequest,
): v.InferOutput<Shape> {
  if (headers['content-type']?.startsWith('application/json') !== true)
    throw new Refused('InvalidRequest', 'Request encoding (Content-Type) required but not provided');
  const parsed = v.safeParse(shape, JSON.parse(body.toString('utf8')));
  if (!parsed.success) throw new Refused('InvalidRequest', `Input/${parsed.issues[0].message}`);
  return parsed.output;
}

const limitIn = (url: URL): number => {
  const limit = Number(url.searchParams.get('limit') ?? '50');
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw new Refused('InvalidRequest', 'Params must have the property "limit" between 1 and 100');
  return limit;
};

const needed = (url: URL, name: string): string => {
  const value = url.searchParams.get(name);
  if (value === null || value === '')
    throw new Refused('InvalidRequest', `Params must have the property "${name}"`);
  return value;
};

/**
 * The service for direct messages, which is not published: an emulator after the lexicons of chat.bsky.convo
 * (https://github.com/bluesky-social/atproto/tree/main/lexicons/chat/bsky/convo). It takes calls only from a PDS that vouches for the
 * account that asks, as the real one does, and what it answers is held against those lexicons in its own test.
 */
export class ChatService {
  readonly http: HttpEmulator;
  readonly state: ChatState;
  #audience = '';

  private constructor(http: HttpEmulator, state: ChatState) {
    this.http = http;
    this.state = state;
  }

  /** Starts it at a directory that knows the accounts; `known` must be told its own DID before anybody asks. */
  static async start(directory: string): Promise<ChatService> {
    const state = new ChatState();
    let service: ChatService | null = null;
    const http = await HttpEmulator.start(
      async (request) => {
        if (service === null) return refuse('NotReady', 'starting', 503);
        return service.#serve(directory, request);
      },
      () => refuse('RateLimitExceeded', 'Rate Limit Exceeded', 429),
    );
    service = new ChatService(http, state);
    return service;
  }

  /** The DID under which the directory knows this service. */
  get did(): string {
    return this.#audience;
  }

  known(did: string): void {
    this.#audience = did;
  }

  /** Somebody who may take part. */
  enter(member: Member): void {
    this.state.enter(member);
  }

  /** Somebody says something to somebody, in a program of their own. */
  write(from: string, to: string, texts: readonly string[]): void {
    for (const text of texts) this.state.say(from, this.state.between(from, to), { text });
  }

  async #serve(directory: string, request: EmulatedRequest): Promise<EmulatedAnswer> {
    const method = request.url.pathname.replace('/xrpc/', '');
    const [scheme, token = ''] = (request.headers['authorization'] ?? '').split(' ');
    if (scheme !== 'Bearer' || token === '') return refuse('AuthMissing', 'missing jwt', 401);
    const asks = await whoAsks(token, { directory, audience: this.#audience, method, now: Date.now() });
    if ('error' in asks) return refuse(asks.error, `the token is not good here: ${asks.error}`, 401);
    try {
      return { json: this.#answer(method, asks.did, request) };
    } catch (error) {
      if (error instanceof Refused) return refuse(error.error, error.message, error.status);
      throw error;
    }
  }

  #answer(method: string, did: string, request: EmulatedRequest): unknown {
    const { url } = request;
    const { state } = this;
    const writes = /\.(sendMessage|updateRead|deleteMessageForSelf|addReaction|removeReaction)$/.test(method);
    if (request.method !== (writes ? 'POST' : 'GET'))
      throw new Refused('InvalidRequest', `Incorrect HTTP method (${request.method})`, 405);
    const cursor = url.searchParams.get('cursor');
    switch (method) {
      case 'chat.bsky.convo.getLog':
        return state.log(did, cursor);
      case 'chat.bsky.convo.listConvos':
        return state.convos(did, cursor, limitIn(url));
      case 'chat.bsky.convo.getConvo':
        return { convo: state.convo(did, needed(url, 'convoId')) };
      case 'chat.bsky.convo.getConvoForMembers':
        needed(url, 'members');
        return { convo: state.convoWith(did, url.searchParams.getAll('members')) };
      case 'chat.bsky.convo.getMessages':
        return state.messages(did, needed(url, 'convoId'), cursor, limitIn(url));
      case 'chat.bsky.convo.sendMessage': {
        const { convoId, message } = inputOf(inputs.sendMessage, request);
        return state.say(did, convoId, message);
      }
      case 'chat.bsky.convo.updateRead': {
        const { convoId, messageId } = inputOf(inputs.updateRead, request);
        return { convo: state.read(did, convoId, messageId ?? null) };
      }
      case 'chat.bsky.convo.deleteMessageForSelf': {
        const { convoId, messageId } = inputOf(inputs.deleteMessageForSelf, request);
        return state.deleteForSelf(did, convoId, messageId);
      }
      case 'chat.bsky.convo.addReaction':
      case 'chat.bsky.convo.removeReaction': {
        const { convoId, messageId, value } = inputOf(inputs.addReaction, request);
        return { message: state.react(did, convoId, messageId, value, method.endsWith('addReaction')) };
      }
      default:
        throw new Refused('MethodNotImplemented', 'Method Not Implemented', 501);
    }
  }
}
