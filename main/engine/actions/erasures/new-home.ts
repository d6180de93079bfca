import type { ConversationId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../../store/driver.ts';
import { eraseMessage } from '../../store/erase/erase-message.ts';
import type { ErasureRow } from '../../store/erase/erasure-rows.ts';
import { documentWord, teamTombstones } from '../../store/erase/team-tombstones.ts';
import { takenInBy } from '../../store/team/forget.ts';
import { knownOf } from '../../store/team/known.ts';
import { whileApplying } from '../../store/team/link.ts';
import type { TakenIn } from '../../store/team/op.ts';
import type { ActionContext } from '../action.ts';
import { Limbo } from '../team/limbo.ts';
import { runAgain } from '../team/run-again.ts';

/** A mail that came after the team had erased its customer, to a device that had not heard of it. */
type NewMail = { readonly id: string; readonly conversation: string; readonly op: TakenIn };

/** What of these conversations was written after the erasure and only this device has: whoever writes anew is met anew. */
export const newMailIn = (
  db: ReadableDb,
  nums: readonly number[],
  { asked_at }: ErasureRow,
): readonly NewMail[] => {
  const find = teamTombstones(db);
  const rows = db.all<{ id: string; conversation: string }>(
    `SELECT m.id, c.id AS conversation FROM message m JOIN conversation c ON c.num = m.conversation_num
     WHERE m.conversation_num IN (SELECT value FROM json_each(?)) AND m.direction = 'in' AND m.at > ? ORDER BY m.at, m.seq`,
    [JSON.stringify(nums), asked_at],
  );
  return rows.flatMap(({ id, conversation }) => {
    const op = find(documentWord('message', id)) === undefined ? takenInBy(db, id) : undefined;
    return op === undefined ? [] : [{ id, conversation, op: JSON.parse(op) as TakenIn }];
  });
};

/** Takes new mail out of conversations that go; what is answered takes it in again, as if it had just come. */
export const takeOut =
  ({ db, erasures }: ActionContext, erasure: string, news: readonly NewMail[]): (() => Limbo) =>
  () =>
    whileApplying(db, () => {
      db.exec('PRAGMA defer_foreign_keys = ON');
      const limbo = new Limbo(db);
      // What only this device has is opened again by the same mail, under the same id.
      const own = new Set(
        news
          .map(({ conversation }) => conversation)
          .filter((id) => knownOf(db, { kind: 'conversation', id }).version === 0),
      );
      limbo.takeMessages(news.map(({ id }) => ({ kind: 'message', id })));
      for (const id of own) limbo.remember(id as ConversationId);
      limbo.removeRemembered();
      const kept = new Set(news.map(({ id }) => id));
      const erasing = { db, hash: erasures.hash, erasure };
      for (const { seq, id } of db.all<{ seq: number; id: string }>(
        'SELECT seq, id FROM message WHERE conversation_num = -1',
      ))
        if (!kept.has(id)) eraseMessage(erasing, seq);
      return limbo;
    });

/** Takes new mail in again; it opens a conversation of its own. */
export const takeInAnew = (context: ActionContext, limbo: Limbo, news: readonly NewMail[]): void => {
  for (const { op } of news) runAgain(context, { limbo, hasNews: () => false, action: () => undefined }, op);
  whileApplying(context.db, () => limbo.end());
};
