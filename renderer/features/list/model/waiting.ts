import type { ConversationRow } from '#shared/contract/conversations.ts';
import { stateOfTarget } from '#shared/domain/targets/targets.ts';
import type { TargetState } from '#shared/domain/targets/targets.ts';

const hour = 3_600_000;

/** How a conversation stands with the clock. Times are ms UTC. */
type Wait = {
  /** Since when the customer waits for us; null while it is not our turn. */
  readonly since: number | null;
  readonly tone: TargetState;
  /** The target that is near or missed; null while there is time or no target. */
  readonly pressing: ConversationRow['target'];
};

/** Where no target is set, a wait is judged by its length in ms: up to four hours calm, up to a day worth a look, then late. */
const byLength = (ms: number): TargetState => {
  if (ms < 4 * hour) return 'calm';
  return ms < 24 * hour ? 'soon' : 'late';
};

/** How long the customer waits and how pressing that is: by the target that counts, else by its length. */
export const waitOf = (row: ConversationRow, now: number): Wait => {
  // While an answer is on its way the customer does not wait for us any more.
  const waits = row.status === 'open' && row.outbox !== 'waiting' && row.snoozedUntil === null;
  const since = waits && row.waitingSince !== null ? (row.customerWaitingSince ?? row.waitingSince) : null;
  if (row.target === null || row.status !== 'open') {
    return { since, tone: since === null ? 'calm' : byLength(now - since), pressing: null };
  }
  const tone = stateOfTarget(row.target.at, row.target.from, now);
  return { since, tone, pressing: tone === 'calm' ? null : row.target };
};
