import type { AccountId } from '#shared/kit/brand.ts';
import { indexMessages } from '../../store/write/search-index.ts';
import { announceStreams } from '../../store/write/streams.ts';
import type { AnnouncedStream } from '../../store/write/streams.ts';
import type { Action } from '../action.ts';
import { ingestBatch } from './batch.ts';

const ingestStreams: Action<
  { readonly account: AccountId; readonly streams: readonly AnnouncedStream[] },
  null
> = ({ db, changed }, { account, streams }) => {
  if (announceStreams(db, account, streams)) changed({ topic: 'accounts' });
  return null;
};

/** Makes up to `limit` messages searchable, newest first; answers how many and whether there are more. */
const searchIndex: Action<
  { readonly limit: number },
  { readonly indexed: number; readonly more: boolean }
> = ({ db, changed }, { limit }) => {
  const rows = db.all<{ seq: number }>(
    'SELECT seq FROM message WHERE indexed = 0 ORDER BY seq DESC LIMIT ?',
    [limit],
  );
  indexMessages(
    db,
    rows.map((row) => row.seq),
  );
  if (rows.length > 0) changed({ topic: 'index' });
  return { indexed: rows.length, more: rows.length === limit };
};

/** What comes in from channels. */
export const ingestActions = {
  'ingest.streams': ingestStreams,
  'ingest.batch': ingestBatch,
  'search.index': searchIndex,
} as const;
