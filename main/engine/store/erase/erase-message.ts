import { threadNames } from '#shared/domain/threading/names.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../driver.ts';
import { deleteMessage } from '../write/message.ts';
import { unnameConversation } from '../write/threads.ts';
import { forgetDocument } from '../team/forget.ts';
import { putTombstones, wordsOf } from './tombstones.ts';
import type { KeyedHash } from './tombstones.ts';

/** What an erasure works with. */
export type Erasing = { readonly db: WritableDb; readonly hash: KeyedHash; readonly erasure: string };

type Row = {
  readonly seq: number;
  readonly id: string;
  readonly conversation_num: number;
  readonly channel: string;
  readonly account_id: AccountId | null;
  readonly direction: 'in' | 'out';
  readonly external_id: string | null;
  readonly client_id: string | null;
  readonly name: string | null;
  readonly source: string | null;
};

const columns =
  'seq, id, conversation_num, channel, account_id, direction, external_id, client_id, name, source';

const blobForm = /\b\d{1,9}\.\d{1,15}\.\d{1,10}\.[0-9a-f]{64}\b/gu;

/** Every blob that a text of ours speaks of. */
export const blobsIn = (text: string): readonly string[] => text.match(blobForm) ?? [];

/** Notes bytes that nobody needs any more, unless somebody else does; they are overwritten later. */
export const noteBlobs = ({ db, erasure }: Erasing, blobs: readonly (string | null)[]): void => {
  for (const blob of blobs) {
    if (blob === null) continue;
    db.run('INSERT OR IGNORE INTO erasure_blob (erasure, blob) VALUES (?, ?)', [erasure, blob]);
  }
};

/** Takes out what was being sent, or was sent, with all that it kept for being given back. */
export const eraseOutbox = (erasing: Erasing, where: 'seq' | 'conversation_num', value: number): void => {
  const { db } = erasing;
  const rows = db.all<{ id: string; source: string; draft: string }>(
    `SELECT id, source, draft FROM outbox WHERE ${where} = ?`,
    [value],
  );
  for (const { id, source, draft } of rows) {
    noteBlobs(erasing, [source, ...blobsIn(draft)]);
    db.run('DELETE FROM team_op WHERE outbox = ?', [id]);
  }
  db.run(`DELETE FROM outbox WHERE ${where} = ?`, [value]);
};

const eraseNames = ({ db }: Erasing, row: Row): void => {
  if (row.account_id === null) return;
  const words = [
    ...(row.name === null ? [] : [`name:${row.name}`]),
    ...(row.client_id === null ? [] : [`client:${row.client_id}`]),
  ];
  for (const about of words)
    db.run('DELETE FROM parked_fact WHERE account_id = ? AND about = ?', [row.account_id, about]);
  if (row.external_id === null) return;
  const hint = { self: row.external_id, parents: [], room: null };
  const { self } = threadNames(row.channel, row.account_id, hint);
  if (self !== null) unnameConversation(db, self, row.conversation_num);
};

/** Erases one message with its texts, versions, files, places, names and words in the index. A tombstone stays. */
export const eraseMessage = (erasing: Erasing, seq: number): void => {
  const { db, hash, erasure } = erasing;
  const row = db.get<Row>(`SELECT ${columns} FROM message WHERE seq = ?`, [seq]);
  if (row === undefined) return;
  putTombstones(
    db,
    hash,
    erasure,
    wordsOf({
      ids: [row.id],
      channel: row.channel,
      account: row.account_id,
      direction: row.direction,
      externalId: row.external_id,
      clientId: row.client_id,
      name: row.name,
    }),
  );
  const files = db.all<{ blob: string | null }>('SELECT blob FROM attachment WHERE seq = ?', [seq]);
  noteBlobs(erasing, [row.source, ...files.map(({ blob }) => blob)]);
  eraseOutbox(erasing, 'seq', seq);
  eraseNames(erasing, row);
  db.run(
    `DELETE FROM remote_change WHERE (account_id, stream, item) IN
       (SELECT account_id, stream, item FROM location WHERE seq = ?)`,
    [seq],
  );
  db.run('DELETE FROM location WHERE seq = ?', [seq]);
  db.run("DELETE FROM merge_move WHERE kind = 'message' AND item = CAST(? AS TEXT)", [seq]);
  forgetDocument(db, 'message', row.id);
  deleteMessage(db, seq);
  db.run('UPDATE erasure SET messages = messages + 1, files = files + ? WHERE id = ?', [
    files.length,
    erasure,
  ]);
};
