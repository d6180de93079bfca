import type { Settings } from '#shared/contract/accounts.ts';
import type { Channel } from '#main/channels/kit/channel.ts';
import type { MapContext, Mapper, RawItem, SourceBody, Understood } from '#main/channels/kit/inbound.ts';
import type { Composed, Outgoing } from '#main/channels/kit/outgoing.ts';
import { packText } from '../store/packed-text.ts';

/** A part of a message, decoded. */
export type PartBytes = { readonly bytes: Uint8Array; readonly mimeType: string; readonly name: string };

/**
 * Runs the pure halves of the channels away from the thread that answers the page. An item over its deadline is
 * answered as unreadable and everything else goes on.
 */
export interface Parser {
  /** Makes everything ready that a first item of the channel would wait for; costs a fifth of a second of another thread, once. */
  prepare(channel: string): void;
  map(channel: string, items: readonly RawItem[], context: MapContext): Promise<readonly Understood[]>;
  /** Null when the source cannot be read, or not in time. */
  body(channel: string, source: Uint8Array): Promise<SourceBody | null>;
  part(channel: string, source: Uint8Array, part: string): Promise<PartBytes | null>;
  /** The wire form of an answer; rejects when the channel refuses the message. */
  compose(channel: string, message: Outgoing, settings: Settings): Promise<Composed>;
  close(): Promise<void>;
}

/** One piece of work for a parser thread. */
export type ParserJob =
  | { readonly kind: 'prepare'; readonly channel: string }
  | {
      readonly kind: 'map';
      readonly channel: string;
      readonly items: readonly RawItem[];
      readonly context: MapContext;
    }
  | { readonly kind: 'body'; readonly channel: string; readonly source: Uint8Array }
  | { readonly kind: 'part'; readonly channel: string; readonly source: Uint8Array; readonly part: string }
  | {
      readonly kind: 'compose';
      readonly channel: string;
      readonly message: Outgoing;
      readonly settings: Settings;
    };

export type JobKind = ParserJob['kind'];

/** What each kind of work comes back with. */
export type JobAnswer = {
  readonly prepare: null;
  readonly map: readonly Understood[];
  readonly body: SourceBody | null;
  readonly part: PartBytes | null;
  readonly compose: Composed;
};

const channelOf = (channels: ReadonlyMap<string, Channel>, kind: string): Channel => {
  const channel = channels.get(kind);
  if (channel === undefined) throw new Error(`no such channel: ${kind}`);
  return channel;
};

/** Packing a text takes a tenth of what writing its message does, and the thread that writes has the most to do. */
const withPacked = (result: Understood): Understood => {
  if (result.kind !== 'message') return result;
  const { packed, size } = packText(result.text);
  return packed === null || size === null ? result : { ...result, packed: { bytes: packed, size } };
};

/** After so many readings, some 20 ms, code runs compiled; more make it no faster. */
const sampleReadings = 8;

const readSample = (mapper: Mapper): void => {
  const { sample } = mapper;
  if (sample === undefined) return;
  const item = { key: 'sample', bytes: sample, partial: false, size: sample.length };
  const marks = { receivedAt: null, seen: false, answered: false };
  const context = { own: [], streamRole: 'inbox', trustedAuthserv: null, now: 0 } as const;
  for (let time = 0; time < sampleReadings; time += 1) withPacked(mapper.map({ ...item, ...marks }, context));
};

/** Does one piece of work. Mappers throw on nothing by contract; one that does makes its item unreadable. */
export const doJob = (channels: ReadonlyMap<string, Channel>, job: ParserJob): JobAnswer[JobKind] => {
  const channel = channelOf(channels, job.channel);
  switch (job.kind) {
    case 'prepare':
      // The order of words is loaded once for all threads of a process, in some 10 ms; a mail client sorts folders by it.
      new Intl.Collator().compare('a', 'b');
      readSample(channel.mapper);
      return null;
    case 'map':
      return job.items.map((item): Understood => {
        try {
          return withPacked(channel.mapper.map(item, job.context));
        } catch {
          return { kind: 'unreadable', key: item.key, reason: 'crashed' };
        }
      });
    case 'body':
      try {
        return channel.mapper.body(job.source);
      } catch {
        return null;
      }
    case 'part':
      try {
        return channel.mapper.part(job.source, job.part);
      } catch {
        return null;
      }
    case 'compose':
      return channel.compose(job.message, job.settings);
  }
};
