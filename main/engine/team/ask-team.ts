import * as v from 'valibot';
import type { TeamFailure } from '#shared/contract/team.ts';
import { roles } from '#shared/domain/member.ts';
import type { Role } from '#shared/domain/member.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { innermostCode } from '#main/channels/kit/connection-codes.ts';
import { TeamError } from './connection-failure.ts';
import { TeamConnection } from './connection.ts';
import { newPassword, scramVerifier } from './scram-verifier.ts';
import { teamErrors } from './wire.ts';
import type {
  Hello,
  Invited,
  OpenInvitation,
  SearchHit,
  TeamCredentials,
  TeamInvitation,
  TeamMember,
} from './wire.ts';
import { TeamCalls } from './connection-calls.ts';

/** What the database says no to, beside a line that does not work. */
export type AskRefusal =
  | { readonly kind: 'team-unreachable'; readonly failure: TeamFailure }
  | { readonly kind: 'admins-only' }
  | { readonly kind: 'member-gone' }
  | { readonly kind: 'team-last-admin' };

/** Somebody waits for the answer: so long for a connection and what is asked over it, in ms. */
const withinMs = 20_000;

const id = v.pipe(v.string(), v.maxLength(200));
const whole = v.pipe(v.number(), v.safeInteger());
const time = v.nullable(whole);
const invited = v.object({ id, role: id, expiresAt: whole, team: v.string() });
const invitation = v.object({ id, as: v.picklist(roles), by: id, expiresAt: whole });
const device = v.object({
  id,
  name: v.string(),
  publicKey: v.string(),
  joinedAt: whole,
  seenAt: time,
  cutAt: time,
});
const member = v.object({
  ...{ id, name: v.string(), address: v.string(), role: v.picklist(roles) },
  ...{ joinedAt: whole, goneAt: time, devices: v.array(device) },
});
const hit = v.object({ message: id, conversation: id, activeAt: whole, excerpt: v.string() });

// Whether a server's words have the shape that wire.ts gives them.
const isInvited = (value: unknown): value is Invited => v.is(invited, value);
const areInvitations = (value: unknown): value is readonly OpenInvitation[] =>
  v.is(v.array(invitation), value);
const areMembers = (value: unknown): value is readonly TeamMember[] => v.is(v.array(member), value);
const areHits = (value: unknown): value is readonly SearchHit[] => v.is(v.array(hit), value);

const refusalOf = (error: TeamError): AskRefusal => {
  switch (innermostCode(error.cause)) {
    case teamErrors.forbidden:
      return { kind: 'admins-only' };
    case teamErrors.lastAdmin:
      return { kind: 'team-last-admin' };
    case teamErrors.malformed:
      return { kind: 'member-gone' };
    default:
      return { kind: 'team-unreachable', failure: error.failure };
  }
};

/** Does something over a connection of its own, which ends with it. Throws {@link TeamError}. */
export const overConnection = async <Value>(
  login: TeamCredentials,
  work: (connection: TeamConnection) => Promise<Value>,
): Promise<Value> => {
  const signal = AbortSignal.timeout(withinMs);
  const connection = await TeamConnection.open(login, { signal, isBrief: true }).catch((error: unknown) => {
    if (error instanceof TeamError) throw error;
    throw new TeamError({ kind: 'no-answer', where: `${login.host}:${String(login.port)}`, said: null });
  });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
};

/** What a person asks of the team's database themselves, each time over a connection of its own: it is rare, and never in the way of the exchange. */
export class AskTeam {
  readonly #login: TeamCredentials;

  constructor(login: TeamCredentials) {
    this.#login = login;
  }

  /** Does something over a connection of its own, and says a refusal as one. */
  async over<Value>(
    work: (connection: TeamConnection) => Promise<Value>,
  ): Promise<Result<Value, AskRefusal>> {
    try {
      return ok(await overConnection(this.#login, work));
    } catch (error) {
      if (error instanceof TeamError) return fail(refusalOf(error));
      throw error;
    }
  }

  #call<Value>(
    name: string,
    parameters: readonly unknown[],
    isRight: (value: unknown) => value is Value,
  ): Promise<Result<Value, AskRefusal>> {
    return this.over(async (connection) => {
      const value = await connection.call(name, parameters);
      if (isRight(value)) return value;
      throw new TeamError({ kind: 'protocol', where: connection.where, said: name });
    });
  }

  hello(): Promise<Result<Hello, AskRefusal>> {
    return this.over((connection) => new TeamCalls(connection).hello());
  }

  /** Makes an invitation; what lets in by it was made here and is known to the answer alone. */
  async invite(
    role: Role,
    hours: number,
  ): Promise<Result<TeamInvitation & { readonly id: string }, AskRefusal>> {
    const password = newPassword();
    const made = await this.#call('invite', [role, hours, scramVerifier(password)], isInvited);
    if (!made.ok) return made;
    const { host, port, others = [], database, schema, pin, authority = null } = this.#login;
    return ok({
      ...{ host, port, others, database, schema, pin, authority, password, as: role },
      ...{ id: made.value.id, role: made.value.role, expiresAt: made.value.expiresAt, team: made.value.team },
    });
  }

  invitations(): Promise<Result<readonly OpenInvitation[], AskRefusal>> {
    return this.#call('invitations', [], areInvitations);
  }

  /** Answers whether it was still open. */
  revoke(invitationId: string): Promise<Result<boolean, AskRefusal>> {
    return this.#call('revoke_invitation', [invitationId], (value) => typeof value === 'boolean');
  }

  members(): Promise<Result<readonly TeamMember[], AskRefusal>> {
    return this.#call('members', [], areMembers);
  }

  setRole(whom: MemberId, role: Role): Promise<Result<null, AskRefusal>> {
    return this.over(async (connection) => {
      await connection.call('set_role', [whom, role]);
      return null;
    });
  }

  /** Takes a member's access away; their open connections end with it. Oneself, that is leaving. */
  remove(whom: MemberId): Promise<Result<null, AskRefusal>> {
    return this.over(async (connection) => {
      await connection.call('remove_member', [whom]);
      return null;
    });
  }

  /** Leaves the team with this device: with the member too, where it is their only one. */
  async leave(who: MemberId, device: string): Promise<Result<null, AskRefusal>> {
    const members = await this.members();
    if (!members.ok) return members;
    const mine =
      members.value.find((one) => one.id === who)?.devices.filter(({ cutAt }) => cutAt === null) ?? [];
    if (mine.every((one) => one.id === device)) return this.remove(who);
    return this.over(async (connection) => {
      await connection.call('cut_device', [device]);
      return null;
    });
  }

  /** Messages with these words, newest first, whether or not they are on this device. */
  search(text: string, howMany: number): Promise<Result<readonly SearchHit[], AskRefusal>> {
    return this.#call('search', [text, howMany], areHits);
  }
}
