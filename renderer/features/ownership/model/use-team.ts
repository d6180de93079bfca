import { useLive } from '#renderer/engine-client/index.ts';
import type { Member } from '#shared/contract/ownership.ts';
import { leads } from '#shared/domain/member.ts';

/** Who is in the workspace, as the one who sits here sees it. */
export type Team = {
  /** Everybody who can be given work. */
  readonly members: readonly Member[];
  readonly me: Member | null;
  /** May decide over conversations of others. */
  readonly lead: boolean;
  /** There is nobody to hand anything to. */
  readonly alone: boolean;
};

/** The members of the workspace, in step with the engine. */
export const useTeam = (): Team => {
  const all = useLive('member.list', {}).data?.members ?? [];
  const members = all.filter(({ gone }) => !gone);
  const me = members.find(({ isMe }) => isMe) ?? null;
  return { members, me, lead: me !== null && leads(me.role), alone: members.length <= 1 };
};
