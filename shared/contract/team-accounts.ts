import * as v from 'valibot';
import type { AccountId, MemberId } from '../kit/brand.ts';
import { call } from './define.ts';
import { accountId, memberId, outboxId } from './schemas.ts';
import type { TeamFailure } from './team.ts';

/** Which device of the team reads an account now. Times are ms UTC. */
export type AccountReader =
  | { readonly kind: 'here'; readonly since: number }
  | { readonly kind: 'colleague'; readonly member: string; readonly device: string; readonly since: number }
  /** No device that has its login is on. */
  | { readonly kind: 'nobody' }
  /** The team's database has not said so yet. */
  | { readonly kind: 'unknown' };

/** An account as a team has it: who reads it, and who may have its login. */
export type TeamAccountRow = {
  readonly id: AccountId;
  /** The channel's kind. */
  readonly kind: string;
  readonly label: string;
  readonly address: string;
  /** Whether its login is on this device. */
  readonly login: boolean;
  readonly reader: AccountReader;
  /** False where a pooler stands before the database: then the devices agree by time alone. */
  readonly byLocks: boolean;
  /** Members who may have the login; empty until a device that has it has said so. */
  readonly keepers: readonly MemberId[];
  /** Devices of theirs that have not been given it yet; always 0 for whoever may not have it. */
  readonly waiting: number;
  /** Whether the person here may choose who has it. */
  readonly mayShare: boolean;
};

/** How a send stands that leaves by a colleague's device. Times are ms UTC. */
export type ColleagueSend = {
  /** `giving`: the team's database does not have it yet; `waiting`: for a device that has the account. */
  readonly state: 'giving' | 'waiting' | 'taken' | 'handed-over';
  /** Whose device has it; null for nobody's. */
  readonly member: string | null;
  readonly device: string | null;
  readonly since: number;
  /** Whether it can still be taken back. */
  readonly canTakeBack: boolean;
};

type Alone =
  { readonly kind: 'team-alone' } | { readonly kind: 'team-unreachable'; readonly failure: TeamFailure };

export const teamAccountCalls = {
  /** The team's accounts; empty for people alone. */
  'teamAccount.list': call(v.strictObject({})).answers<{ readonly accounts: readonly TeamAccountRow[] }>(),
  /** Chooses who may have an account's login; it is sealed for each of their devices. */
  'teamAccount.share': call(
    v.strictObject({ id: accountId, members: v.pipe(v.array(memberId), v.minLength(1), v.maxLength(1_000)) }),
  )
    .answers<null>()
    .refuses<Alone | { readonly kind: 'not-keeper' } | { readonly kind: 'member-gone' }>(),
  /** How a send of the person here stands with the team; null where it leaves from here. */
  'teamSend.get': call(v.strictObject({ id: outboxId })).answers<{ readonly send: ColleagueSend | null }>(),
  /** Takes a send back that no device has taken yet; the draft is there again. */
  'teamSend.takeBack': call(v.strictObject({ id: outboxId }))
    .answers<null>()
    .refuses<Alone | { readonly kind: 'too-late' }>(),
  /** Stops waiting for word of a device that handed a send over and went away: the person says what became of it. */
  'teamSend.stopWaiting': call(v.strictObject({ id: outboxId }))
    .answers<null>()
    .refuses<Alone | { readonly kind: 'too-late' }>(),
} as const;
