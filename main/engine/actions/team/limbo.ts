import type { ConversationId, DraftId, MessageId } from '#shared/kit/brand.ts';
import type { DocumentKey } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../../store/driver.ts';
import { recountCustomerClock } from '../../store/project/save-state.ts';
import { removeConversation } from '../../store/team/conversation-document.ts';
import { recountConversation, recountUnsent } from '../../store/write/conversation.ts';
import { joinDrafts } from '../../store/write/merge-drafts.ts';

/** A conversation that only this device ever had, taken apart until its commands have run again. */
type Gone = {
  readonly id: ConversationId;
  /** What was said in it, the first message first. */
  readonly messages: readonly MessageId[];
  readonly drafts: readonly DraftId[];
};

/** The number that no conversation has: where messages are between the team's documents and the commands that run again. */
const nowhere = -1;

/**
 * Messages and drafts between two worlds: what stood on this device's own conversations, while those are made anew. All
 * rows stay, so that places, sends, files and search know them as before.
 */
export class Limbo {
  readonly #db: WritableDb;
  readonly #gone = new Map<string, Gone>();

  constructor(db: WritableDb) {
    this.#db = db;
    // The customer is nobody's: the row is gone before the commit looks at it.
    db.run(
      `INSERT INTO conversation (num, id, rev, channel, customer_id, customer_address, subject, status, turn, first_at, first_id, last_at)
       VALUES (?, 'nowhere', 0, '', 'nobody', '', '', 'done', 'none', 0, '', 0)`,
      [nowhere],
    );
  }

  /** Takes messages out that the team never had. */
  takeMessages(messages: readonly DocumentKey[]): void {
    for (const { id } of messages) {
      const row = this.#db.get<{ seq: number }>('SELECT seq FROM message WHERE id = ?', [id]);
      if (row === undefined) continue;
      this.#db.run('DELETE FROM thread_subject WHERE seq = ?', [row.seq]);
      this.#db.run('UPDATE message SET conversation_num = ? WHERE seq = ?', [nowhere, row.seq]);
      this.#db.run('UPDATE outbox SET conversation_num = ? WHERE seq = ?', [nowhere, row.seq]);
    }
  }

