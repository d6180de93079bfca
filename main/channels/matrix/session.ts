import type { Settings } from '#shared/contract/accounts.ts';
import type {
  Batch,
  Cursor,
  Probed,
  RemoteChange,
  RemoteFile,
  Session,
  SessionContext,
  StreamInfo,
} from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import type { Attempt, Reconciled, SendHooks, SendResult } from '../kit/outgoing.ts';
import { mediaConfigAnswer, whoamiAnswer } from './api/answers.ts';
import { Homeserver } from './api/homeserver.ts';
import { deviceOf } from './api/tokens.ts';
import type { Timeouts } from './deadlines.ts';
import { readUserId } from './identifiers.ts';
import { listenOn } from './listen.ts';
import { markRead } from './mark-read.ts';
import { encodeItem } from './map/raw-item.ts';
import { downloadFile, spokenBy } from './media.ts';
import type { Spoken } from './media.ts';
import { fetchEvent, readKey } from './pull/items.ts';
import { memoryOf } from './pull/memory.ts';
import type { Memory } from './pull/memory.ts';
import { Puller } from './pull/pull.ts';
import { reconcileMessage, sendMessage } from './send/send.ts';
import { readSettings } from './settings.ts';

/** The one stream of an account: all rooms that it is in. */
const rooms = 'rooms';

/** One account on its homeserver. Requests are independent of each other; there is no connection to keep. */
export class MatrixSession implements Session {
  readonly #context: SessionContext;
  readonly #server: Homeserver;
  readonly #memory: Memory;
  readonly #puller: Puller;
  readonly #timeouts: Timeouts;
  #spoken: Promise<Spoken> | null = null;

  constructor(context: SessionContext, timeouts: Timeouts) {
    this.#context = context;
    this.#timeouts = timeouts;
    this.#server = new Homeserver(context, readSettings(context.address, context.settings), timeouts);
    this.#memory = memoryOf(context);
    this.#puller = new Puller(this.#server, context, this.#memory, timeouts);
  }

  /** Proves that the server speaks our version and knows us. */
  async streams(signal: AbortSignal): Promise<readonly StreamInfo[]> {
    const { userId } = await this.#whoami(signal);
    return [{ name: rooms, label: userId, role: 'all', chosen: true }];
  }

  /** Signs in, and asks what only the server knows: who we are, which device this is, how large files may be. */
  async probe(signal: AbortSignal): Promise<Probed> {
    const { userId, device } = await this.#whoami(signal);
    const limit = await this.#uploadLimit(signal);
    const settings: Settings = {
      ...(device === null ? {} : { device }),
      ...(limit === null ? {} : { maxAttachmentBytes: limit }),
    };
    return {
      address: userId,
      streams: [{ name: rooms, label: userId, role: 'all', chosen: true }],
      settings,
    };
  }

  pull(
    _stream: string,
    cursor: Cursor | null,
    limits: { readonly maxItems: number; readonly maxBytes: number },
    signal: AbortSignal,
  ): Promise<Batch> {
    return this.#puller.pull(cursor, limits, signal);
  }

  listen(streams: readonly string[], hint: (stream: string) => void, signal: AbortSignal): Promise<void> {
    return listenOn(
      {
        server: this.#server,
        memory: this.#memory,
        clock: this.#context.clock,
        timeouts: this.#timeouts,
        hint: () => streams.forEach(hint),
      },
      signal,
    );
  }

  send(attempt: Attempt, hooks: SendHooks, signal: AbortSignal): Promise<SendResult> {
    return sendMessage(this.#server, attempt, hooks, signal);
  }

  reconcile(attempt: Attempt, signal: AbortSignal): Promise<Reconciled> {
    return reconcileMessage(this.#server, attempt, signal);
  }

  apply(changes: readonly RemoteChange[], signal: AbortSignal): Promise<void> {
    return markRead(this.#server, this.#memory, changes, signal);
  }

  /** Items are always whole; this asks for the event again. */
  async source(_stream: string, key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    const { room, event: id } = readKey(key);
    const event = await fetchEvent(this.#server, room, id, signal);
    if (event === null) return null;
    return encodeItem({
      steward: 'matrix-event',
      room: { id: room, name: '', others: [] },
      sender: '',
      event,
    });
  }

  file(file: RemoteFile, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | null> {
    const spoken = (): Promise<Spoken> => (this.#spoken ??= this.#ask(signal));
    return downloadFile(this.#server, spoken, file, maxBytes, signal);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** A question that failed is asked again the next time. */
  async #ask(signal: AbortSignal): Promise<Spoken> {
    try {
      return await spokenBy(this.#server, signal);
    } catch (error) {
      this.#spoken = null;
      throw error;
    }
  }

  async #whoami(signal: AbortSignal): Promise<{ readonly userId: string; readonly device: string | null }> {
    const { base } = this.#server.settings;
    const { current } = await spokenBy(this.#server, signal);
    if (!current) throw new ChannelError(failure('protocol', base.host));
    const request = { method: 'GET', path: '_matrix/client/v3/account/whoami' } as const;
    const { user_id, device_id } = await this.#server.need(request, whoamiAnswer, signal);
    const userId = readUserId(user_id);
    if (userId === null) throw new ChannelError(failure('protocol', base.host));
    return { userId, device: device_id ?? deviceOf(this.#context.secrets()) };
  }

  /** How large files may be; the address of the question changed with authenticated media (specification 1.11). */
  async #uploadLimit(signal: AbortSignal): Promise<number | null> {
    for (const path of ['_matrix/client/v1/media/config', '_matrix/media/v3/config']) {
      const found = await this.#server.find({ method: 'GET', path }, mediaConfigAnswer, signal);
      const limit = found?.['m.upload.size'] ?? null;
      if (limit !== null && limit >= 0) return limit;
    }
    return null;
  }
}
