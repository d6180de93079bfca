import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Refused } from '#shared/contract/contract.ts';
import type { Member } from '#shared/contract/ownership.ts';
import type { TeamConnection, TeamMember, TeamStatus, teamCalls } from '#shared/contract/team.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { invitationFileEnding, invitationLink } from '#shared/domain/team/invitation-form.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { hostPort } from '#main/channels/kit/endpoint.ts';
import { refusedDatabase, refusedLogin } from '../policy/rules.ts';
import { memberOfWorkspace } from '../store/read/account.ts';
import { listMembers, roleOf } from '../store/read/members.ts';
import { teamLogin } from '../store/read/team-login.ts';
import type { Act } from '#shared/domain/audit/act.ts';
import { safeFileName } from '#shared/domain/file-name/safe-file-name.ts';
import { conversationsHere, pendingCount, pendingRows, shownRefusals } from '../store/read/team-pending.ts';
import { asideCount } from '../store/team/aside.ts';
import { teamLink } from '../store/team/link.ts';
import type { TeamLink } from '../store/team/link.ts';
import { teamProgress } from '../store/team/progress.ts';
import { notAllowed } from '../team/allowed-database.ts';
import { AskTeam, overConnection } from '../team/ask-team.ts';
import type { AskRefusal } from '../team/ask-team.ts';
import { foundTeam, joinBy, upgradeAsOwner } from '../team/belong.ts';
import type { Belonging } from '../team/belong.ts';
import { TeamError } from '../team/connection-failure.ts';
import { readDatabaseAddress } from '../team/database-address.ts';
import { factsOf, readInvitation, writeInvitation } from '../team/invitation-link.ts';
import { lookAround } from '../team/look.ts';
import type { InvitationAtTheDoor } from '../team/opened-invitation.ts';
import { fetchConversation, searchTeam } from '../team/server-search.ts';
import type { SyncStatus } from '../team/sync.ts';
import type { Hello, TeamInvitation, TeamMember as ThereMember } from '../team/wire.ts';
import type { Workspace } from '../workspace.ts';

/** What the handlers need of the rest of the team's work. */
export type TeamPorts = {
  readonly door: InvitationAtTheDoor;
  /** Null where nothing connects by itself; then the database is asked when somebody wants to know. */
  readonly sync: {
    readonly status: SyncStatus;
    readonly reconnect: () => void;
    readonly tryAside: () => void;
  } | null;
  readonly presence: {
    readonly present: (conversation: ConversationId | null, typing: boolean) => void;
    readonly presentAt: (
      conversation: ConversationId,
    ) => readonly { readonly member: MemberId; readonly typing: boolean }[];
  };
};

type Said = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'opened' };
type Spoiled = Exclude<Refused<'team.readInvitation'>, { readonly kind: 'invitation-used' }>;
type CannotShare = Extract<
  Refused<'team.join'>,
  { readonly kind: `team-${'already' | 'share-first' | 'sample'}` }
>;

/** How the line would stand, after what was said at the door. */
const standingOf = (
  hello: Result<Hello, AskRefusal | { readonly kind: 'team-alone' }>,
  { lastSeq }: TeamLink,
  now: number,
): TeamConnection => {
  if (hello.ok) {
    const { tooOld, seq } = hello.value;
    return tooOld ? { kind: 'too-old' } : { kind: 'connected', behind: Math.max(0, seq - lastSeq) };
  }
  if (hello.failure.kind !== 'team-unreachable') return { kind: 'cut' };
  return { kind: 'away', since: now, reason: hello.failure.failure.kind, retryAt: now };
};

const asHere = (one: ThereMember): Member => ({
  ...{ id: one.id, name: one.name, role: one.role, isMe: false, away: null, gone: one.goneAt !== null },
});

