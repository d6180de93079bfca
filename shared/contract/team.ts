import * as v from 'valibot';
import type { AccountFailure } from './accounts.ts';
import { roles } from '../domain/member.ts';
import type { Role } from '../domain/member.ts';
import type { Managed } from '../domain/policy/policy.ts';
import type { ConversationId, DraftId, MemberId } from '../kit/brand.ts';
import type { Member } from './ownership.ts';
import { call } from './define.ts';
import { conversationId, line, memberId, pageSize } from './schemas.ts';

/** What can go wrong between here and the team's database; `team.failure.<kind>` says it in words and what to do. */
export const teamFailureKinds = [
  'address',
  'host-not-found',
  'connection-refused',
  'no-answer',
  'certificate',
  'no-tls',
  'password-refused',
  'no-such-database',
  'not-let-in',
  'too-many-connections',
  'starting-up',
  'read-only',
  'too-old-server',
  'needs-utf8',
  'rights-missing',
  'disk-full',
  'protocol',
  'offline',
  'not-allowed',
] as const;

/** What went wrong with the team's database, as data. */
export type TeamFailure = {
  readonly kind: (typeof teamFailureKinds)[number];
  /** The database this is about, as `host:port`. */
  readonly where: string;
  /** The server's own words, if any. */
  readonly said: string | null;
  /** For `certificate`: what to trust by hand if the person knows that it is right. */
  readonly certificate?: AccountFailure['certificate'];
};

/** What the owner's login needs to set up a team; `team.right.<right>` says how to give it. */
export const teamRights = ['create-role', 'create-schema'] as const;
export type TeamRight = (typeof teamRights)[number];

/** What is at an address. */
export type TeamDatabase = {
  /** `host:port`. */
  readonly where: string;
  readonly database: string;
  readonly user: string;
  /** The server's version as it says it, such as `16.4`. */
  readonly version: string;
  /** How the line is protected; `loopback` needs nothing. */
  readonly tls: 'verified' | 'pinned' | 'loopback';
  /** What this login lacks; empty where a team can be set up. */
  readonly missing: readonly TeamRight[];
  /** Names of the teams' schemas that are there already. */
  readonly teams: readonly string[];
};

/** How the line to the team's database stands. Times are ms UTC. */
export type TeamConnection =
  | { readonly kind: 'connecting' }
  /** `behind`: what the server has and is not here yet. */
  | { readonly kind: 'connected'; readonly behind: number }
  | {
      readonly kind: 'away';
      readonly since: number;
      /** A kind of {@link TeamFailure}; `isShutOut` tells what only an admin can mend. */
      readonly reason: string;
      readonly retryAt: number;
    }
  /** The team's database needs a newer Steward; what is here can be read. */
  | { readonly kind: 'too-old' }
  /** Somebody removed this member or device: the team's database said so itself. */
  | { readonly kind: 'cut' };

/** How this workspace stands to a team. */
export type TeamStatus =
  | { readonly kind: 'alone' }
  | {
      readonly kind: 'member';
      readonly team: { readonly name: string; readonly where: string; readonly database: string };
      readonly me: { readonly id: MemberId; readonly name: string; readonly role: Role };
      readonly connection: TeamConnection;
      /** Conversations changed here that the team does not know of yet. */
      readonly pending: number;
      /** What the team did not accept and nobody has closed yet. */
      readonly refusals: number;
      /** What is set aside so that everything else goes on: the team would not have it, or it could not be done here. */
      readonly aside: { readonly refused: number; readonly failed: number };
      /** What of the time before this device joined is still being fetched: the last 90 days, what is older, or nothing. */
      readonly past: 'recent' | 'older' | 'whole';
    };

/** What an invitation says, for the person who decides; nothing of it lets anybody in. Times are ms UTC. */
export type InvitationFacts = {
  readonly team: string;
  /** `host:port` of the database. */
  readonly where: string;
  readonly database: string;
  readonly role: Role;
  readonly expiresAt: number;
};

/** What the application was opened with: an invitation, or why it is none. */
export type OpenedInvitation =
  | { readonly kind: 'good'; readonly facts: InvitationFacts }
  | { readonly kind: 'invitation-unreadable' }
  | { readonly kind: 'invitation-expired' };

/** One invitation as the admin sees it; the secret in it is shown once, when it is made. */
export type InvitationRow = {
  readonly id: string;
  readonly role: Role;
  readonly madeBy: string;
  readonly expiresAt: number;
};

