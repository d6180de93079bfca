import * as v from 'valibot';
import type { AccountId } from '../kit/brand.ts';
import type { ChannelProfile, TextLimit } from '../domain/channel-profile.ts';
import type { Managed } from '../domain/policy/policy.ts';
import { call } from './define.ts';
import { accountId, line } from './schemas.ts';

/** Values of a channel's settings form by field name; the channel checks them. */
export const settings = v.record(
  v.pipe(v.string(), v.maxLength(100)),
  v.union([v.pipe(v.string(), v.maxLength(4_000)), v.number(), v.boolean(), v.null()]),
);
export type Settings = v.InferOutput<typeof settings>;

/** What can go wrong with a server or a login; `account.failure.<kind>` says it in words and what to do. */
export const accountFailureKinds = [
  'password-refused',
  'sign-in-expired',
  'host-not-found',
  'connection-refused',
  'no-answer',
  'certificate',
  'no-tls',
  'protocol',
  'rate-limited',
  'mailbox-gone',
  'offline',
  'quota',
  'disk-full',
  'settings',
  'not-allowed',
] as const;

/** What went wrong with a server or a login, as data. */
export type AccountFailure = {
  readonly kind: (typeof accountFailureKinds)[number];
  /** The server this is about, as `host:port`, or a field name for `settings`. */
  readonly where: string;
  /** The other side's own words, if any. */
  readonly said: string | null;
  /** For `certificate`: SHA-256 fingerprint to trust this one certificate, and why it was not trusted. */
  readonly certificate: {
    readonly fingerprint: string;
    readonly subject: string;
    readonly issuer: string;
    readonly validTo: number;
    readonly problem: string;
  } | null;
  readonly retryAt: number | null;
};

/** How an account stands, said in words on the rail. */
export type AccountHealth =
  | { readonly kind: 'new' }
  | { readonly kind: 'connecting' }
  | {
      readonly kind: 'importing';
      readonly done: number;
      readonly total: number;
      readonly startedAt: number;
      readonly secondsLeft: number | null;
    }
  | {
      readonly kind: 'listening';
      readonly lastCheckedAt: number;
      /** In a team: since when this device goes on although the team's database is away, in ms UTC. */
      readonly teamAwaySince?: number;
    }
  /** In a team one device at a time reads an account: another one does. */
  | { readonly kind: 'elsewhere'; readonly member: string; readonly device: string }
  /** The team's database is away, so nobody knows which device is to read; where two would do harm, none does. */
  | { readonly kind: 'team-away'; readonly since: number }
  /** The account's login is not on this device. */
  | { readonly kind: 'no-login' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'offline'; readonly since: number; readonly retryAt: number }
  | { readonly kind: 'failed'; readonly failure: AccountFailure; readonly retryAt: number | null };

/** One folder, archive or room of an account. */
export type StreamRow = {
  readonly name: string;
  readonly label: string;
  readonly role: 'inbox' | 'sent' | 'archive' | 'drafts' | 'junk' | 'trash' | 'all' | 'other';
  readonly chosen: boolean;
  readonly onServer: number | null;
  readonly here: number;
  readonly lastCheckedAt: number | null;
  /** Why messages of it are missing here although the server counts them: `account.gap.<reason>` says it. */
  readonly gap: string | null;
};

/** A connected account, or the place of mail that was imported from files, without its folders. */
export type AccountHead = {
  readonly id: AccountId;
  readonly kind: string;
  readonly label: string;
  readonly address: string;
  /** True for mail imported from files: it has no server, fetches nothing and sends nothing. */
  readonly archive: boolean;
  readonly health: AccountHealth;
  readonly lastReceivedAt: number | null;
  readonly signature: string;
  readonly senderName: string;
  /** Replies come back after so many working days without an answer; null for never. */
  readonly noReplyDays: number | null;
  /** What this account's own server allows, in place of its channel's usual limits. */
  readonly maxText: TextLimit | null;
  readonly maxAttachmentBytes: number;
};

/** An account with its folders, of which there may be hundreds. */
export type AccountRow = AccountHead & { readonly streams: readonly StreamRow[] };

