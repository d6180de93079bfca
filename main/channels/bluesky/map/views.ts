import * as v from 'valibot';
import type { GenericSchema } from 'valibot';
import { goodHandle, readDid, readPostUri } from '../names.ts';

/*
 * What we read of the lexicons app.bsky.feed.defs, app.bsky.actor.defs, app.bsky.embed.* and app.bsky.richtext.facet
 * (https://github.com/bluesky-social/atproto/tree/main/lexicons): only what is needed, leniently, because they grow.
 */

const words = v.fallback(v.string(), '');
const listOf = <Shape extends GenericSchema>(
  shape: Shape,
  most: number,
): v.GenericSchema<unknown, readonly v.InferOutput<Shape>[]> =>
  v.fallback(
    v.pipe(
      v.array(v.unknown()),
      v.transform((all) =>
        all.slice(0, most).flatMap((one) => {
          const parsed = v.safeParse(shape, one);
          return parsed.success ? [parsed.output] : [];
        }),
      ),
    ),
    [],
  );
const optional = <Shape extends GenericSchema>(
  shape: Shape,
): v.GenericSchema<unknown, v.InferOutput<Shape> | null> => v.fallback(v.nullable(shape), null);

const did = v.pipe(
  v.unknown(),
  v.transform(readDid),
  v.check((found) => found !== null),
  v.transform((found) => found ?? ''),
);
const postUri = v.pipe(
  v.unknown(),
  v.transform(readPostUri),
  v.check((found) => found !== null),
  v.transform((found) => found ?? ''),
);

/** Somebody with an account. `handle` is null where it does not lead to the account. */
export const actorShape = v.object({
  did,
  handle: v.pipe(v.unknown(), v.transform(goodHandle)),
  displayName: words,
});
export type Actor = v.InferOutput<typeof actorShape>;

const facetShape = v.object({
  index: v.object({ byteStart: v.pipe(v.number(), v.integer()), byteEnd: v.pipe(v.number(), v.integer()) }),
  features: listOf(v.object({ $type: v.string(), uri: words }), 10),
});
/** A stretch of a text in UTF-8 bytes, and what it leads to. */
export type Facet = v.InferOutput<typeof facetShape>;

const blobShape = v.object({
  ref: v.object({ $link: v.string() }),
  mimeType: words,
  size: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
});
const recordImage = v.object({ alt: words, image: blobShape });
const linkShape = v.object({ uri: words, title: words });

/** What a post's record embeds: pictures and films by their content hash, links, and other records. */
const recordMedia = v.object({
  images: listOf(recordImage, 20),
  items: listOf(recordImage, 20),
  video: optional(blobShape),
  alt: words,
  external: optional(linkShape),
});
export type RecordMedia = v.InferOutput<typeof recordMedia>;
const recordEmbed = v.object({ ...recordMedia.entries, media: optional(recordMedia) });

const strongRef = v.object({ uri: postUri, cid: v.string() });
export const replyShape = v.object({ root: strongRef, parent: strongRef });

/** The record of a post (lexicon app.bsky.feed.post). */
export const recordShape = v.object({
  text: v.string(),
  createdAt: words,
  facets: listOf(facetShape, 500),
  reply: optional(replyShape),
  embed: optional(recordEmbed),
  labels: optional(v.object({ values: listOf(v.object({ val: v.string() }), 20) })),
});
export type PostRecord = v.InferOutput<typeof recordShape>;

const viewImage = v.object({ fullsize: v.string(), alt: words });
const quotedShape = v.object({ uri: postUri, author: actorShape, value: v.object({ text: v.string() }) });

const viewMedia = v.object({
  images: listOf(viewImage, 20),
  items: listOf(viewImage, 20),
  /** The preview of a film, which is only there as a stream. */
  thumbnail: optional(v.string()),
  alt: words,
  external: optional(linkShape),
});
const viewEmbed = v.object({
  ...viewMedia.entries,
  media: optional(viewMedia),
  /** A quoted post; with pictures beside it the record lies one level deeper. */
  record: optional(
    v.union([
      quotedShape,
      v.pipe(
        v.object({ record: quotedShape }),
        v.transform(({ record }) => record),
      ),
    ]),
  ),
});
export type ViewEmbed = v.InferOutput<typeof viewEmbed>;

/** A post as the network shows it (lexicon app.bsky.feed.defs#postView). */
export const postShape = v.object({
  uri: postUri,
  cid: words,
  author: actorShape,
  record: recordShape,
  embed: optional(viewEmbed),
  labels: listOf(v.object({ val: v.string(), neg: v.fallback(v.boolean(), false) }), 50),
  indexedAt: words,
});
/** A message of a conversation (lexicon chat.bsky.convo.defs#messageView). */
export const messageShape = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  text: v.string(),
  facets: listOf(facetShape, 500),
  sender: v.object({ did }),
  sentAt: words,
  embed: optional(viewEmbed),
});
export type MessageView = v.InferOutput<typeof messageShape>;

export { did as didShape, postUri as postUriShape };