/** A member with what the team's database says of their devices. */
export type TeamMember = Member & {
  /** When one of their devices was last heard of, in ms UTC; null for never, or where the database is away. */
  readonly lastSeenAt: number | null;
  readonly devices: number;
};

/** A conversation with changes that the team does not know of yet. */
export type PendingRow = {
  /** Null for what belongs to no conversation: a customer, a text, targets. */
  readonly conversation: ConversationId | null;
  readonly subject: string;
  /** Who the conversation is with. */
  readonly customer: string;
  /** Since when the oldest change waits, in ms UTC. */
  readonly since: number;
  readonly changes: number;
};

/** Something done here that the team did not accept. */
export type TeamRefusal = {
  readonly id: string;
  readonly conversation: ConversationId | null;
  readonly subject: string;
  /** What was tried, as the name of its action, such as `conversation.claim`. */
  readonly tried: string;
  /** When it was tried, in ms UTC. */
  readonly at: number;
  /** Why not, in words: `refusal.<kind>` with these values. */
  readonly why: { readonly kind: string; readonly name: string; readonly at: number | null };
  /** Where a text that was not sent is a draft again. */
  readonly draft: DraftId | null;
};

/** A hit of a search on the server's side. */
export type TeamHit = {
  readonly conversation: ConversationId;
  readonly subject: string;
  readonly customer: string;
  readonly at: number;
  readonly snippet: string;
  /** False: it is not on this device yet and is fetched when opened. */
  readonly here: boolean;
};

/** A colleague who looks at a conversation now. */
export type PresentMember = { readonly id: MemberId; readonly name: string; readonly typing: boolean };

const address = v.pipe(v.string(), v.trim(), v.maxLength(4_000));
/** The certificate of a private authority in PEM, where no public one signed that of the database. */
const certificate = v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(32_000)));
/** SHA-256 fingerprint of one certificate that is trusted by hand (`AA:BB:…`); left out or null for none. */
const pin = v.optional(v.nullable(v.pipe(v.string(), v.trim(), v.regex(/^(?:[0-9A-Fa-f]{2}:?){32}$/u))));
const personName = v.pipe(line, v.trim(), v.minLength(1), v.maxLength(200));
const role = v.picklist(roles);
/** What was pasted, or the invitation that the application was opened with. */
const invitation = v.variant('kind', [
  v.strictObject({ kind: v.literal('text'), text: v.pipe(v.string(), v.maxLength(100_000)) }),
  v.strictObject({ kind: v.literal('opened') }),
]);

type NotInTeam = { readonly kind: 'team-alone' };
type Unreachable = { readonly kind: 'team-unreachable'; readonly failure: TeamFailure };
type Already = { readonly kind: 'team-already'; readonly name: string };
type ShareFirst = { readonly kind: 'team-share-first'; readonly conversations: number };
type AdminsOnly = { readonly kind: 'admins-only' };
type NoMember = { readonly kind: 'member-gone' };
type LastAdmin = { readonly kind: 'team-last-admin' };
/** What asking the team's database may end in. */
type Asked = NotInTeam | Unreachable | AdminsOnly | NoMember | LastAdmin;
type SampleOnly = { readonly kind: 'team-sample' };
type Unreadable = { readonly kind: 'invitation-unreadable' };
type NotGood = Unreadable | { readonly kind: 'invitation-expired' } | { readonly kind: 'invitation-used' };

