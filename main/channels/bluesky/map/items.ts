import * as v from 'valibot';
import { actorShape, didShape, messageShape, postShape, postUriShape, recordShape } from './views.ts';

/*
 * The sources we keep: what the servers said, unchanged, in a frame of ours that says what it is and adds what the mapper cannot know.
 */

const chatId = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
const time = v.pipe(v.number(), v.finite());

const itemShape = v.variant('is', [
  /** A post as the network shows it. */
  v.object({ is: v.literal('post'), view: postShape }),
  /** A post of our own, from our own server. */
  v.object({ is: v.literal('record'), uri: postUriShape, value: recordShape, by: actorShape }),
  v.object({ is: v.literal('like'), of: postUriShape, by: actorShape, at: v.string() }),
  /** A post that was there and is not any more. */
  v.object({ is: v.literal('gone'), uri: postUriShape, at: time }),
  v.object({
    is: v.literal('message'),
    convo: v.object({ id: chatId, members: v.array(actorShape) }),
    message: messageShape,
  }),
  v.object({
    is: v.literal('reaction'),
    convo: v.object({ id: chatId, members: v.array(actorShape) }),
    message: v.object({ id: chatId }),
    on: v.boolean(),
    reaction: v.object({ value: v.string(), sender: v.object({ did: didShape }), createdAt: v.string() }),
  }),
]);
export type Item = v.InferOutput<typeof itemShape>;

/** What can stand in a source before it is checked. */
type Frame = { readonly is: Item['is'] } & Readonly<Record<string, unknown>>;

/** The bytes of a source. */
export const sourceOf = (frame: Frame): Uint8Array => new TextEncoder().encode(JSON.stringify(frame));

/** Reads a source; null for bytes that are none. */
export function readItem(bytes: Uint8Array): Item | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  const parsed = v.safeParse(itemShape, value);
  return parsed.success ? parsed.output : null;
}
