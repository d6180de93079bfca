import type { Bounce, InboundFact } from '#main/channels/kit/inbound.ts';
import type { Command } from '#shared/domain/conversation/commands.ts';
import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import type { Oddity } from '#shared/domain/message.ts';
import type { AccountId, ConversationId, MessageId, OutboxId } from '#shared/kit/brand.ts';
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
  /** One matter that was opened twice, by two devices. */
  | { readonly kind: 'tie'; readonly conversations: readonly ConversationId[] };

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

/** Whether anything was noted under a number. */
export const hasChanges = (db: ReadableDb, txn: number): boolean =>
  db.get('SELECT 1 AS yes FROM team_change WHERE txn = ? LIMIT 1', [txn]) !== undefined;