  /** Remembers what a conversation that goes held, and lets its names go; before messages are taken out. */
  remember(id: ConversationId): void {
    const place = this.#place(id);
    if (place === undefined) return;
    // What was merged away belongs to it as well.
    const messages = this.#db.all<{ id: MessageId }>(
      `SELECT m.id FROM (
         SELECT seq FROM message WHERE conversation_num = $place
         UNION SELECT CAST(item AS INTEGER) FROM merge_move WHERE other_num = $place AND kind = 'message'
         UNION SELECT f.seq FROM conversation c JOIN message f ON f.id = c.first_id WHERE c.num = $place
       ) s JOIN message m ON m.seq = s.seq JOIN conversation c ON c.num = $place
       ORDER BY m.id <> c.first_id, m.at, m.seq`,
      { place },
    );
    const drafts = this.#db.all<{ id: DraftId }>('SELECT id FROM draft WHERE conversation_num = ?', [place]);
    this.#gone.set(id, { id, messages: messages.map((one) => one.id), drafts: drafts.map((one) => one.id) });
    this.#db.run('DELETE FROM thread_name WHERE conversation_num = ?', [place]);
  }

  /** Removes the remembered conversations, whose messages are elsewhere by now. */
  removeRemembered(): void {
    for (const { id } of this.#gone.values()) {
      const place = this.#place(id);
      if (place === undefined) continue;
      this.#db.run('UPDATE draft SET conversation_num = NULL WHERE conversation_num = ?', [place]);
      this.#db.run('UPDATE outbox SET conversation_num = ? WHERE conversation_num = ?', [nowhere, place]);
      this.#db.run('UPDATE message SET conversation_num = ? WHERE conversation_num = ?', [nowhere, place]);
      const customer = this.#db.get<{ id: string }>(
        'SELECT customer_id AS id FROM conversation WHERE num = ?',
        [place],
      )?.id;
      removeConversation(this.#db, place);
      // They may have waited longest in it.
      if (customer !== undefined) recountCustomerClock(this.#db, customer);
    }
  }

  /** Whether a message is between two worlds. */
  has(seq: number): boolean {
    return (
      this.#db.get('SELECT 1 AS yes FROM message WHERE seq = ? AND conversation_num = ?', [seq, nowhere]) !==
      undefined
    );
  }

  /** Where a conversation is by now: itself, or the one that has what was said in it; null for nowhere. */
  placeNow(id: ConversationId): ConversationId | null {
    if (this.#place(id) !== undefined) return id;
    for (const message of this.#gone.get(id)?.messages ?? []) {
      const row = this.#db.get<{ id: ConversationId }>(
        `SELECT c.id FROM message m JOIN conversation c ON c.num = m.conversation_num WHERE m.id = ? AND c.num <> ?`,
        [message, nowhere],
      );
      if (row !== undefined) return row.id;
    }
    return null;
  }

  /** The ids that may mean another conversation by now. */
  get renamed(): readonly ConversationId[] {
    return [...this.#gone.keys()].filter(
      (id) => this.#place(id as ConversationId) === undefined,
    ) as ConversationId[];
  }

  /** Ends it: drafts go where what they answer is. Answers messages for which no command found a place. */
  end(): readonly MessageId[] {
    for (const { id, drafts } of this.#gone.values()) {
      const now = this.placeNow(id);
      const place = now === null ? undefined : this.#place(now);
      if (place !== undefined) for (const draft of drafts) this.#attach(draft, place);
    }
    const lost = this.#db
      .all<{ id: MessageId }>('SELECT id FROM message WHERE conversation_num = ?', [nowhere])
      .map(({ id }) => id);
    if (lost.length === 0) {
      this.#db.run('DELETE FROM outbox WHERE conversation_num = ?', [nowhere]);
      this.#db.run('DELETE FROM conversation WHERE num = ?', [nowhere]);
    }
    return lost;
  }

  #attach(draft: DraftId, place: number): void {
    const there = this.#db.get<{ place: number | null }>(
      'SELECT conversation_num AS place FROM draft WHERE id = ?',
      [draft],
    );
    if (there?.place !== null) return;
    const other = this.#db.get('SELECT 1 AS yes FROM draft WHERE conversation_num = ?', [place]);
    if (other === undefined)
      this.#db.run('UPDATE draft SET conversation_num = ? WHERE id = ?', [place, draft]);
    else {
      // One conversation has one draft: what was typed here follows what is there.
      this.#db.run('UPDATE draft SET conversation_num = ? WHERE id = ?', [nowhere, draft]);
      joinDrafts(this.#db, { survivor: place, other: nowhere });
      this.#db.run('DELETE FROM merge_move WHERE other_num = ?', [nowhere]);
    }
    recountUnsent(this.#db, place);
  }

  #place(id: ConversationId): number | undefined {
    return placeOf(this.#db, id);
  }
}

const placeOf = (db: ReadableDb, id: ConversationId): number | undefined =>
  db.get<{ num: number }>('SELECT num FROM conversation WHERE id = ?', [id])?.num;

/** Gives a message its place, with the send that it is. */
export const placeMessage = (db: WritableDb, seq: number, conversation: number): void => {
  db.run('UPDATE message SET conversation_num = ? WHERE seq = ?', [conversation, seq]);
  db.run('UPDATE outbox SET conversation_num = ? WHERE seq = ?', [conversation, seq]);
};

/** Counts a conversation anew after messages came and went. */
export const recountPlace = (db: WritableDb, conversation: number): void => {
  recountConversation(db, conversation);
  recountUnsent(db, conversation);
};
