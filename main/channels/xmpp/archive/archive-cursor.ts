import * as v from 'valibot';
import type { Cursor } from '../../kit/channel.ts';

const archiveId = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));

const archiveCursor = v.object({
  version: v.literal(1),
  channel: v.literal('xmpp'),
  /** The archive's id of the newest message that is here; null while the archive was empty. */
  newest: v.nullable(archiveId),
  /** Everything before this id is still to be pulled; null when the first import is over. */
  before: v.nullable(archiveId),
  /** How many messages the first import has brought, items passed over included. */
  brought: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

/** Where the archive stands (XEP-0313). */
export type ArchiveCursor = v.InferOutput<typeof archiveCursor>;

/** Reads a saved cursor; null when there is none or it is of a kind we cannot read, which means from the beginning. */
export function readArchiveCursor(cursor: Cursor | null): ArchiveCursor | null {
  const result = v.safeParse(archiveCursor, cursor);
  return result.success ? result.output : null;
}