/** A text that the provider has approved and that may be sent at any time; variables stand in it as `{{name}}`. */
export type PreparedText = {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly text: string;
  readonly variables: readonly string[];
};

/** A way to connect that was found for an address; `secrets` says what is still needed from the person. */
export type Discovered = {
  readonly how: 'policy' | 'provider' | 'autoconfig' | 'dns' | 'guess';
  readonly settings: Settings;
  readonly signIn: 'password' | 'oauth';
  readonly provider: string | null;
};

type CannotConnect = { readonly kind: 'cannot-connect'; readonly failure: AccountFailure };
type NoAccount = { readonly kind: 'account-gone' };

/** What proves who we are: a password typed now, or the ticket of a finished OAuth sign-in. */
export const credential = v.variant('kind', [
  v.strictObject({ kind: v.literal('password'), password: v.pipe(v.string(), v.maxLength(2_000)) }),
  v.strictObject({ kind: v.literal('oauth'), ticket: v.pipe(v.string(), v.maxLength(200)) }),
  v.strictObject({ kind: v.literal('none') }),
]);
export type Credential = v.InferOutput<typeof credential>;

export const accountCalls = {
  /** The channels that can be connected, with what their forms ask. */
  'account.kinds': call(v.strictObject({})).answers<{ readonly kinds: readonly ChannelProfile[] }>(),
  'account.list': call(v.strictObject({})).answers<{ readonly accounts: readonly AccountRow[] }>(),
  /** The same accounts without their folders: what the rail and the composer show, and ask for anew with every mail that comes in. */
  'account.heads': call(v.strictObject({})).answers<{ readonly accounts: readonly AccountHead[] }>(),
  /** Looks for the servers of an address; an empty list means: ask the person. */
  'account.discover': call(v.strictObject({ kind: line, address: line })).answers<{
    readonly found: readonly Discovered[];
  }>(),
  /** Opens the system browser for OAuth and answers when the person has finished there. */
  'account.signIn': call(v.strictObject({ kind: line, address: line, settings }))
    .answers<{ readonly ticket: string; readonly address: string }>()
    .refuses<
      | CannotConnect
      | { readonly kind: 'sign-in-cancelled' }
      | { readonly kind: 'client-id-missing'; readonly provider: string }
      | Managed
    >(),
  'account.cancelSignIn': call(v.strictObject({})).answers<null>(),
  /** Tries a login without side effects, then saves the account and starts its first import. */
  'account.add': call(v.strictObject({ kind: line, address: line, senderName: line, settings, credential }))
    .answers<{ readonly id: AccountId }>()
    .refuses<CannotConnect | Managed | { readonly kind: 'account-exists'; readonly id: AccountId }>(),
  /** Changes how an account connects, after trying it. */
  'account.reconnect': call(v.strictObject({ id: accountId, settings: v.nullable(settings), credential }))
    .answers<null>()
    .refuses<CannotConnect | Managed | NoAccount>(),
  'account.update': call(
    v.strictObject({
      id: accountId,
      label: v.optional(line),
      senderName: v.optional(line),
      signature: v.optional(v.pipe(v.string(), v.maxLength(20_000))),
      streams: v.optional(v.pipe(v.array(line), v.maxLength(5_000))),
      noReplyDays: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(90)))),
    }),
  )
    .answers<null>()
    .refuses<NoAccount>(),
  'account.pause': call(v.strictObject({ id: accountId, paused: v.boolean() }))
    .answers<null>()
    .refuses<NoAccount>(),
  /** The prepared texts of an account whose channel has them. */
  'account.templates': call(v.strictObject({ id: accountId }))
    .answers<{ readonly templates: readonly PreparedText[] }>()
    .refuses<NoAccount | CannotConnect>(),
  /** Compares every chosen folder with the server and mends what differs. */
  'account.repair': call(v.strictObject({ id: accountId }))
    .answers<null>()
    .refuses<NoAccount>(),
  /** Forgets the login and stops pulling; conversations stay. */
  'account.remove': call(v.strictObject({ id: accountId }))
    .answers<null>()
    .refuses<NoAccount>(),
} as const;