export const teamCalls = {
  'team.status': call(v.strictObject({})).answers<TeamStatus>(),
  /** Looks at what is at an address (`postgres://user:password@host/database`); changes nothing there. */
  'team.look': call(v.strictObject({ address, certificate, pin }))
    .answers<TeamDatabase>()
    .refuses<Unreachable | Managed>(),
  /** Sets a team up in a database and makes this workspace its first member, an admin. `share`: what is here already becomes the team's. */
  'team.init': call(
    v.strictObject({ address, certificate, pin, name: personName, me: personName, share: v.boolean() }),
  )
    .answers<{ readonly schema: string }>()
    .refuses<
      | Unreachable
      | Managed
      | Already
      | ShareFirst
      | SampleOnly
      | { readonly kind: 'team-exists' }
      | { readonly kind: 'team-rights-missing'; readonly missing: readonly TeamRight[] }
    >(),
  /** Brings the team's schema up to this version, as the owner of the database; older applications go on meanwhile. */
  'team.upgrade': call(v.strictObject({ address, certificate, pin }))
    .answers<{ readonly steps: number }>()
    .refuses<NotInTeam | Unreachable | Managed | { readonly kind: 'team-too-old' }>(),
  /** Makes an invitation that lets one device in, once. Only admins. */
  'team.invite': call(
    v.strictObject({ role, hours: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(720)) }),
  )
    .answers<{ readonly id: string; readonly link: string; readonly expiresAt: number }>()
    .refuses<Asked>(),
  /** Asks where to save an invitation as a file, and saves it there. */
  'team.saveInvitation': call(v.strictObject({ link: v.pipe(v.string(), v.maxLength(100_000)) }))
    .answers<{ readonly kind: 'saved'; readonly name: string } | { readonly kind: 'cancelled' }>()
    .refuses<Unreadable | { readonly kind: 'file-not-saved' }>(),
  /** Invitations that are still good. */
  'team.invitations': call(v.strictObject({}))
    .answers<{ readonly invitations: readonly InvitationRow[] }>()
    .refuses<Asked>(),
  'team.revoke': call(v.strictObject({ id: v.pipe(v.string(), v.maxLength(80)) }))
    .answers<null>()
    .refuses<Asked | { readonly kind: 'invitation-gone' }>(),
  /** What an invitation says; asks nobody and joins nothing. */
  'team.readInvitation': call(v.strictObject({ invitation })).answers<InvitationFacts>().refuses<NotGood>(),
  /** The invitation that the application was opened with by a link or a file, until it is used or put away. */
  'team.opened': call(v.strictObject({})).answers<{ readonly opened: OpenedInvitation | null }>(),
  'team.putAway': call(v.strictObject({})).answers<null>(),
  /** Joins by an invitation. `share`: what is here already becomes the team's; refused first where there is something. */
  'team.join': call(v.strictObject({ invitation, name: personName, share: v.boolean() }))
    .answers<{ readonly team: string }>()
    .refuses<NotGood | Unreachable | Managed | Already | ShareFirst | SampleOnly>(),
  /** Leaves the team and keeps what is here. `force`: also where changes have not reached the team. */
  'team.leave': call(v.strictObject({ force: v.boolean() }))
    .answers<null>()
    .refuses<NotInTeam | LastAdmin | { readonly kind: 'team-pending'; readonly count: number }>(),
  'team.members': call(v.strictObject({})).answers<{ readonly members: readonly TeamMember[] }>(),
  'team.setRole': call(v.strictObject({ member: memberId, role }))
    .answers<null>()
    .refuses<Asked>(),
  /** Takes a member's access away at once; their conversations stay theirs until somebody hands them on. */
  'team.remove': call(v.strictObject({ member: memberId }))
    .answers<null>()
    .refuses<Asked>(),
  /** What has been done here and the team does not know of yet, oldest first. */
  'team.pending': call(v.strictObject({})).answers<{ readonly rows: readonly PendingRow[] }>(),
  /** What the team did not accept, newest first: of one conversation, or all. */
  'team.refusals': call(v.strictObject({ conversation: v.nullable(conversationId) })).answers<{
    readonly refusals: readonly TeamRefusal[];
  }>(),
  'team.closeRefusal': call(v.strictObject({ id: v.pipe(v.string(), v.maxLength(80)) })).answers<null>(),
  /** Tries again what is set aside. */
  'team.tryAside': call(v.strictObject({})).answers<null>(),
  /** Searches what the team's database has, also what is not on this device yet. */
  'team.searchServer': call(v.strictObject({ text: line, limit: pageSize }))
    .answers<{ readonly hits: readonly TeamHit[] }>()
    .refuses<Asked>(),
  /** Gets a conversation that only the team's database has, with everything in it. */
  'team.fetch': call(v.strictObject({ conversation: conversationId }))
    .answers<null>()
    .refuses<Asked | { readonly kind: 'conversation-gone'; readonly mergedInto: ConversationId | null }>(),
  /** Tells the team what is looked at here; null for nothing. Said again at every change, and forgotten by itself. */
  'team.present': call(
    v.strictObject({ conversation: v.nullable(conversationId), typing: v.boolean() }),
  ).answers<null>(),
  /** Colleagues who look at a conversation now, without the person here. */
  'team.presence': call(v.strictObject({ conversation: conversationId })).answers<{
    readonly present: readonly PresentMember[];
  }>(),
} as const;
