import * as v from 'valibot';
import type { OutboxRow } from '#shared/contract/compose.ts';
import type { AccountId, BlobId, ConversationId, MessageId, OutboxId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { readPeople } from './people.ts';

const addresses = v.array(v.string());
const failureShape = v.object({
  kind: v.string(),
  said: v.nullable(v.string()),
  recipient: v.nullable(v.string()),
});

/** Why something did not go out, as its column keeps it. */
export type StoredFailure = v.InferOutput<typeof failureShape>;

/** Reads the `failure` column. */
const readFailure = (json: string | null): StoredFailure | null =>
  json === null ? null : v.parse(failureShape, JSON.parse(json));

/** States of an outbox item as the table keeps them. */
export type OutboxState =
  'queued' | 'sending' | 'handed-over' | 'retrying' | 'failed' | 'unknown' | 'sent' | 'withdrawn';

/** Everything the outbox needs to send one item. Times are ms UTC. */
export type OutboxItem = {
  readonly id: OutboxId;
  readonly conversation: ConversationId;
  readonly conversationNum: number;
  readonly message: MessageId;
  readonly seq: number;
  readonly account: AccountId;
  readonly state: OutboxState;
  readonly envelopeFrom: string;
  readonly recipients: readonly string[];
  readonly pending: readonly string[];
  readonly externalId: string | null;
  readonly source: BlobId;
  readonly writtenAt: number;
  readonly sendsAt: number;
  readonly firstTryAt: number | null;
  readonly nextTryAt: number;
  readonly attempts: number;
  readonly handedOverAt: number | null;
  readonly sentAt: number | null;
  readonly filed: boolean;
  readonly failure: StoredFailure | null;
  readonly createdAt: number;
  /** The time on the wall that the agent chose; null for what leaves when its undo window has run. */
  readonly plannedAt: number | null;
  /** True for a planned one that does not leave by itself, because somebody wrote since. */
  readonly held: boolean;
  /** Equal for the pieces of one long text; null for what went whole. */
  readonly bundle: OutboxId | null;
  /** True while the team does not have it yet: it could still turn out to be too late. */
  readonly waitsForTeam: boolean;
  /** True after the database stepped back in time: it may have gone out since, so it never leaves by itself. */
  readonly doubtful: boolean;
};

type ItemRow = {
  readonly id: OutboxId;
  readonly conversation: ConversationId;
  readonly conversation_num: number;
  readonly message: MessageId;
  readonly seq: number;
  readonly account_id: AccountId;
  readonly state: OutboxState;
  readonly envelope_from: string;
  readonly recipients: string;
  readonly pending: string;
  readonly external_id: string | null;
  readonly source: BlobId;
  readonly at: number;
  readonly sends_at: number;
  readonly first_try_at: number | null;
  readonly next_try_at: number;
  readonly attempts: number;
  readonly handed_over_at: number | null;
  readonly sent_at: number | null;
  readonly filed: number;
  readonly failure: string | null;
  readonly created_at: number;
  readonly planned_at: number | null;
  readonly held: string | null;
  readonly bundle: OutboxId | null;
  readonly unconfirmed: number;
  readonly doubtful: number;
};

const columns = `SELECT o.id, c.id AS conversation, o.conversation_num, m.id AS message, o.seq, o.account_id, o.state,
    o.envelope_from, o.recipients, o.pending, o.external_id, o.source, m.at, o.sends_at, o.first_try_at, o.next_try_at,
    o.attempts, o.handed_over_at, o.sent_at, o.filed, o.failure, o.created_at,
    o.planned_at, o.held, o.bundle, o.doubtful, EXISTS (SELECT 1 FROM team_op t WHERE t.outbox = o.id) AS unconfirmed
  FROM outbox o JOIN conversation c ON c.num = o.conversation_num JOIN message m ON m.seq = o.seq`;

const toItem = (row: ItemRow): OutboxItem => ({
  id: row.id,
  conversation: row.conversation,
  conversationNum: row.conversation_num,
  message: row.message,
  seq: row.seq,
  account: row.account_id,
  state: row.state,
  envelopeFrom: row.envelope_from,
  recipients: v.parse(addresses, JSON.parse(row.recipients)),
  pending: v.parse(addresses, JSON.parse(row.pending)),
  externalId: row.external_id,
  source: row.source,
  writtenAt: row.at,
  sendsAt: row.sends_at,
  firstTryAt: row.first_try_at,
  nextTryAt: row.next_try_at,
  attempts: row.attempts,
  handedOverAt: row.handed_over_at,
  sentAt: row.sent_at,
  filed: row.filed === 1,
  failure: readFailure(row.failure),
  createdAt: row.created_at,
  plannedAt: row.planned_at,
  held: row.held !== null,
  bundle: row.bundle,
  waitsForTeam: row.unconfirmed === 1,
  doubtful: row.doubtful === 1,
});

/** One item; null when it is gone. */
export const outboxItem = (db: ReadableDb, id: OutboxId): OutboxItem | null => {
  const row = db.get<ItemRow>(`${columns} WHERE o.id = ?`, [id]);
  return row === undefined ? null : toItem(row);
};

/** What is on its way for an account, oldest first; ids of one workspace grow with time. */
export const outboxUnderWay = (db: ReadableDb, account: AccountId): readonly OutboxItem[] =>
  db
    .all<ItemRow>(
      `${columns} WHERE o.state IN ('queued', 'sending', 'handed-over', 'retrying') AND o.account_id = ? ORDER BY o.id`,
      [account],
    )
    .map(toItem);

/** What somebody has got but the account's own folder of sent mail has not, oldest first. */
export const outboxToFile = (db: ReadableDb, account: AccountId): readonly OutboxItem[] =>
  db
    .all<ItemRow>(
      `${columns} WHERE o.sent_at IS NOT NULL AND o.filed = 0 AND o.account_id = ? ORDER BY o.id`,
      [account],
    )
    .map(toItem);

const shownState = (row: ItemRow): OutboxRow['state'] => {
  if (row.held !== null) return 'held';
  if (row.state === 'queued' && row.planned_at !== null) return 'planned';
  if (row.state === 'queued' && row.unconfirmed === 1) return 'for-team';
  return row.state === 'withdrawn' ? 'failed' : row.state;
};

/** The page's list: everything that has not simply been sent, newest first. */
export const outboxRows = (db: ReadableDb): readonly OutboxRow[] =>
  db
    .all<ItemRow & { readonly people: string; readonly subject: string }>(
      `${columns.replace('SELECT o.id', 'SELECT m.people, m.subject, o.id')}
       WHERE o.state IN ('queued', 'sending', 'handed-over', 'retrying', 'failed', 'unknown') ORDER BY o.id DESC LIMIT 500`,
    )
    .map((row) => ({
      id: row.id,
      conversation: row.conversation,
      subject: row.subject,
      to: readPeople(row.people).to,
      state: shownState(row),
      sendsAt: row.state === 'retrying' && row.held === null ? row.next_try_at : row.sends_at,
      attempts: row.attempts,
      failure: readFailure(row.failure),
    }));

/** All pieces of the long text that an item is one of, in order; the item alone where it went whole. */
export const bundleOf = (db: ReadableDb, item: OutboxItem): readonly OutboxItem[] =>
  item.bundle === null
    ? [item]
    : db.all<ItemRow>(`${columns} WHERE o.bundle = ? ORDER BY o.id`, [item.bundle]).map(toItem);

/** The draft that an item was made from, as JSON written by us. */
export const outboxDraft = (db: ReadableDb, id: OutboxId): string | null =>
  db.get<{ draft: string }>('SELECT draft FROM outbox WHERE id = ?', [id])?.draft ?? null;

/** Whether a message is being handed to a server at this moment. */
export const isSending = (db: ReadableDb): boolean =>
  db.get("SELECT 1 AS there FROM outbox WHERE state IN ('sending', 'handed-over') LIMIT 1") !== undefined;
