import type { ConversationId, DraftId, MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** What was tried here and could not be, because somebody else was first. Times are ms UTC. */
export type TeamRefusal = {
  readonly id: string;
  readonly conversation: ConversationId | null;
  /** The command's kind (`claim`, `transfer` ...) or the action's name (`customer.merge` ...). */
  readonly tried: string;
  readonly triedAt: number;
  /** Why: the kind of a refusal of the rules, or of the team's database. */
  readonly why: string;
  /** Who has it now, where it is about that. */
  readonly owner: { readonly id: MemberId; readonly name: string } | null;
  /** Who was first, and when; null where that is nobody or not known. */
  readonly by: { readonly id: MemberId; readonly name: string } | null;
  readonly at: number | null;
  /** Words that would be lost otherwise, such as a note's; empty for none. */
  readonly words: string;
  /** The draft that a reply became; refusals kept by an earlier version do not say. */
  readonly draft?: DraftId | null;
};

/** Keeps a refusal until somebody has read it. */
export const keepRefusal = (db: WritableDb, refusal: TeamRefusal): void => {
  db.run('INSERT OR REPLACE INTO team_refusal (id, conversation, refusal, at) VALUES (?, ?, ?, ?)', [
    ...[refusal.id, refusal.conversation, JSON.stringify(refusal), refusal.triedAt],
  ]);
};

/** Refusals are written by this program alone. */
const asRefusal = ({ refusal }: { readonly refusal: string }): TeamRefusal =>
  JSON.parse(refusal) as TeamRefusal;

/** What was refused in a conversation and nobody has closed, oldest first; null for what belongs to none. */
export const refusalsOf = (db: ReadableDb, conversation: ConversationId | null): readonly TeamRefusal[] =>
  db
    .all<{ refusal: string }>(
      'SELECT refusal FROM team_refusal WHERE conversation IS ? ORDER BY at, id LIMIT 100',
      [conversation],
    )
    .map(asRefusal);

/** Everything that was refused and nobody has closed, oldest first. */
export const allRefusals = (db: ReadableDb): readonly TeamRefusal[] =>
  db.all<{ refusal: string }>('SELECT refusal FROM team_refusal ORDER BY at, id LIMIT 500').map(asRefusal);

/** Somebody has read it; answers whether it was there. */
export const closeRefusal = (db: WritableDb, id: string): boolean =>
  db.run('DELETE FROM team_refusal WHERE id = ?', [id]) > 0;
