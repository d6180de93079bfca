import type { Role } from '#shared/domain/member.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';

/**
 * The words between this application and the team's database. All of it travels as JSON: numbers are whole and safe in
 * a double, times are ms UTC. PostgreSQL's jsonb takes neither U+0000 nor half a surrogate pair (see `storable`).
 */
export type JsonValue = string | number | boolean | null | JsonObject | readonly JsonValue[];
export type JsonObject = { readonly [key: string]: JsonValue };

/**
 * The number of the protocol this application speaks; it says so in `hello`. The database answers which is the oldest
 * that may still write: a client that is older works on read-only. 2: reviews of answers. 3: erasures, which one that
 * speaks 2 hears nothing of; what it would bring back is refused.
 */
export const clientSchema = 3;

/** What is shared as documents: everything else stays on its device. */
export type DocumentKind =
  'member' | 'account' | 'customer' | 'conversation' | 'message' | 'snippet' | 'targets';

export type DocumentKey = { readonly kind: DocumentKind; readonly id: string };

/**
 * One shared thing. `activeAt` (ms UTC) is what "newest first" goes by. `account` is the account it belongs to, null
 * where it belongs to none; it decides who may see it, and is the document's own id for an account. A `body` of null
 * says that it was deleted. Bodies refer to others by id only. The database itself reads these fields of them:
 * see {@link MemberBody} and {@link ConversationBody}; of a message its `conversation`, and its `subject` and `text`, by whose words it is found.
 */
export type TeamDocument = DocumentKey & {
  readonly account: string | null;
  readonly activeAt: number;
  readonly body: JsonObject | null;
};

/** A document as the database has it. `version` counts its changes from 1, `seq` is that of the push that made it so. */
export type Versioned = TeamDocument & { readonly version: number; readonly seq: number };

/**
 * A member's document. Its `role` and `goneAt` are the database's own: it writes them with `redeem`, `set_role` and
 * `remove_member`, and a push has to leave them as they are.
 */
export type MemberBody = {
  readonly name: string;
  readonly address: string;
  readonly role: Role;
  readonly away: { readonly until: number; readonly substitute: MemberId | null } | null;
  readonly goneAt: number | null;
  readonly createdAt: number;
};

/**
 * What the database reads of a conversation's document: `rev`, `owner` and `status` have to be what follows from its
 * events. More fields than these are the clients' own.
 */
export type ConversationBody = {
  readonly rev: number;
  readonly owner: MemberId | null;
  readonly status: 'open' | 'resolved' | 'done' | 'merged';
  readonly customer: string;
};

/** One row of a conversation's log; `rev` counts from 1 without gaps, `undo` is the key under which it is taken back. */
export type TeamEvent = {
  readonly id: string;
  readonly stream: ConversationId;
  readonly rev: number;
  readonly schema: number;
  readonly kind: string;
  readonly payload: JsonObject;
  readonly author: MemberId | null;
  readonly at: number;
  readonly undo: string | null;
};

/** A document with the version that its writer saw; 0: it is new. */
export type PushedDocument = TeamDocument & { readonly expected: number };

/**
 * What one device wants to be so, all of it or nothing. `id` is the same in every attempt. Whoever pushes events of a
 * conversation pushes its document too, as it is after them. Events come in the order in which they happened here, over
 * all conversations. At most {@link mostPushed} documents and as many events.
 */
export type Push = {
  readonly id: string;
  readonly documents: readonly PushedDocument[];
  readonly events: readonly TeamEvent[];
};

/** How many documents, and how many events, one push may have. */
export const mostPushed = 5_000;

/**
 * Why the database will not have a push, whatever the versions. Members' documents come with `redeem` and not with a
 * push, except those of people who left before there was a team. Targets are the
 * admins' to write, and accounts that somebody else connected.
 *
 * - `too-old`: this application speaks a protocol that may only read.
 * - `malformed`: not what this file says; `incomplete`: events without their conversation's document.
 * - `too-large`: more than a push or one document may have.
 * - `wrong-author`: an event in somebody else's name, or in nobody's where a person decides.
 * - `owned`: it belongs to somebody else; `leads-only`, `admins-only`: the role does not do; `not-yours`: somebody
 *   else's follow-up; `member-gone`: the new owner has left the team.
 * - `not-due`: what happens by the clock or by somebody's absence, but not yet by the database's own documents. The
 *   command is dropped: the clock will say it again.
 * - `open-checks`: it cannot be done while a check is open.
 * - `state-differs`: the document's rev, owner or status is not what follows from its events.
 * - `not-granted`: its account is not shared with this member.
 * - `repeated`: an event's id is in the log already, in another place.
 * - `erased`: it was erased for everybody; without a key: this device has to hear of erasures before it pushes.
 */
