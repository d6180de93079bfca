import { useEffect } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { useAction, useNavigation, type TeamWish } from '#renderer/workbench/index.ts';
import { useTeamStatus } from './use-team-status.ts';

/** Makes what can be done about the team reachable from everywhere. */
export const useTeamActions = (): void => {
  const { go } = useNavigation();
  const status = useTeamStatus();
  const alone = status?.kind === 'alone';
  const inTeam = status?.kind === 'member';
  const invites = inTeam && status.me.role === 'admin' && status.connection.kind !== 'cut';
  const wish = (team: TeamWish) => (): void => go({ kind: 'settings', section: 'team', team });
  useAction('app.team', () => go({ kind: 'settings', section: 'team' }));
  useAction('team.set-up', alone ? wish('set-up') : null);
  useAction('team.join', alone ? wish('join') : null);
  useAction('team.invite', invites ? wish('invite') : null);
  useAction('team.leave', inTeam ? wish('leave') : null);
};

/** Goes to joining when Steward is opened with an invitation. */
export const useOpenedInvitation = (): void => {
  const { go } = useNavigation();
  const opened = useLive('team.opened', {}).data?.opened ?? null;
  const there = opened !== null;
  useEffect(() => {
    if (there) go({ kind: 'settings', section: 'team', team: 'join' });
  }, [there, go]);
};
