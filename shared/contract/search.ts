import * as v from 'valibot';
import type { MessageId } from '../kit/brand.ts';
import type { ConversationRow } from './conversations.ts';
import { call } from './define.ts';
import { pageCursor, pageSize } from './schemas.ts';

/** A stretch of text; `match` is true where it is what was looked for. */
export type Segment = { readonly text: string; readonly match: boolean };

/** One conversation found, by its newest matching message. */
export type SearchHit = {
  readonly row: ConversationRow;
  readonly message: MessageId;
  readonly at: number;
  readonly from: string;
  readonly where: 'text' | 'subject' | 'people' | 'attachment' | 'filter';
  readonly subject: readonly Segment[];
  readonly excerpt: readonly Segment[];
};

/** In which order hits come: by date, or by how well they match. */
export const searchOrders = ['newest', 'best'] as const;
export type SearchOrder = (typeof searchOrders)[number];

/** What was found, and how far the index is behind. */
export type SearchAnswer = {
  readonly hits: readonly SearchHit[];
  readonly next: string | null;
  /** Of how many messages, the newest that matched, the best come first, where there were more; null where all were compared. */
  readonly ranked: number | null;
  /** Messages that are here but not yet searchable by their text. */
  readonly notYetIndexed: number;
  /** Parts of the query that were not understood, as typed. */
  readonly ignored: readonly string[];
};

export const searchCalls = {
  /** Newest first unless asked otherwise; understands from: to: subject: has:attachment before: after: in: "phrases" and prefixes. */
  'search.run': call(
    v.strictObject({
      text: v.pipe(v.string(), v.maxLength(1_000)),
      after: pageCursor,
      limit: pageSize,
      order: v.exactOptional(v.picklist(searchOrders)),
    }),
  ).answers<SearchAnswer>(),
} as const;
