import type { AccountId, BlobId, MessageId } from '#shared/kit/brand.ts';
import { namesOf } from '../actions/ingest/names.ts';
import type { BulkVault } from '../bulk-vault/bulk-vault.ts';
import type { ReadableDb } from '../store/driver.ts';
import { isErased, wordsOf } from '../store/erase/tombstones.ts';
import type { KeyedHash } from '../store/erase/tombstones.ts';
import { messageKnownAs } from '../store/read/message-lookup.ts';
import { messageIdsOf } from './identity.ts';
import type { ParsedItem } from './parsed-item.ts';

/** So many sources are put away in some 20 ms, and reach the disk together. */
const putAtOnce = 128;
const nothing = new Uint8Array();

/** Where sources were put away, by the message they are of. */
export type Put = ReadonlyMap<MessageId, BlobId>;

/** What putting away looks at and where it puts. */
export type PutAway = {
  readonly db: ReadableDb;
  /** The hashes by which the workspace knows what was erased. */
  readonly hash: KeyedHash;
  readonly bulk: BulkVault;
};

type Whose = { readonly account: AccountId; readonly channel: string };

/** The messages whose sources are to be put away now: not what is here already, was erased, or may be our own coming back. */
const wanted = (
  { db, hash }: PutAway,
  { account, channel }: Whose,
  items: readonly ParsedItem[],
): readonly (MessageId | null)[] => {
  const sends = db.get('SELECT 1 AS yes FROM message WHERE client_id IS NOT NULL LIMIT 1') !== undefined;
  return items.map(({ result }) => {
    if (result.kind !== 'message' || !result.keepSource || (sends && result.direction === 'out')) return null;
    const ids = messageIdsOf(db, channel, result);
    const isHere = messageKnownAs(db, ids) !== undefined;
    if (isHere || isErased(db, hash, wordsOf(namesOf({ account, channel }, result, ids)))) return null;
    return ids[0];
  });
};

/**
 * Puts the sources of a large pull away before its slices, beside the writer, so that they are on the disk before any row speaks of them.
 * The items come back without their bytes, but for those of which nobody knows yet whether they are kept. A crash before the slices leaves
 * bytes that nothing refers to; whoever is erased in between is noticed when the slice is taken in, which overwrites them. `before` are
 * those of pulls whose slices may not be committed yet.
 */
export const putAway = async (
  ports: PutAway,
  whose: Whose,
  items: readonly ParsedItem[],
  before: readonly Put[],
): Promise<{ readonly items: readonly ParsedItem[]; readonly put: Put }> => {
  const put = new Map<MessageId, BlobId>();
  const done: ParsedItem[] = [];
  for (let from = 0; from < items.length; from += putAtOnce) {
    const some = items.slice(from, from + putAtOnce);
    const ids = wanted(ports, whose, some);
    const sources = new Map<MessageId, Uint8Array>();
    for (const [place, { bytes }] of some.entries()) {
      const id = ids[place] ?? null;
      if (id === null || sources.has(id)) continue;
      const known = [put, ...before].find((one) => one.has(id))?.get(id);
      if (known === undefined) sources.set(id, bytes);
      else put.set(id, known);
    }
    const blobs = sources.size === 0 ? [] : await ports.bulk.put([...sources.values()]);
    for (const [place, id] of [...sources.keys()].entries()) {
      const blob = blobs[place];
      if (blob !== undefined) put.set(id, blob);
    }
    for (const [place, item] of some.entries()) {
      const id = ids[place] ?? null;
      const kept = id === null ? undefined : put.get(id);
      done.push(kept === undefined ? item : { ...item, bytes: nothing, kept });
    }
  }
  return { items: done, put };
};
