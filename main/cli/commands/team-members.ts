import { roles } from '#shared/domain/member.ts';
import type { TeamConnection, TeamMember, TeamStatus } from '#shared/contract/team.ts';
import { isShutOut } from '#shared/domain/team/line.ts';
import type { Words } from '#shared/messages/format.ts';
import { createTimes } from '#shared/messages/times.ts';
import { usageFailure } from '../exit.ts';
import { oneLine, table } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { refusalFailure } from '../say.ts';
import { teamAccepted } from './team-database.ts';
import { memberAmong } from './ownership.ts';

/** How the line to the team stands, in words. */
export const lineWords = (words: Words, connection: TeamConnection): string => {
  switch (connection.kind) {
    case 'connected':
      return connection.behind === 0
        ? words('team.line.connected')
        : words('team.line.connected.behind', { count: connection.behind });
    case 'away':
      return words(isShutOut(connection.reason) ? 'team.line.shut-out' : 'team.line.away', {
        time: createTimes(words.locale).full(connection.since),
        why: words.of(`team.why.${connection.reason}`, { where: '' }, 'team.why.other'),
      });
    case 'connecting':
    case 'too-old':
    case 'cut':
      return words(`team.line.${connection.kind}`);
  }
};

const statusLines = (words: Words, status: TeamStatus): readonly string[] => {
  if (status.kind === 'alone') return [words('cli.team.alone')];
  const { team, me, connection, pending, refusals, aside } = status;
  return [
    words('cli.team.of', {
      ...{ team: oneLine(team.name), database: oneLine(team.database), where: oneLine(team.where) },
      ...{ me: oneLine(me.name), role: me.role },
    }),
    lineWords(words, connection),
    ...(pending > 0 ? [words('cli.team.pending-count', { count: pending })] : []),
    ...(refusals > 0 ? [words('cli.team.refusals', { count: refusals })] : []),
    ...(aside.refused > 0 ? [words('team.aside.refused', { count: aside.refused })] : []),
    ...(aside.failed > 0 ? [words('team.aside.failed', { count: aside.failed })] : []),
  ];
};

/** `team status`: which team, how the line stands, what waits. */
export const teamStatus = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const status = teamAccepted(terminal.words, await engine.call('team.status', {}));
  if (terminal.json) await terminal.out(JSON.stringify(status));
  else for (const line of statusLines(terminal.words, status)) await terminal.out(line);
};

/** `team members`: who belongs to it, and when they were last heard of. */
export const teamMembers = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const { words } = terminal;
  const { members } = teamAccepted(words, await engine.call('team.members', {}));
  if (terminal.json) {
    await terminal.out(JSON.stringify({ members }));
    return;
  }
  const times = createTimes(words.locale);
  const rows = members.map(({ id, name, role, isMe, gone, lastSeenAt }) => [
    id,
    name,
    words(`team.role.${role}`),
    gone ? words('team.members.gone') : isMe ? words('team.members.me') : '',
    lastSeenAt === null ? '' : times.full(lastSeenAt),
  ]);
  for (const line of table(rows, [null, 30, null, null, null])) await terminal.out(line);
};

/** Whom the team's database has, also where their documents are not here yet. */
const teamMember = async ({ engine, terminal }: OpenRun, who: string): Promise<TeamMember> => {
  const { members } = teamAccepted(terminal.words, await engine.call('team.members', {}));
  const { id } = memberAmong(members, who);
  const found = members.find((one) => one.id === id);
  if (found === undefined) throw refusalFailure({ kind: 'member-gone' });
  return found;
};

/** `team role`: what a member may do from now on. */
export const setRole = async (run: OpenRun, who: string, said: string): Promise<void> => {
  const { engine, terminal } = run;
  const { words } = terminal;
  const role = roles.find((one) => one === said.trim().toLowerCase());
  if (role === undefined) throw usageFailure('cli.usage.choice', { what: 'ROLE', values: roles.join(', ') });
  const { id: member, name } = await teamMember(run, who);
  teamAccepted(words, await engine.call('team.setRole', { member, role }));
  const told = words('team.members.role.done', { name: oneLine(name), role });
  await terminal.out(terminal.json ? JSON.stringify({ member, role }) : told);
};

/** `team remove`: takes a member's access away at once. */
export const removeMember = async (run: OpenRun, who: string): Promise<void> => {
  const { engine, terminal } = run;
  const { words } = terminal;
  const { id: member, name } = await teamMember(run, who);
  teamAccepted(words, await engine.call('team.remove', { member }));
  const told = words('team.remove.done', { name: oneLine(name) });
  await terminal.out(terminal.json ? JSON.stringify({ removed: member }) : told);
};

/** `team invitations`: those that are still good. */
export const listInvitations = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const { words } = terminal;
  const { invitations } = teamAccepted(words, await engine.call('team.invitations', {}));
  if (terminal.json) {
    await terminal.out(JSON.stringify({ invitations }));
    return;
  }
  const times = createTimes(words.locale);
  const rows = invitations.map(({ id, role, madeBy, expiresAt }) => [
    id,
    words(`team.role.${role}`),
    words('team.invitations.until', { name: oneLine(madeBy), time: times.full(expiresAt) }),
  ]);
  for (const line of table(rows)) await terminal.out(line);
  if (rows.length === 0) terminal.note(words('team.invitations.none'));
};

/** `team revoke`: nobody gets in by this invitation any more. */
export const revokeInvitation = async ({ engine, terminal }: OpenRun, id: string): Promise<void> => {
  teamAccepted(terminal.words, await engine.call('team.revoke', { id: id.trim() }));
  await terminal.out(
    terminal.json ? JSON.stringify({ revoked: id.trim() }) : terminal.words('team.invitations.revoked'),
  );
};

/** `team pending`: what the team does not know of yet, and what it did not accept. */
export const listPending = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const { words } = terminal;
  const { rows } = teamAccepted(words, await engine.call('team.pending', {}));
  const { refusals } = teamAccepted(words, await engine.call('team.refusals', { conversation: null }));
  if (terminal.json) {
    await terminal.out(JSON.stringify({ pending: rows, refusals }));
    return;
  }
  const times = createTimes(words.locale);
  const waiting = rows.map(({ conversation, subject, customer, since, changes }) => [
    conversation ?? '',
    customer,
    conversation === null ? words('team.pending.other') : subject,
    words('team.pending.changes', { count: changes, time: times.full(since) }),
  ]);
  for (const line of table(waiting, [null, 30, 60, null])) await terminal.out(line);
  const refused = refusals.map(({ conversation, subject, why }) => [
    conversation ?? '',
    subject,
    words.of(
      why.kind === 'owned' && why.at !== null ? 'team.refused.owned' : `refusal.${why.kind}`,
      {
        ...{ name: oneLine(why.name), time: why.at === null ? '' : times.full(why.at) },
        ...{ kind: why.kind, count: 1 },
      },
      'refusal.unknown',
    ),
  ]);
  if (refused.length > 0) await terminal.out(words('team.refusals.title'));
  for (const line of table(refused, [null, 60, null])) await terminal.out(line);
  if (waiting.length === 0 && refused.length === 0) terminal.note(words('cli.team.nothing-pending'));
};
