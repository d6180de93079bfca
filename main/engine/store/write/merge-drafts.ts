import * as v from 'valibot';
import type { SqlValue, WritableDb } from '../driver.ts';

/** Two conversations that turned out to be one; `survivor` has the older first message. */
export type Merge = { readonly survivor: number; readonly other: number };

type DraftRow = Readonly<Record<string, SqlValue>> & { readonly id: string; readonly html: string };

/** Two drafts that became one: both texts as they were, what came of them, and the second's row and files. */
const joined = v.object({
  keptHtml: v.string(),
  joinedHtml: v.string(),
  brought: v.record(v.string(), v.union([v.string(), v.number(), v.null()])),
  files: v.array(v.string()),
});

const draftOf = (db: WritableDb, num: number): DraftRow | undefined =>
  db.get<DraftRow>('SELECT * FROM draft WHERE conversation_num = ?', [num]);

/** There is one draft for each conversation; where both had one, what was typed last follows what was typed first. */
export const joinDrafts = (db: WritableDb, { survivor, other }: Merge): void => {
  const kept = draftOf(db, survivor);
  const brought = draftOf(db, other);
  if (brought === undefined) return;
  if (kept === undefined) {
    db.run('UPDATE draft SET conversation_num = ? WHERE id = ?', [survivor, brought.id]);
    db.run("INSERT INTO merge_move (other_num, kind, item) VALUES (?, 'draft', ?)", [other, brought.id]);
    return;
  }
  const files = db.all<{ id: string }>('SELECT id FROM draft_attachment WHERE draft_id = ? ORDER BY id', [
    brought.id,
  ]);
  const joinedHtml = `${kept.html}<p></p>${brought.html}`;
  const was = { keptHtml: kept.html, joinedHtml, brought, files: files.map(({ id }) => id) };
  db.run("INSERT INTO merge_move (other_num, kind, item, was) VALUES (?, 'draft-joined', ?, ?)", [
    ...[other, kept.id, JSON.stringify(was)],
  ]);
  db.run('UPDATE draft SET html = ? WHERE id = ?', [joinedHtml, kept.id]);
  db.run('UPDATE draft_attachment SET draft_id = ? WHERE draft_id = ?', [kept.id, brought.id]);
  db.run('DELETE FROM draft WHERE id = ?', [brought.id]);
};

/** Gives a merged conversation its draft back; two that became one and were typed in since stay one, so that no word is lost. */
export const partDrafts = (db: WritableDb, { survivor, other }: Merge): void => {
  db.run(
    `UPDATE draft SET conversation_num = $other WHERE conversation_num = $survivor AND id IN
       (SELECT item FROM merge_move WHERE other_num = $other AND kind = 'draft')`,
    { survivor, other },
  );
  const row = db.get<{ item: string; was: string }>(
    "SELECT item, was FROM merge_move WHERE other_num = ? AND kind = 'draft-joined'",
    [other],
  );
  if (row === undefined) return;
  const { keptHtml, joinedHtml, brought, files } = v.parse(joined, JSON.parse(row.was));
  const untouched = db.run('UPDATE draft SET html = ? WHERE id = ? AND conversation_num = ? AND html = ?', [
    ...[keptHtml, row.item, survivor, joinedHtml],
  ]);
  if (untouched === 0) return;
  const columns = Object.entries({ ...brought, conversation_num: other });
  db.run(
    `INSERT INTO draft (${columns.map(([name]) => name).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    columns.map(([, value]) => value),
  );
  for (const id of files) {
    db.run('UPDATE draft_attachment SET draft_id = ? WHERE draft_id = ? AND id = ?', [
      ...[brought['id'] ?? null, row.item, id],
    ]);
  }
};
