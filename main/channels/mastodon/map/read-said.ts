import * as v from 'valibot';
import { notification, readAs, status } from '../api/entities.ts';

const home = v.pipe(v.string(), v.maxLength(300));
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

const said = v.variant('as', [
  v.object({
    as: v.literal('status'),
    home,
    root: id,
    client: v.nullable(v.string()),
    aside: v.boolean(),
    status,
  }),
  v.object({ as: v.literal('edit'), home, status }),
  v.object({ as: v.literal('gone'), id, at: v.number() }),
  v.object({ as: v.literal('favourite'), home, notification, about: id }),
]);
export type ReadSaid = v.InferOutput<typeof said>;

/** What an item says, or null for bytes that say nothing. */
export function readSaid(bytes: Uint8Array): ReadSaid | null {
  try {
    return readAs(said, JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}
