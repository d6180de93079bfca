import type { BlobId } from '#shared/kit/brand.ts';
import { messageIdOf } from '../../ingest/identity.ts';
import type { ParsedItem } from '../../ingest/parsed-item.ts';
import { isErased, wordsOf } from '../../store/erase/tombstones.ts';
import type { Action, ActionContext } from '../action.ts';
import type { IngestBatch } from './intake.ts';
import { namesOf } from './names.ts';

/** An item's bytes: put away, or given back because nobody knows yet whether they are kept. */
export type Source = { readonly kept: BlobId } | { readonly bytes: Uint8Array };

/**
 * Puts the sources of a large pull away before its slices, so that they reach the disk at once and not slice by slice. A crash in
 * between leaves bytes that nothing refers to. What is here already, was erased, or may be our own coming back is given back.
 */
export const ingestSources: Action<
  Pick<IngestBatch, 'account' | 'channel'> & { readonly items: readonly ParsedItem[] },
  readonly Source[]
> = (context, { account, channel, items }) => {
  const put = new Map<string, BlobId>();
  const sends =
    context.db.get('SELECT 1 AS yes FROM message WHERE client_id IS NOT NULL LIMIT 1') !== undefined;
  return items.map(({ bytes, result }): Source => {
    if (result.kind !== 'message' || !result.keepSource || (sends && result.direction === 'out'))
      return { bytes };
    const id = messageIdOf(channel, result.dedupe);
    const kept = put.get(id);
    if (kept !== undefined) return { kept };
    if (
      isHere(context, id) ||
      isErased(context.db, context.erasures.hash, wordsOf(namesOf({ account, channel }, result, id)))
    )
      return { bytes };
    const blob = context.vault.put(bytes);
    put.set(id, blob);
    return { kept: blob };
  });
};

const isHere = ({ db }: ActionContext, id: string): boolean =>
  db.get('SELECT 1 AS yes FROM message WHERE id = ?', [id]) !== undefined;
