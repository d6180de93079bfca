import { useLive } from '#renderer/engine-client/index.ts';
import type { TeamStatus } from '#shared/contract/team.ts';

/** What a workspace in a team knows of it. */
export type InTeam = Extract<TeamStatus, { readonly kind: 'member' }>;

/** How this workspace stands to a team, in step with the engine; null while that is not known. */
export const useTeamStatus = (): TeamStatus | null => useLive('team.status', {}).data ?? null;

/** The same where it is in a team; null alone. */
export const useInTeam = (): InTeam | null => {
  const status = useTeamStatus();
  return status?.kind === 'member' ? status : null;
};
