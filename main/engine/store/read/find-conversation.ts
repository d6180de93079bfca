import type { ConversationId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

/** A conversation by its id: here, or gone (and, when it was merged, where it went in the end). */
export type FoundConversation =
  | { readonly kind: 'here'; readonly num: number }
  | { readonly kind: 'gone'; readonly mergedInto: ConversationId | null };

/** A chain of merges ends; a loop in it would be damage and ends the walk. */
const longestChain = 1_000;

/** Finds a conversation; one that was merged says where its messages are now. */
export const findConversation = (db: ReadableDb, id: ConversationId): FoundConversation => {
  const row = rowOf(db, id);
  if (row === undefined) return { kind: 'gone', mergedInto: null };
  if (row.merged_into === null) return { kind: 'here', num: row.num };
  let into = row.merged_into;
  for (let step = 0; step < longestChain; step += 1) {
    const next = rowOf(db, into)?.merged_into ?? null;
    if (next === null) break;
    into = next;
  }
  return { kind: 'gone', mergedInto: into };
};

const rowOf = (db: ReadableDb, id: ConversationId) =>
  db.get<{ num: number; merged_into: ConversationId | null }>(
    'SELECT num, merged_into FROM conversation WHERE id = ?',
    [id],
  );

/** The conversations with whoever writes from an address, the oldest first; walks the customers' addresses, so it is not for lists. */
export const conversationsWith = (db: ReadableDb, address: string): readonly ConversationId[] =>
  db
    .all<{ id: ConversationId }>(
      'SELECT id FROM conversation WHERE customer_address = ? AND merged_into IS NULL ORDER BY num',
      [address],
    )
    .map(({ id }) => id);
