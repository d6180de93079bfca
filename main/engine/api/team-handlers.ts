import type { teamCalls } from '#shared/contract/team.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { fail, ok } from '#shared/kit/result.ts';
import { listMembers } from '../store/read/members.ts';
import type { Workspace } from '../workspace.ts';

/** Handlers for belonging to a team. */
export const teamHandlers = (workspace: Workspace): Pick<Handlers, keyof typeof teamCalls> => {
  const { db } = workspace;
  const alone = () => fail({ kind: 'team-alone' as const });
  return {
    'team.status': () => ok({ kind: 'alone' }),
    'team.look': () =>
      fail({ kind: 'team-unreachable', failure: { kind: 'offline', where: '', said: null } }),
    'team.init': () => fail({ kind: 'team-sample' }),
    'team.invite': alone,
    'team.saveInvitation': () => fail({ kind: 'invitation-unreadable' }),
    'team.invitations': alone,
    'team.revoke': alone,
    'team.readInvitation': () => fail({ kind: 'invitation-unreadable' }),
    'team.opened': () => ok({ opened: null }),
    'team.putAway': () => ok(null),
    'team.join': () => fail({ kind: 'invitation-unreadable' }),
    'team.leave': alone,
    'team.members': () =>
      ok({ members: listMembers(db).map((member) => ({ ...member, lastSeenAt: null, devices: 0 })) }),
    'team.setRole': alone,
    'team.remove': alone,
    'team.pending': () => ok({ rows: [] }),
    'team.refusals': () => ok({ refusals: [] }),
    'team.closeRefusal': () => ok(null),
    'team.searchServer': alone,
    'team.present': () => ok(null),
    'team.presence': () => ok({ present: [] }),
  };
};
