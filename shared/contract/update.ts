import * as v from 'valibot';
import type { UpdateChannel } from '../domain/update/decide-update.ts';
import { call } from './define.ts';

/** How far an update has come. Times are ms UTC. */
export type UpdateStand =
  | { readonly kind: 'current'; readonly checkedAt: number | null }
  | { readonly kind: 'checking' }
  | { readonly kind: 'older'; readonly version: string }
  | { readonly kind: 'pinned'; readonly version: string; readonly pin: string }
  /** `until` is null where the feed does not say when it was published. */
  | { readonly kind: 'waits'; readonly version: string; readonly until: number | null }
  | { readonly kind: 'offered'; readonly version: string }
  | { readonly kind: 'fetching'; readonly version: string; readonly percent: number }
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly reason: 'unreachable' | 'damaged' };

/** The version that runs, who brings new ones, and how far that is. */
export type UpdateState = {
  readonly version: string;
  readonly channel: UpdateChannel;
  /** Steward itself; the system's packages or whoever installed it; nobody, because a policy says so or no feed is known. */
  readonly by: 'steward' | 'packages' | 'policy' | 'nobody';
  readonly stand: UpdateStand;
};

export const updateCalls = {
  'update.state': call(v.strictObject({})).answers<UpdateState>(),
  /** Looks for a newer version, fetches the offered one, or restarts into the fetched one, which waits for what is being sent. */
  'update.act': call(v.strictObject({ act: v.picklist(['check', 'fetch', 'install']) }))
    .answers<UpdateState>()
    .refuses<{ readonly kind: 'update-while-sending' }>(),
} as const;