export type RefusalCode =
  | 'too-old'
  | 'malformed'
  | 'incomplete'
  | 'too-large'
  | 'wrong-author'
  | 'owned'
  | 'leads-only'
  | 'admins-only'
  | 'not-yours'
  | 'member-gone'
  | 'not-due'
  | 'open-checks'
  | 'state-differs'
  | 'not-granted'
  | 'repeated'
  | 'erased';

/** A document and the version it has now. */
export type VersionOf = DocumentKey & { readonly version: number };

/**
 * What became of a push. A push that was accepted before answers the same again. `conflict` names what has moved on:
 * documents of another version, and conversations whose log has another end.
 */
export type PushAnswer =
  | { readonly kind: 'accepted'; readonly seq: number; readonly versions: readonly VersionOf[] }
  | { readonly kind: 'conflict'; readonly keys: readonly DocumentKey[] }
  | { readonly kind: 'refused'; readonly reason: RefusalCode; readonly key: DocumentKey | null };

/**
 * Documents, and events of the conversations among them, ordered by stream and rev.
 *
 * - `pull(after, how_many)`: every document that changed after `after`, whole pushes together, up to and including the
 *   push `upTo`. A document that was changed again later comes with a later page; where one in this page needs it (a
 *   message its conversation, a conversation its customer and the one it was merged into) it comes here already, with a
 *   `seq` above `upTo`, and again later. Of every conversation in the page come all events after `after`. A device that
 *   does not hold the whole history may find that events before these, or what a document needs, are missing: it asks
 *   for that conversation with `fetch_documents(keys, true)`.
 * - `fetch_documents`, `recent`: of every conversation in the page come all events, from the first on. `upTo` is the
 *   last push that this answer knows of.
 */
export type Page = {
  readonly documents: readonly Versioned[];
  readonly events: readonly TeamEvent[];
  readonly upTo: number;
  readonly more: boolean;
  /** The newest erasure's place among the pushes; left out by a database from before there were any. */
  readonly erased?: number | undefined;
};

/** Where the next page of `recent` starts: older than this conversation. */
export type RecentPlace = { readonly activeAt: number; readonly id: string };

/** A page of `recent`; `next` is null with the oldest. The first one also has every member, account, snippet and target. */
export type RecentPage = Page & { readonly next: RecentPlace | null };

/** A hit of `search`, the newest first. `excerpt` is plain text around the words. */
export type SearchHit = {
  readonly message: string;
  readonly conversation: ConversationId;
  readonly activeAt: number;
  readonly excerpt: string;
};

/**
 * What the database says of itself and of who asks. `channel` is what to LISTEN on; others on the same server cannot
 * know its name. `access` changes when accounts were granted to this member or taken away: what is seen has changed
 * without a push, and the device reads anew. `now` is the server's clock.
 */
export type Hello = {
  readonly team: { readonly id: string; readonly name: string; readonly slug: string };
  readonly me: { readonly member: MemberId; readonly device: string; readonly role: Role };
  /** The protocol the database was last upgraded to, and the oldest that may still write. */
  readonly schema: number;
  readonly oldest: number;
  readonly tooOld: boolean;
  readonly channel: string;
  readonly seq: number;
  readonly access: number;
  readonly now: number;
  /** As in a page. */
  readonly erased?: number | undefined;
  /** The team's rule by which closed conversations go; `since` is when it was set. */
  readonly retention?: { readonly days: number; readonly since: number } | null | undefined;
};

/** What of something is gone: as a whole, or (`kept`) a conversation of which only the bare log stays. */
export type TombstoneKind = 'customer' | 'conversation' | 'kept' | 'message';

/**
 * Something that was erased for everybody. `seq` is its place among the pushes, `member` who asked for it and null where
 * its time had come. Of what went only tombstones are told, 32 hex digits of SHA-256 of `salt:word`.
 */
