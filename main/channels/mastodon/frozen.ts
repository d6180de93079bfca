import * as v from 'valibot';
import { pack, unpack } from '../kit/packed.ts';
import type { OutgoingFile } from '../kit/outgoing.ts';
import { readAs } from './api/entities.ts';

const frozen = v.object({
  /** What the agent wrote. */
  text: v.string(),
  /** What is posted, by the names of methods/statuses#create; the files get their ids when they are handed in. */
  post: v.object({
    status: v.string(),
    visibility: v.picklist(['public', 'unlisted', 'private', 'direct']),
    in_reply_to_id: v.nullable(v.string()),
    spoiler_text: v.string(),
    sensitive: v.boolean(),
  }),
});
type Said = v.InferOutput<typeof frozen>;

/** A post as it was frozen at the click. */
export type Frozen = Said & { readonly files: readonly OutgoingFile[] };

/** The wire form of a post. */
export const freeze = ({ files, ...said }: Frozen): Uint8Array<ArrayBuffer> => pack(said, files);

/** A post out of its wire form; null for other bytes. */
export function readFrozen(bytes: Uint8Array): Frozen | null {
  const packed = unpack(bytes);
  const said = packed === null ? null : readAs(frozen, packed.said);
  return packed === null || said === null ? null : { ...said, files: packed.files };
}
