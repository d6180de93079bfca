import type { BlobId } from '#shared/kit/brand.ts';
import { quarantineIdOf } from '../../ingest/identity.ts';
import type { ParsedItem } from '../../ingest/parsed-item.ts';
import { isErased, quarantineWord } from '../../store/erase/tombstones.ts';
import { locationAt, putLocation } from '../../store/write/locations.ts';
import type { ActionContext } from '../action.ts';
import type { Intake, Taken } from './intake.ts';

/** Keeps what could not be understood, raw, where a person can find it; pulling it again changes nothing. */
export const quarantine = (
  { db, vault, clock, changed, erasures }: ActionContext,
  { batch }: Intake,
  item: ParsedItem,
  reason: string,
): Taken => {
  const place = { account: batch.account, stream: batch.stream, item: item.key };
  if (locationAt(db, place) !== undefined) return { kind: 'known' };
  const id = quarantineIdOf(batch.account, batch.stream, item.key);
  if (isErased(db, erasures.hash, [quarantineWord(id)])) return { kind: 'known' };
  db.run(
    `INSERT OR IGNORE INTO quarantine (id, account_id, stream, item, reason, source, size, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [id, batch.account, batch.stream, item.key, reason, vault.put(item.bytes), item.size, clock.now()],
  );
  putLocation(db, place, { quarantine: id }, item);
  changed({ topic: 'quarantine' });
  return { kind: 'quarantined' };
};

/** Takes an item out of quarantine that can be understood now; answers where its bytes were put away. */
export const release = ({ db, changed }: ActionContext, id: string): BlobId | null => {
  const row = db.get<{ source: BlobId }>('SELECT source FROM quarantine WHERE id = ?', [id]);
  db.run('DELETE FROM quarantine WHERE id = ?', [id]);
  changed({ topic: 'quarantine' });
  return row?.source ?? null;
};
