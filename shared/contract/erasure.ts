import * as v from 'valibot';
import { leastRetentionDays, mostRetentionDays } from '../domain/erasure/retention.ts';
import type { Managed } from '../domain/policy/policy.ts';
import type { EraseInTeam } from './customers.ts';
import { call } from './define.ts';

/** Something that was erased, or is being erased: when, why, how much, and nothing that says of whom. Times are ms UTC. */
export type ErasureLine = {
  readonly id: string;
  readonly reason: 'request' | 'retention' | 'team';
  readonly askedAt: number;
  /** Null while it goes on in the background. */
  readonly doneAt: number | null;
  readonly conversations: number;
  readonly messages: number;
  /** Who asked for it, where it was for a team; empty for nobody. */
  readonly by: string;
};

const days = v.pipe(v.number(), v.integer(), v.minValue(leastRetentionDays), v.maxValue(mostRetentionDays));

export const erasureCalls = {
  /** The rule by which closed conversations go; null where there is none. `firstAt` is when it may first erase, in ms UTC. */
  'retention.state': call(v.strictObject({})).answers<{
    readonly rule: { readonly days: number; readonly firstAt: number } | null;
    /** The rule is the team's: it runs once for everybody. */
    readonly team: boolean;
    /** Whether whoever sits here may change it: in a team, an admin. */
    readonly may: boolean;
  }>(),
  /** How many conversations would go now by so many days. Changes nothing. */
  'retention.count': call(v.strictObject({ days })).answers<{ readonly conversations: number }>(),
  /** Erases conversations that have been closed and quiet for so many days, beginning a day from now; null for never. */
  'retention.set': call(v.strictObject({ days: v.nullable(days) }))
    .answers<null>()
    .refuses<Managed | EraseInTeam | { readonly kind: 'admins-only' | 'erase-unsettled' }>(),
  /** The last hundred erasures, newest first. */
  'erasure.list': call(v.strictObject({})).answers<{ readonly rows: readonly ErasureLine[] }>(),
} as const;
