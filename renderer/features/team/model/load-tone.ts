import type { MemberLoad } from '#shared/contract/ownership.ts';
import type { TargetState } from '#shared/domain/targets/targets.ts';

/** How a member stands with the customers who wait: late as soon as one target is missed. */
export const loadTone = ({ overdue, waitingSince }: MemberLoad): TargetState | null =>
  overdue > 0 ? 'late' : waitingSince === null ? null : 'calm';
