import * as v from 'valibot';
import { settings as settingsSchema } from '#shared/contract/accounts.ts';
import type { Settings, StreamRow } from '#shared/contract/accounts.ts';
import type { AccountId, MemberId } from '#shared/kit/brand.ts';
import type { Cursor, RemoteChange, Secrets } from '#main/channels/kit/channel.ts';
import type { StreamRole } from '#main/channels/kit/inbound.ts';
import type { ReadableDb } from '../driver.ts';

/** A connected account with everything its sessions need; never shown to the page as it is. Times are ms UTC. */
export type ConnectedAccount = {
  readonly id: AccountId;
  readonly kind: string;
  readonly label: string;
  readonly address: string;
  readonly senderName: string;
  readonly signature: string;
  readonly settings: Settings;
  readonly paused: boolean;
  /** Whether new drafts start in plain text, as the last one was left. */
  readonly plain: boolean;
  /** True for mail imported from files, which has no server to pull from or send by. */
  readonly archive: boolean;
  readonly lastReceivedAt: number | null;
  /** After how many working days without an answer its replies come back; null for never. */
  readonly noReplyDays: number | null;
};

type AccountColumns = {
  readonly id: AccountId;
  readonly kind: string;
  readonly label: string;
  readonly address: string;
  readonly sender_name: string;
  readonly signature: string;
  readonly settings: string;
  readonly paused: number;
  readonly plain: number;
  readonly last_received_at: number | null;
  readonly no_reply_days: number | null;
};

const columns =
  'SELECT id, kind, label, address, sender_name, signature, settings, paused, plain, last_received_at, no_reply_days FROM account';

const toAccount = (row: AccountColumns): ConnectedAccount => {
  const settings = v.parse(settingsSchema, JSON.parse(row.settings));
  return {
    id: row.id,
    kind: row.kind,
    label: row.label,
    address: row.address,
    senderName: row.sender_name,
    signature: row.signature,
    settings,
    paused: row.paused === 1,
    plain: row.plain === 1,
    archive: settings['archive'] === true,
    lastReceivedAt: row.last_received_at,
    noReplyDays: row.no_reply_days,
  };
};

/** All accounts that have not been removed, oldest first. */
export const connectedAccounts = (db: ReadableDb): readonly ConnectedAccount[] =>
  db.all<AccountColumns>(`${columns} WHERE removed_at IS NULL ORDER BY id`).map(toAccount);

/** One account; null when it was removed or never was. */
export const connectedAccount = (db: ReadableDb, id: AccountId): ConnectedAccount | null => {
  const row = db.get<AccountColumns>(`${columns} WHERE id = ? AND removed_at IS NULL`, [id]);
  return row === undefined ? null : toAccount(row);
};

/** The account that connects this address already, if any. */
export const accountWithAddress = (db: ReadableDb, kind: string, address: string): AccountId | null =>
  db.get<{ id: AccountId }>('SELECT id FROM account WHERE kind = ? AND address = ? AND removed_at IS NULL', [
    kind,
    address,
  ])?.id ?? null;

/** What {@link Secrets} look like where they come from outside. */
export const secretsShape = v.variant('kind', [
  v.object({
    kind: v.literal('password'),
    user: v.string(),
    password: v.string(),
    session: v.exactOptional(
      v.object({ accessToken: v.string(), refreshToken: v.string(), server: v.string() }),
    ),
  }),
  v.object({
    kind: v.literal('oauth'),
    user: v.string(),
    accessToken: v.string(),
    refreshToken: v.nullable(v.string()),
    expiresAt: v.number(),
    provider: v.string(),
  }),
  v.object({ kind: v.literal('none') }),
]);

/** What an account signs in with. */
export const accountSecrets = (db: ReadableDb, id: AccountId): Secrets => {
  const row = db.get<{ secrets: string }>('SELECT secrets FROM account WHERE id = ?', [id]);
  return row === undefined ? { kind: 'none' } : v.parse(secretsShape, JSON.parse(row.secrets));
};

/** Addresses of ours on a channel, lower case: what decides the direction of a message. */
export const ownAddresses = (db: ReadableDb, kind: string): readonly string[] =>
  db
    .all<{ address: string }>('SELECT DISTINCT lower(address) AS address FROM account WHERE kind = ?', [kind])
    .map((row) => row.address);

/** A stream as the pull loop needs it. Times are ms UTC. */
export type PulledStream = {
  readonly name: string;
  readonly label: string;
  readonly role: StreamRole;
  readonly chosen: boolean;
  readonly cursor: Cursor | null;
  readonly onServer: number | null;
  readonly remaining: number | null;
  readonly importTotal: number | null;
  readonly importStartedAt: number | null;
  readonly importedAt: number | null;
};

