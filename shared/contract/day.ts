import * as v from 'valibot';
import type { ConversationRow } from './conversations.ts';
import { call } from './define.ts';
import type { FollowUpRow } from './ownership.ts';
import { time } from './schemas.ts';

/** Some of many, with how many there are. */
export type Some<Row> = { readonly rows: readonly Row[]; readonly n: number };

/** How a day stands at its end, for the person here. */
export type DaySummary = {
  /** Own promises that come up tomorrow. */
  readonly promises: Some<FollowUpRow>;
  /** Own checks that are due by the end of tomorrow. */
  readonly checks: Some<FollowUpRow>;
  /** Customers who still wait for an answer, the longest wait first. */
  readonly waiting: Some<ConversationRow>;
  /** What the person here resolved today and is resolved still. */
  readonly resolved: Some<ConversationRow>;
};

/** The day's close. The page says where its days begin, as it knows the reader's clock; all in ms UTC. */
export const dayCalls = {
  'day.summary': call(v.strictObject({ today: time, tomorrow: time, end: time })).answers<DaySummary>(),
} as const;
