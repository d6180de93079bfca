import { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import type { MapContext, RawItem, Understood } from '#main/channels/kit/inbound.ts';
import type { JobAnswer, Parser, ParserJob } from './parser.ts';
import { youngMiB } from '../thread-memory.ts';

/** What a parser thread answers. */
export type ParserReply =
  | { readonly id: number; readonly ok: true; readonly value: JobAnswer[ParserJob['kind']] }
  | { readonly id: number; readonly ok: false; readonly error: string };

/** Real mails take 0.1-20 ms; the worst found in a corpus of 1,487 took 0.94 s. Composing base64 of 25 MB takes 0.2 s. */
const deadlines: Readonly<Record<ParserJob['kind'], number>> = {
  prepare: 2_000,
  map: 2_000,
  body: 5_000,
  part: 10_000,
  compose: 20_000,
};
/** Items that go to the thread together, some 10 ms of work: going there and back takes as long as reading one. */
const atOnce = 16;
/** A new thread has to load its bundle first, on a slow disk too. */
const startMs = 15_000;

type Waiting = {
  readonly job: ParserJob;
  readonly settle: (outcome: Outcome) => void;
};
type Outcome =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'overdue' }
  | { readonly kind: 'crashed' };

/** One thread that does one job at a time and is thrown away when a job overruns. */
class ParserLane {
  readonly #path: string;
  readonly #log: Log;
  readonly #queue: Waiting[] = [];
  #worker: Worker | null = null;
  #ready = false;
  #current: Waiting | null = null;
  #timer: NodeJS.Timeout | null = null;
  #nextId = 1;
  #closed = false;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  run(job: ParserJob): Promise<Outcome> {
    if (this.#closed) return Promise.resolve({ kind: 'crashed' });
    return new Promise((settle) => {
      this.#queue.push({ job, settle });
      this.#step();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const left = this.#queue.splice(0);
    this.#finish({ kind: 'crashed' });
    for (const waiting of left) waiting.settle({ kind: 'crashed' });
    await this.#worker?.terminate();
    this.#worker = null;
  }

  #step(): void {
    if (this.#current !== null) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.#current = next;
    const worker = this.#worker ?? this.#start();
    const { kind } = next.job;
    this.#timer = setTimeout(() => this.#overdue(kind), deadlines[kind] + (this.#ready ? 0 : startMs));
    // Copied and not moved: an item that kills the thread is still kept raw by this side.
    worker.postMessage({ id: this.#nextId, job: next.job });
    this.#nextId += 1;
  }

  #start(): Worker {
    const worker = new Worker(this.#path, {
      name: 'parser',
      resourceLimits: { maxOldGenerationSizeMb: 1_024, maxYoungGenerationSizeMb: youngMiB },
    });
    this.#worker = worker;
    this.#ready = false;
    worker.on('message', (reply: ParserReply | 'ready') => {
      if (worker !== this.#worker) return;
      if (reply === 'ready') this.#ready = true;
      else if (reply.ok) this.#finish({ kind: 'answer', value: reply.value });
      else this.#finish({ kind: 'error', error: reply.error });
    });
    const gone = (): void => {
      if (worker !== this.#worker) return;
      this.#worker = null;
      this.#log.line('parser thread ended', { busy: this.#current !== null });
      this.#finish({ kind: 'crashed' });
    };
    worker.on('error', gone);
    worker.on('exit', gone);
    return worker;
  }

  #overdue(kind: ParserJob['kind']): void {
    this.#log.line('parser job overdue', { kind });
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
    this.#finish({ kind: 'overdue' });
  }

  #finish(outcome: Outcome): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const current = this.#current;
    this.#current = null;
    current?.settle(outcome);
    if (!this.#closed) this.#step();
  }
}

const inTurn = async <Result>(
  works: readonly (() => Promise<readonly Result[]>)[],
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  for (const work of works) results.push(...(await work()));
  return results;
};

/** Parsers in threads of their own: one for what arrives and one for what a person has opened, which never waits for an import. */
export const threadParser = (path: string, log: Log): Parser => {
  const arriving = new ParserLane(path, log);
  const opened = new ParserLane(path, log);

  const prepared = new Set<string>();

  const value = <Answer>(outcome: Outcome, otherwise: Answer): Answer =>
    outcome.kind === 'answer' ? (outcome.value as Answer) : otherwise;

  /** One that takes the thread with it would take its neighbours too: then each is read alone, and only that one is given up. */
  const mapped = async (
    channel: string,
    items: readonly RawItem[],
    context: MapContext,
  ): Promise<readonly Understood[]> => {
    const outcome = await arriving.run({ kind: 'map', channel, items, context });
    const [first] = items;
    if (outcome.kind === 'answer' || first === undefined) return value<JobAnswer['map']>(outcome, []);
    if (items.length > 1) return inTurn(items.map((item) => () => mapped(channel, [item], context)));
    const reason = outcome.kind === 'overdue' ? 'overdue' : 'crashed';
    return [{ kind: 'unreadable', key: first.key, reason }];
  };

  return {
    prepare: (channel) => {
      if (prepared.has(channel)) return;
      prepared.add(channel);
      void arriving.run({ kind: 'prepare', channel });
    },
    map: (channel, items, context) =>
      inTurn(
        Array.from(
          { length: Math.ceil(items.length / atOnce) },
          (_, group) => () => mapped(channel, items.slice(group * atOnce, (group + 1) * atOnce), context),
        ),
      ),
    body: async (channel, source) =>
      value<JobAnswer['body']>(await opened.run({ kind: 'body', channel, source }), null),
    part: async (channel, source, part) =>
      value<JobAnswer['part']>(await opened.run({ kind: 'part', channel, source, part }), null),
    compose: async (channel, message, settings) => {
      const outcome = await opened.run({ kind: 'compose', channel, message, settings });
      if (outcome.kind === 'answer') return outcome.value as JobAnswer['compose'];
      throw new Error(outcome.kind === 'error' ? outcome.error : `composing ended as ${outcome.kind}`);
    },
    close: async () => {
      await Promise.all([arriving.close(), opened.close()]);
    },
  };
};
