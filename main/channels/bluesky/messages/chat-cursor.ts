import * as v from 'valibot';
import type { Cursor } from '../../kit/channel.ts';

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
const page = v.nullable(v.pipe(v.string(), v.maxLength(1_000)));

const importing = v.object({
  /** First the newest messages of every conversation, then the rest of each, then what was said in the meantime in those that moved. */
  phase: v.picklist(['recent', 'rest', 'moved']),
  /** The page of the list of conversations, and the conversation of it that was dealt with last. */
  page,
  after: v.nullable(id),
  /** The conversation that is being read downwards, and its next page. */
  inside: v.nullable(v.object({ convo: id, page })),
  brought: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

const chatCursor = v.object({
  version: v.literal(1),
  channel: v.literal('bluesky'),
  /** Where the log stands; everything after it is news. Null while the service gave no place in it. */
  log: page,
  /** Where the log stood when the import began. */
  began: page,
  /** The first import; null when it is over. */
  older: v.nullable(importing),
});

/** Where the direct messages of an account stand. */
export type ChatCursor = v.InferOutput<typeof chatCursor>;
export type Importing = v.InferOutput<typeof importing>;

/** Reads a saved cursor; null when there is none or it is of a kind we cannot read, which means from the beginning. */
export function readChatCursor(cursor: Cursor | null): ChatCursor | null {
  const result = v.safeParse(chatCursor, cursor);
  return result.success ? result.output : null;
}