/** The members as they are known here, with what the team's database says of them now; null where it says nothing. */
const togetherWith = (
  here: readonly Member[],
  there: readonly ThereMember[] | null,
): readonly TeamMember[] => {
  if (there === null) return here.map((member) => ({ ...member, lastSeenAt: null, devices: 0 }));
  const known = new Map(here.map((member) => [member.id, member]));
  return there.map((one) => {
    const devices = one.devices.filter(({ cutAt }) => cutAt === null);
    const seen = devices.flatMap(({ seenAt }) => (seenAt === null ? [] : [seenAt]));
    return {
      ...(known.get(one.id) ?? asHere(one)),
      // The database decides about these, and a page of the exchange may still be on its way.
      ...{ role: one.role, gone: one.goneAt !== null },
      devices: devices.length,
      lastSeenAt: seen.length === 0 ? null : Math.max(...seen),
    };
  });
};

/** Handlers for belonging to a team. */
export const teamHandlers = (
  workspace: Workspace,
  { door, sync, presence }: TeamPorts,
): Pick<Handlers, keyof typeof teamCalls> => {
  const { db, writer, clock, shell, changed, policy } = workspace;

  const status = async (): Promise<TeamStatus> => {
    const link = teamLink(db);
    const login = teamLogin(db)?.credentials ?? null;
    if (link === null || login === null) return { kind: 'alone' };
    const { id, name } = memberOfWorkspace(db);
    // Where nothing connects by itself, somebody who asks wants to know all the same.
    const hello = sync === null ? await ask((team) => team.hello()) : null;
    const line =
      hello === null
        ? (sync?.status ?? { kind: 'connecting' as const })
        : standingOf(hello, link, clock.now());
    return {
      kind: 'member',
      team: { name: link.team.name, where: hostPort(login), database: login.database },
      me: { id, name, role: hello?.ok === true ? hello.value.me.role : roleOf(db, id) },
      connection: line.kind === 'alone' ? { kind: 'connecting' } : line,
      pending: pendingCount(db),
      refusals: shownRefusals(db, null).length,
      aside: asideCount(db),
      past: teamProgress(db)?.phase ?? 'recent',
    };
  };

  /** Asks the team's database, where there is one. */
  const ask = async <Value, Refusal>(
    question: (team: AskTeam) => Promise<Result<Value, Refusal>>,
  ): Promise<
    Result<
      Value,
      Refusal | Extract<AskRefusal, { kind: 'team-unreachable' }> | { readonly kind: 'team-alone' }
    >
  > => {
    const login = teamLogin(db);
    if (login === null) return fail({ kind: 'team-alone' });
    const failure = notAllowed(policy, login.credentials);
    return failure === null
      ? question(new AskTeam(login.credentials))
      : fail({ kind: 'team-unreachable', failure });
  };

  /** Leaves out what a question cannot be answered with, and lets the pages know that members changed. */
  const told = <Value, Refusal extends { readonly kind: string }>(
    result: Result<Value, Refusal>,
  ): Result<Value, Refusal> => {
    if (result.ok) changed({ topic: 'team' }, { topic: 'members' });
    return result;
  };

  const read = (said: Said): Result<TeamInvitation, Spoiled> => {
    const invitation = readInvitation(said.kind === 'text' ? said.text : (door.text ?? ''));
    // Whether it has expired is for the database to say: the clock here may be wrong.
    return invitation === null ? fail({ kind: 'invitation-unreadable' }) : ok(invitation);
  };

  const mayBelong = (share: boolean): CannotShare | null => {
    if (workspace.kind === 'sample') return { kind: 'team-sample' };
    const link = teamLink(db);
    if (link !== null) return { kind: 'team-already', name: link.team.name };
    const conversations = conversationsHere(db);
    return conversations > 0 && !share ? { kind: 'team-share-first', conversations } : null;
  };

  /** Records what went well. */
  const recorded = async <Value, Refusal extends { readonly kind: string }>(
    result: Result<Value, Refusal>,
    act: Act,
  ): Promise<Result<Value, Refusal>> => {
    if (result.ok) await writer.run('audit.record', { act });
    return result;
  };

  /** The way in works: from now on this workspace is the team's. */
  const belong = async (
    { hello, login }: Belonging,
    name: string,
    kind: 'team.founded' | 'team.joined',
  ): Promise<void> => {
    await writer.run('preferences.set', { change: { name } });
    await writer.run('team.join', {
      team: hello.team,
      member: hello.me.member,
      device: login.device,
      now: hello.now,
    });
    await writer.run('audit.record', { act: { kind, team: hello.team.name } });
    door.putAway();
    sync?.reconnect();
    changed({ topic: 'team' }, { topic: 'members' }, { topic: 'app' });
  };

  return {
    'team.status': async () => ok(await status()),
    'team.look': async ({ address, certificate, pin = null }) => {
      const laidDown = refusedDatabase(policy, address);
      if (laidDown !== null) return fail(laidDown);
      const owner = readDatabaseAddress(address, { pin, authority: certificate });
      if (!owner.ok) return fail({ kind: 'team-unreachable', failure: owner.failure });
      try {
        return ok(await overConnection(owner.value, (line) => lookAround(line, owner.value)));
      } catch (error) {
        if (error instanceof TeamError) return fail({ kind: 'team-unreachable', failure: error.failure });
        throw error;
      }
    },
    'team.init': async ({ address, certificate, pin = null, name, me, share }) => {
      const laidDown = refusedDatabase(policy, address);
      if (laidDown !== null) return fail(laidDown);
      const refused = mayBelong(share);
      if (refused !== null) return fail(refused);
      const owner = readDatabaseAddress(address, { pin, authority: certificate });
      if (!owner.ok) return fail({ kind: 'team-unreachable', failure: owner.failure });
      const founded = await foundTeam(workspace, owner.value, { team: name, me });
      if (!founded.ok) return founded;
      await belong(founded.value, me, 'team.founded');
      return ok({ schema: founded.value.login.credentials.schema });
    },
    'team.upgrade': async ({ address, certificate, pin = null }) => {
      const laidDown = refusedDatabase(policy, address);
      if (laidDown !== null) return fail(laidDown);
      const login = teamLogin(db);
      if (login === null) return fail({ kind: 'team-alone' });
      const owner = readDatabaseAddress(address, { pin, authority: certificate });
      if (!owner.ok) return fail({ kind: 'team-unreachable', failure: owner.failure });
      const upgraded = await upgradeAsOwner(owner.value, login.credentials.schema);
      if (upgraded.ok) sync?.reconnect();
      return upgraded;
    },
    'team.invite': async ({ role, hours }) => {
      const made = await recorded(await ask((team) => team.invite(role, hours)), {
        kind: 'member.invited',
        role,
      });
      if (!made.ok) return made;
      changed({ topic: 'team' });
      const { id, expiresAt } = made.value;
      return ok({ id, expiresAt, link: writeInvitation(made.value) });
    },
    'team.saveInvitation': async ({ link }) => {
      const whole = invitationLink(link);
      const invitation = whole === null ? null : readInvitation(whole);
      if (whole === null || invitation === null) return fail({ kind: 'invitation-unreadable' });
      const path = await shell.chooseSavePath(safeFileName(`${invitation.team}${invitationFileEnding}`));
      if (path === null) return ok({ kind: 'cancelled' as const });
      try {
        await writeFile(path, `${whole}\n`, { mode: 0o600 });
      } catch (error) {
        workspace.log.fault('save invitation', error);
        return fail({ kind: 'file-not-saved' });
      }
      return ok({ kind: 'saved' as const, name: basename(path) });
    },
    'team.invitations': async () => {
      const open = await ask((team) => team.invitations());
      if (!open.ok) return open;
      const names = new Map(listMembers(db).map(({ id, name }) => [id, name]));
      const invitations = open.value.map(({ id, as, by, expiresAt }) => {
        return { id, role: as, madeBy: names.get(by) ?? '', expiresAt };
      });
      return ok({ invitations });
    },
    'team.revoke': async ({ id }) => {
      const gone = told(await ask((team) => team.revoke(id)));
      if (!gone.ok) return gone;
      return gone.value
        ? recorded(ok(null), { kind: 'invitation.revoked' })
        : fail({ kind: 'invitation-gone' });
    },
    'team.readInvitation': ({ invitation }) => {
      const found = read(invitation);
      return found.ok ? ok(factsOf(found.value)) : found;
    },
    'team.opened': () => ok({ opened: door.shown() }),
    'team.putAway': () => {
      door.putAway();
      changed({ topic: 'team' });
      return ok(null);
    },
    'team.join': async ({ invitation, name, share }) => {
      const found = read(invitation);
      if (!found.ok) return found;
      const laidDown = refusedLogin(policy, found.value);
      if (laidDown !== null) return fail(laidDown);
      const refused = mayBelong(share);
      if (refused !== null) return fail(refused);
      const joined = await joinBy(workspace, found.value, name);
      if (!joined.ok) return joined;
      await belong(joined.value, name, 'team.joined');
      return ok({ team: joined.value.hello.team.name });
    },
    'team.leave': async ({ force }) => {
      const link = teamLink(db);
      if (link === null) return fail({ kind: 'team-alone' });
      const count = pendingCount(db);
      if (count > 0 && !force) return fail({ kind: 'team-pending', count });
      const gone = await ask((team) => team.leave(link.member, link.device));
      // Where the database is away this device only forgets its way in; an admin can remove it there.
      if (!gone.ok && gone.failure.kind === 'team-last-admin' && !force) return fail(gone.failure);
      await writer.run('team.leave', {});
      await writer.run('team.forgetLogin', {});
      await writer.run('audit.record', { act: { kind: 'team.left', team: link.team.name } });
      sync?.reconnect();
      changed({ topic: 'team' }, { topic: 'members' }, { topic: 'app' });
      return ok(null);
    },
    'team.members': async () => {
      const there = await ask((team) => team.members());
      return ok({ members: togetherWith(listMembers(db), there.ok ? there.value : null) });
    },
    'team.setRole': async ({ member, role }) =>
      recorded(told(await ask((team) => team.setRole(member, role))), {
        kind: 'member.role-changed',
        member,
        role,
      }),
    'team.remove': async ({ member }) =>
      recorded(told(await ask((team) => team.remove(member))), { kind: 'member.removed', member }),
    'team.pending': () => ok({ rows: pendingRows(db, clock.now()) }),
    'team.refusals': ({ conversation }) => ok({ refusals: shownRefusals(db, conversation) }),
    'team.closeRefusal': async ({ id }) => {
      await writer.run('team.closeRefusal', { id });
      return ok(null);
    },
    'team.tryAside': async () => {
      // Without a line of its own it waits for the next that there is.
      if (sync === null) await writer.run('team.tryAside', {});
      else sync.tryAside();
      return ok(null);
    },
    'team.searchServer': async ({ text, limit }) => {
      const found = await ask((team) => searchTeam(workspace, team, text, limit));
      return found.ok ? ok({ hits: found.value }) : found;
    },
    'team.fetch': async ({ conversation }) => {
      const fetched = await ask((team) => fetchConversation(workspace, team, conversation));
      if (!fetched.ok) return fetched;
      return fetched.value ? ok(null) : fail({ kind: 'conversation-gone', mergedInto: null });
    },
    'team.present': ({ conversation, typing }) => {
      presence.present(conversation, typing);
      return ok(null);
    },
    'team.presence': ({ conversation }) => {
      const names = new Map(listMembers(db).map(({ id, name }) => [id, name]));
      const present = presence.presentAt(conversation).map(({ member, typing }) => {
        return { id: member, name: names.get(member) ?? '', typing };
      });
      return ok({ present });
    },
  };
};