type PulledColumns = {
  readonly name: string;
  readonly label: string;
  readonly role: StreamRole;
  readonly chosen: number;
  readonly cursor: string | null;
  readonly on_server: number | null;
  readonly remaining: number | null;
  readonly import_total: number | null;
  readonly import_started_at: number | null;
  readonly imported_at: number | null;
};

const cursorShape = v.record(v.string(), v.unknown());

/** What is pulled first: where new mail arrives, then our own answers, then the rest by name. */
const rank: Readonly<Record<StreamRole, number>> = {
  inbox: 0,
  all: 1,
  sent: 2,
  archive: 3,
  other: 4,
  drafts: 5,
  junk: 6,
  trash: 7,
};

/** All streams of an account, in the order in which they are pulled. */
export const pulledStreams = (db: ReadableDb, account: AccountId): readonly PulledStream[] =>
  db
    .all<PulledColumns>(
      `SELECT name, label, role, chosen, cursor, on_server, remaining, import_total, import_started_at, imported_at
       FROM stream WHERE account_id = ? ORDER BY name`,
      [account],
    )
    .map((row) => ({
      name: row.name,
      label: row.label,
      role: row.role,
      chosen: row.chosen === 1,
      cursor: row.cursor === null ? null : v.parse(cursorShape, JSON.parse(row.cursor)),
      onServer: row.on_server,
      remaining: row.remaining,
      importTotal: row.import_total,
      importStartedAt: row.import_started_at,
      importedAt: row.imported_at,
    }))
    .sort((one, other) => rank[one.role] - rank[other.role]);

type ShownColumns = {
  readonly name: string;
  readonly label: string;
  readonly role: StreamRole;
  readonly chosen: number;
  readonly on_server: number | null;
  readonly here: number;
  readonly checked_at: number | null;
  readonly gap: string | null;
};

const gapShape = v.object({ reason: v.string() });

/** The streams of an account as the page shows them: what the server has, and what is here. */
export const shownStreams = (db: ReadableDb, account: AccountId): readonly StreamRow[] =>
  db
    .all<ShownColumns>(
      `SELECT s.name, s.label, s.role, s.chosen, s.on_server, s.checked_at, s.gap,
         ifnull(t.n, 0) AS here
       FROM stream s LEFT JOIN location_tally t ON t.account_id = s.account_id AND t.stream = s.name
       WHERE s.account_id = ? ORDER BY s.label, s.name`,
      [account],
    )
    .map((row) => ({
      name: row.name,
      label: row.label,
      role: row.role,
      chosen: row.chosen === 1,
      onServer: row.on_server,
      here: row.here,
      lastCheckedAt: row.checked_at,
      gap: row.gap === null ? null : v.parse(gapShape, JSON.parse(row.gap)).reason,
    }));

type WantedColumns = {
  readonly stream: string;
  readonly item: string;
  readonly flag: string;
  readonly value: number;
  readonly at: number;
  readonly name: string | null;
  readonly room: string | null;
  readonly from_address: string | null;
};

/** A change of ours that the server does not know yet, with the time of the wish. */
export type WantedChange = { readonly change: RemoteChange; readonly at: number };

/** What is to be told to an account's server, oldest first. */
export const wantedChanges = (db: ReadableDb, account: AccountId, limit: number): readonly WantedChange[] =>
  db
    .all<WantedColumns>(
      `SELECT r.stream, r.item, r.flag, r.value, r.at, m.name, m.room, m.from_address
       FROM remote_change r
       LEFT JOIN location l ON l.account_id = r.account_id AND l.stream = r.stream AND l.item = r.item
       LEFT JOIN message m ON m.seq = l.seq
       WHERE r.account_id = ? ORDER BY r.at LIMIT ?`,
      [account, limit],
    )
    .map(({ stream, item, flag, value, at, name, room, from_address }) => {
      const which = { stream, key: item, name, room, from: from_address ?? '' };
      return {
        at,
        change:
          flag === 'seen' ? { kind: 'seen', seen: value === 1, ...which } : { kind: 'answered', ...which },
      };
    });

/** The person whose workspace this is. */
export const memberOfWorkspace = (db: ReadableDb): { readonly id: MemberId; readonly name: string } => {
  const row = db.get<{ id: MemberId; name: string }>('SELECT id, name FROM member WHERE is_me = 1');
  if (row === undefined) throw new Error('a workspace without its person');
  return row;
};
