import type { Bounce, InboundFact } from '#main/channels/kit/inbound.ts';
import type { Command } from '#shared/domain/conversation/commands.ts';
import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import type { Oddity } from '#shared/domain/message.ts';
import type { AccountId, BlobId, ConversationId, MessageId, OutboxId } from '#shared/kit/brand.ts';
import type { DocumentKey } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** The words of a message that only its taking-in knew: what it answers, and how it was judged then. Times are ms UTC. */
export type TakenIn = {
  readonly kind: 'take-in';
  readonly message: MessageId;
  readonly account: AccountId;
  readonly channel: string;
  readonly own: readonly string[];
  readonly importing: boolean;
  readonly historic: boolean;
  readonly at: number;
  readonly thread: {
    readonly self: string | null;
    readonly parents: readonly string[];
    readonly room: string | null;
  };
  readonly bounce: Bounce | null;
  readonly aside: boolean;
  readonly oddities: readonly Oddity[];
};

/** What was done here and the team does not have yet, as far as doing it again needs. */
export type TeamOp =
  /** An action of somebody who sits here, or of the clock; `ids` are those it made. */
  | {
      readonly kind: 'action';
      readonly name: string;
      readonly input: unknown;
      readonly ids: readonly string[];
    }
  | TakenIn
  /** A fact about a message, a person or a room. */
  | {
      readonly kind: 'fact';
      readonly account: AccountId;
      readonly channel: string;
      readonly historic: boolean;
      readonly fact: InboundFact;
    }
  | {
      readonly kind: 'reply';
      readonly conversation: ConversationId;
      /** Set where the conversation was opened with it. */
      readonly opens: boolean;
      readonly command: Extract<Command, { kind: 'queue-reply' }>;
      readonly account: AccountId;
      readonly channel: string;
      readonly at: number;
      readonly externalId: string | null;
      readonly references: readonly string[];
      readonly room: string | null;
    }
  /** A send was taken back. */
  | {
      readonly kind: 'withdraw';
      readonly conversation: ConversationId;
      readonly outbox: OutboxId;
      readonly message: MessageId;
      readonly resolved: boolean;
      readonly followUp: string | null;
      readonly only: boolean;
    }
  /** What came of a try to send. */
  | {
      readonly kind: 'sent';
      readonly conversation: ConversationId;
      readonly message: MessageId;
      readonly event: Extract<ConversationEvent, { readonly outbox: OutboxId }>;
      readonly name: string | null;
    }
  /** What came to be known of a message that is here already; null and nothing for what stays as it was. */
  | {
      readonly kind: 'learnt';
      readonly message: MessageId;
      readonly name: string | null;
      readonly permalink: string | null;
      readonly at: number | null;
      readonly source: BlobId | null;
      /** Names that answers to it may refer to. */
      readonly names: readonly string[];
      readonly file: { readonly part: string; readonly blob: BlobId } | null;
    }
  /** One matter that was opened twice, by two devices. */
  | { readonly kind: 'tie'; readonly conversations: readonly ConversationId[] };

/** Something learnt of a message, where only some of it was. */
export const learnt = (
  message: MessageId,
  what: Partial<Omit<Extract<TeamOp, { kind: 'learnt' }>, 'kind' | 'message'>>,
): TeamOp => ({
  ...{ kind: 'learnt', message, name: null, permalink: null, at: null, source: null, names: [], file: null },
  ...what,
});

/** A saved command: its transaction, and when it was given (ms UTC). */
export type SavedOp = {
  readonly num: number;
  readonly txn: number;
  readonly at: number;
  readonly op: TeamOp;
};

/** Saves a command beside the transaction that it ran in. */
export const saveOp = (db: WritableDb, txn: number, op: TeamOp, at: number): void => {
  const outbox = op.kind === 'reply' ? op.command.outbox : null;
  db.run('INSERT INTO team_op (txn, op, outbox, at) VALUES (?, ?, ?, ?)', [
    txn,
    JSON.stringify(op),
    outbox,
    at,
  ]);
};

/** Documents with commands that are dated after a time (ms UTC): a clock was ahead when they were given. */
export const datedAfter = (db: ReadableDb, latest: number): readonly DocumentKey[] =>
  db.all<DocumentKey>(
    'SELECT DISTINCT kind, id FROM team_change WHERE txn IN (SELECT txn FROM team_op WHERE at > ?)',
    [latest],
  );

/** The commands of some transactions, in the order in which they ran. They were written by this program alone. */
export const opsOf = (db: ReadableDb, txns: readonly number[]): readonly SavedOp[] =>
  db
    .all<{ num: number; txn: number; at: number; op: string }>(
      `SELECT num, txn, at, op FROM team_op WHERE txn IN (SELECT value FROM json_each(?)) ORDER BY txn, num`,
      [JSON.stringify(txns)],
    )
    .map(({ op, ...rest }) => ({ ...rest, op: JSON.parse(op) as TeamOp }));

/** Forgets transactions: the team has them, or they are to run again. */
export const forgetTxns = (db: WritableDb, txns: readonly number[]): void => {
  const list = JSON.stringify(txns);
  db.run('DELETE FROM team_change WHERE txn IN (SELECT value FROM json_each(?))', [list]);
  db.run('DELETE FROM team_op WHERE txn IN (SELECT value FROM json_each(?))', [list]);
};

/** The same for some documents alone: commands go with the last change they made. */
export const forgetChanges = (
  db: WritableDb,
  txns: readonly number[],
  keys: readonly DocumentKey[],
): void => {
  const list = JSON.stringify(txns);
  for (const { kind, id } of keys) {
    db.run('DELETE FROM team_change WHERE kind = ? AND id = ? AND txn IN (SELECT value FROM json_each(?))', [
      kind,
      id,
      list,
    ]);
  }
  db.run(
    `DELETE FROM team_op WHERE txn IN (SELECT value FROM json_each(?))
     AND NOT EXISTS (SELECT 1 FROM team_change c WHERE c.txn = team_op.txn)`,
    [list],
  );
};

/** Whether anything was noted under a number. */
export const hasChanges = (db: ReadableDb, txn: number): boolean =>
  db.get('SELECT 1 AS yes FROM team_change WHERE txn = ? LIMIT 1', [txn]) !== undefined;
