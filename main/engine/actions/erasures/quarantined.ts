import { noteBlobs } from '../../store/erase/erase-message.ts';
import { putTombstones, quarantineWord } from '../../store/erase/tombstones.ts';
import type { ActionContext } from '../action.ts';

/** Erases unreadable items that name whom an erasure is about. */
export const eraseQuarantined = (
  { db, erasures }: ActionContext,
  erasure: string,
  items: readonly string[],
): void => {
  for (const item of items) {
    const source = db.get<{ source: string | null }>('SELECT source FROM quarantine WHERE id = ?', [item]);
    noteBlobs({ db, hash: erasures.hash, erasure }, [source?.source ?? null]);
    db.run('DELETE FROM location WHERE quarantine_id = ?', [item]);
    db.run('DELETE FROM quarantine WHERE id = ?', [item]);
    putTombstones(db, erasures.hash, erasure, [quarantineWord(item)]);
  }
};

/** Tells the page that something was erased, or has begun to be. */
export const tellErasure = ({ changed }: Pick<ActionContext, 'changed'>): void => {
  for (const topic of ['erasure', 'lists', 'customers', 'quarantine', 'follow-ups', 'outbox'] as const)
    changed({ topic });
};
