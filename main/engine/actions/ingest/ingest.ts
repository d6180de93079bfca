import type { AccountId, BlobId, ConversationId, MessageId } from '#shared/kit/brand.ts';
import { whileApplying } from '../../store/team/link.ts';
import { learnt } from '../../store/team/op.ts';
import { textSize } from '../../store/packed-text.ts';
import { packOldTexts } from '../../store/write/message-text.ts';
import { indexMessages, tendIndex } from '../../store/write/search-index.ts';
import { announceStreams } from '../../store/write/streams.ts';
import type { AnnouncedStream } from '../../store/write/streams.ts';
import { keepAttachment, replaceSource } from '../../store/write/message.ts';
import type { Action, ActionContext } from '../action.ts';
import { ingestBatch } from './batch.ts';

const ingestStreams: Action<
  { readonly account: AccountId; readonly streams: readonly AnnouncedStream[] },
  null
> = ({ db, changed }, { account, streams }) => {
  if (announceStreams(db, account, streams)) changed({ topic: 'accounts' });
  return null;
};

/**
 * Characters of text that one call indexes, about 30 ms of work: an agent's click never waits longer for the writer.
 * The cut is by volume and not by the clock, because within a call messages go in by growing `seq`.
 */
const mostText = 150_000;

/**
 * Makes up to `limit` messages searchable, newest first; behind the last of them the parts of the index are kept at their size,
 * and then what is left of an older version is packed.
 * Answers how many, and whether there may be more to do.
 */
const searchIndex: Action<
  { readonly limit: number },
  { readonly indexed: number; readonly more: boolean }
> = ({ db, changed }, { limit }) => {
  const rows = db.all<{ seq: number; size: number }>(
    `SELECT m.seq, ${textSize} AS size FROM message m JOIN message_text t ON t.seq = m.seq
     WHERE m.indexed = 0 ORDER BY m.seq DESC LIMIT ?`,
    [limit],
  );
  let volume = 0;
  const chosen = rows.filter((row, place) => {
    volume += row.size;
    return place === 0 || volume <= mostText;
  });
  indexMessages(
    db,
    chosen.map((row) => row.seq),
  );
  if (chosen.length > 0) changed({ topic: 'index' });
  const more = chosen.length < rows.length || rows.length === limit || tendIndex(db) || packOldTexts(db);
  return { indexed: chosen.length, more };
};

/** Keeps the bytes of a file that a message only pointed to, so that it is here from now on. */
const keepFile = (
  { db, vault, team }: ActionContext,
  { seq, part, bytes }: { readonly seq: number; readonly part: string; readonly bytes: Uint8Array },
): null => {
  const blob = vault.put(bytes);
  keepAttachment(db, seq, part, blob);
  const row = db.get<{ id: MessageId }>('SELECT id FROM message WHERE seq = ?', [seq]);
  if (row !== undefined) team?.save(learnt(row.id, { file: { part, blob } }));
  return null;
};

/** Puts what was damaged on the disk back, fetched anew, wherever this message refers to it. */
const mendSource = (
  { db, vault, changed }: ActionContext,
  { seq, damaged, bytes }: { readonly seq: number; readonly damaged: BlobId; readonly bytes: Uint8Array },
): null => {
  const source = vault.put(bytes);
  // Nothing is new in it, for this team's other devices either.
  whileApplying(db, () => replaceSource(db, seq, damaged, source));
  const row = db.get<{ id: ConversationId }>(
    'SELECT c.id FROM message m JOIN conversation c ON c.num = m.conversation_num WHERE m.seq = ?',
    [seq],
  );
  if (row !== undefined) changed({ topic: 'conversation', id: row.id });
  return null;
};

/** What comes in from channels. */
export const ingestActions = {
  'ingest.streams': ingestStreams,
  'ingest.batch': ingestBatch,
  'search.index': searchIndex,
  'attachment.keep': keepFile,
  'ingest.mend': mendSource,
} as const;
