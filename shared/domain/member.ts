import type { MemberId } from '../kit/brand.ts';

/** What a member may do: agents answer, leads also reassign and waive, admins also manage members, accounts and policies. */
export const roles = ['agent', 'lead', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether somebody may decide over conversations of others. */
export const leads = (role: Role): boolean => role !== 'agent';

/** Whether a member can be given work at the moment. `until` is ms UTC. */
export type Presence =
  | { readonly kind: 'here' }
  | { readonly kind: 'away'; readonly until: number; readonly substitute: MemberId | null }
  | { readonly kind: 'gone' };

/** Who is to answer for a member: themselves, or whoever covers for them, through substitutes who are away as well; null when nobody is. */
export const whoAnswersFor = (
  member: MemberId,
  presenceOf: (member: MemberId) => Presence,
): MemberId | null => {
  const asked = new Set<MemberId>();
  let current: MemberId | null = member;
  while (current !== null && !asked.has(current)) {
    asked.add(current);
    const presence: Presence = presenceOf(current);
    if (presence.kind === 'here') return current;
    current = presence.kind === 'away' ? presence.substitute : null;
  }
  return null;
};