export type TeamErasure = {
  readonly id: string;
  readonly seq: number;
  readonly reason: 'request' | 'retention';
  readonly member: MemberId | null;
  readonly at: number;
  readonly conversations: number;
  readonly messages: number;
  readonly files: number;
};

/** What erasing a customer would take from everybody. */
export type TeamScope = {
  readonly conversations: number;
  readonly messages: number;
  readonly files: number;
  readonly notes: number;
  readonly shared: number;
  readonly sharedMessages: number;
  readonly unsettled: boolean;
};

/** What NOTIFY says: a push came in, somebody looks or types (a hint: any member can send one), or members, roles, grants or the team's name changed. */
export type Wake =
  | { readonly kind: 'seq'; readonly seq: number }
  | { readonly kind: 'presence'; readonly presence: TeamPresence }
  | { readonly kind: 'members' };

/** What a member's device is at; `conversation` null when at none. `at` is by the server's clock. */
export type TeamPresence = {
  readonly member: MemberId;
  readonly device: string;
  readonly conversation: ConversationId | null;
  readonly doing: 'looking' | 'typing' | null;
  readonly at: number;
};

/** A member with the devices that may come in. */
export type TeamMember = {
  readonly id: MemberId;
  readonly name: string;
  readonly address: string;
  readonly role: Role;
  readonly joinedAt: number;
  readonly goneAt: number | null;
  readonly devices: readonly TeamDevice[];
};

/** A device; `publicKey` is what secrets for it are sealed with, as the device said it. */
export type TeamDevice = {
  readonly id: string;
  readonly name: string;
  readonly publicKey: string;
  readonly joinedAt: number;
  readonly seenAt: number | null;
  readonly cutAt: number | null;
};

/** Where a server listens. */
export type ServerPlace = { readonly host: string; readonly port: number };

/** How to reach the database. `pin` is the SHA-256 of the server's certificate (`AA:BB:…`) where no authority signed it. */
export type TeamAddress = ServerPlace & {
  /** Servers that may be the database instead, such as a standby that takes over; tried in this order after the first one. */
  readonly others?: readonly ServerPlace[];
  readonly database: string;
  readonly schema: string;
  readonly pin: string | null;
  /** The certificate of a private authority in PEM that counts beside the public ones; left out or null for none. */
  readonly authority?: string | null;
};

/** A device's own way in. */
export type TeamCredentials = TeamAddress & { readonly role: string; readonly password: string };

/** A single-use way in: a login that may redeem itself and nothing else until `expiresAt` (ms UTC). What a link or a file carries. */
export type TeamInvitation = TeamAddress & {
  readonly role: string;
  readonly password: string;
  readonly expiresAt: number;
  /** For the eyes of the invited: the team's name and what they will be. */
  readonly team: string;
  readonly as: Role;
};

/** What `invite` answers; the password was made by the client and never left it (see `scramVerifier`). */
export type Invited = {
  readonly id: string;
  readonly role: string;
  readonly expiresAt: number;
  readonly team: string;
};

/** An invitation that is still open. */
export type OpenInvitation = {
  readonly id: string;
  readonly as: Role;
  readonly by: MemberId;
  readonly expiresAt: number;
};

/** Who joins, from which device; a member's second device joins with that member's id. */
export type Joining = {
  readonly member: { readonly id: MemberId; readonly name: string; readonly address: string };
  readonly device: { readonly id: string; readonly name: string; readonly publicKey: string };
};

/** What `redeem` answers: the login that was made for the device. */
export type Redeemed = { readonly role: string; readonly member: MemberId; readonly as: Role };

/** The SQLSTATEs that the team's functions raise. PostgreSQL's own: 42501 no right, 28000 and 28P01 no login. */
export const teamErrors = {
  /** This device or member was removed; every function says so. */
  cut: 'ST001',
  /** Only leads, or only admins, may do this. */
  forbidden: 'ST002',
  /** An argument that makes no sense. */
  malformed: 'ST003',
  /** The invitation was used, has expired or was taken back. */
  invitation: 'ST004',
  /** The last admin cannot go or become less. */
  lastAdmin: 'ST005',
} as const;

/**
 * How much of a blob travels at once, in bytes: every part but the last has this many. `blob_put` answers
 * `{ kind: 'more' }` until all parts are there, then `kept`, or `mismatch` where the whole is not what its hash says.
 */
export const blobPart = 1_048_576;
