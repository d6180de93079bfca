import type { ConversationId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../../store/driver.ts';
import { knownOf } from '../../store/team/known.ts';
import { areKeptApart } from '../../store/write/merge.ts';
import type { ActionContext } from '../action.ts';
import { mergeConversations } from '../conversations/merge.ts';

type Place = { readonly num: number; readonly id: ConversationId; readonly customer_id: string };

const placesOf = (db: ReadableDb, nums: readonly number[]): readonly Place[] =>
  nums.flatMap((num) => {
    const row = db.get<Place>(
      "SELECT num, id, customer_id FROM conversation WHERE num = ? AND status <> 'merged'",
      [num],
    );
    return row === undefined ? [] : [row];
  });

/** Where the names lead that a conversation's document has and its rows could not have. */
const othersOf = (db: ReadableDb, num: number): readonly number[] => {
  const row = db.get<{ id: string }>('SELECT id FROM conversation WHERE num = ?', [num]);
  if (row === undefined) return [];
  const { beside } = knownOf(db, { kind: 'conversation', id: row.id });
  return beside.names.flatMap((name) => {
    const found = db.get<{ num: number }>('SELECT conversation_num AS num FROM thread_name WHERE name = ?', [
      name,
    ]);
    return found === undefined ? [] : [found.num];
  });
};

/**
 * Two devices may open two conversations for one matter, each with another mail of it. What one device alone would have
 * tied together is tied together here, as far as both are with the same customer and nobody took them apart.
 */
export const tieTogether = (context: ActionContext, colliding: readonly number[]): void => {
  for (const num of colliding) {
    const places = placesOf(context.db, [...new Set([num, ...othersOf(context.db, num)])]);
    tie(
      context,
      places.map(({ id }) => id),
    );
  }
};

/** Ties these together if they are still to be; the same command again changes nothing. */
export const tie = (context: ActionContext, conversations: readonly ConversationId[]): void => {
  const { db, team } = context;
  const places = conversations.flatMap((id) => {
    const row = db.get<Place>(
      "SELECT num, id, customer_id FROM conversation WHERE id = ? AND status <> 'merged'",
      [id],
    );
    return row === undefined ? [] : [row];
  });
  const [first] = places;
  if (first === undefined) return;
  const same = places.filter(({ customer_id }) => customer_id === first.customer_id).map(({ num }) => num);
  if (same.length < 2 || areKeptApart(db, same)) return;
  mergeConversations(context, same, { author: null });
  team?.save({ kind: 'tie', conversations });
  team?.next();
};
