import * as v from 'valibot';
import type { EngineEvent, Topic } from '#shared/contract/events.ts';
import type { EngineMessage } from '#shared/contract/wire.ts';
import { fail } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { Transport } from '#shared/kit/transport.ts';
import { isCallName } from './dispatch.ts';
import type { CallName } from '#shared/contract/contract.ts';

/** There are some twenty topics, with names of one or two words. */
const mostTopics = 100;
const topicName = v.pipe(v.string(), v.maxLength(40));

const pageMessage = v.variant('type', [
  v.object({ type: v.literal('call'), id: v.number(), name: v.string(), input: v.unknown() }),
  v.object({
    type: v.literal('subscribe'),
    topics: v.pipe(
      v.custom<readonly unknown[]>((topics) => Array.isArray(topics) && topics.length <= mostTopics),
      v.array(topicName),
    ),
  }),
]);

/**
 * Changes within this time after others are told together, so that an import does not make the page fetch forty times a
 * second; a change after a quiet while is told at once.
 */
const gatherMs = 30;

type Answered = Result<unknown, { readonly kind: string }>;
type Page = { readonly transport: Transport; topics: ReadonlySet<string> };

/** Buffers inside an answer that can be moved to the page instead of being copied. */
const movable = (value: unknown, depth = 0): readonly ArrayBuffer[] => {
  if (value instanceof Uint8Array) {
    const { buffer } = value;
    return buffer instanceof ArrayBuffer && buffer.byteLength === value.byteLength ? [buffer] : [];
  }
  if (value === null || typeof value !== 'object' || depth > 4) return [];
  return Object.values(value).flatMap((entry) => movable(entry, depth + 1));
};

/** The pages that are connected: answers their calls and tells them what changed. */
export class Pages {
  readonly #pages = new Set<Page>();
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #answer: (name: CallName, input: unknown) => Promise<Answered>;
  readonly #gathered = new Map<string, Topic>();
  #timer: NodeJS.Timeout | null = null;

  constructor(answer: (name: CallName, input: unknown) => Promise<Answered>) {
    this.#answer = answer;
  }

  /** Takes on one page until its end goes away. A page that has not subscribed hears of everything. */
  connect(transport: Transport): void {
    const page: Page = { transport, topics: new Set() };
    this.#pages.add(page);
    transport.onClose(() => this.#pages.delete(page));
    transport.onMessage((message) => {
      void this.#hear(page, message);
    });
  }

  /** Listens like a page would, in this process. */
  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something changed; pages are told at once or within a moment, each topic once. */
  changed(topics: readonly Topic[]): void {
    for (const topic of topics) this.#gathered.set(JSON.stringify(topic), topic);
    this.#timer ??= setTimeout(() => this.#flush(), 0);
  }

  tell(event: EngineEvent): void {
    for (const page of this.#pages) this.#post(page, { type: 'event', event });
    for (const listener of this.#listeners) listener(event);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const page of this.#pages) page.transport.close();
    this.#pages.clear();
  }

  #flush(): void {
    this.#timer = null;
    if (this.#gathered.size === 0) return;
    // What comes meanwhile waits for the end of it.
    this.#timer = setTimeout(() => this.#flush(), gatherMs);
    const topics = [...this.#gathered.values()];
    this.#gathered.clear();
    for (const listener of this.#listeners) listener({ event: 'changed', topics });
    for (const page of this.#pages) {
      const wanted = page.topics.size === 0 ? topics : topics.filter(({ topic }) => page.topics.has(topic));
      if (wanted.length > 0) this.#post(page, { type: 'event', event: { event: 'changed', topics: wanted } });
    }
  }

  async #hear(page: Page, message: unknown): Promise<void> {
    const parsed = v.safeParse(pageMessage, message, { abortEarly: true });
    // Without a number there is nobody to answer.
    if (!parsed.success) return;
    if (parsed.output.type === 'subscribe') {
      page.topics = new Set(parsed.output.topics);
      return;
    }
    const { id, name, input } = parsed.output;
    const result = isCallName(name)
      ? await this.#answer(name, input)
      : fail({ kind: 'not-understood', detail: 'name' });
    this.#post(page, { type: 'answer', id, result });
  }

  #post(page: Page, message: EngineMessage): void {
    try {
      page.transport.post(message, message.type === 'answer' ? movable(message.result) : []);
    } catch {
      // The page has gone; its close will be heard.
      this.#pages.delete(page);
    }
  }
}
