import type { DocumentKey } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** A document whose course the team's database has left; `rev`: up to where a conversation's log is still the same. */
export type Unlearned = DocumentKey & { readonly rev: number | null };

/** Ids of a conversation's events by their revision, as far as the team is known to have them. */
export const eventIds = (
  db: ReadableDb,
  conversation: string,
): readonly { readonly rev: number; readonly id: string }[] =>
  db.all<{ rev: number; id: string }>(
    `SELECT rev, id FROM event WHERE conversation_num = (SELECT num FROM conversation WHERE id = $id)
     AND rev <= (SELECT rev FROM team_document WHERE kind = 'conversation' AND id = $id) ORDER BY rev`,
    { id: conversation },
  );

/** Forgets what the team was known to have of these, so that what it has now is written over them. */
export const unlearn = (db: WritableDb, documents: readonly Unlearned[]): void => {
  for (const { kind, id, rev } of documents) {
    if (rev !== null) {
      db.run(
        'DELETE FROM event WHERE conversation_num = (SELECT num FROM conversation WHERE id = ?) AND rev > ?',
        [id, rev],
      );
    }
    db.run('UPDATE team_document SET version = 0, rev = ? WHERE kind = ? AND id = ?', [rev, kind, id]);
  }
};

/** Follows the team again from an earlier push on, because its database has gone back. */
export const followFrom = (db: WritableDb, seq: number): void => {
  db.run('UPDATE team_link SET last_seq = min(last_seq, ?) WHERE one = 1', [seq]);
};
