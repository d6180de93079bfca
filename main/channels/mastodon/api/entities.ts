import * as v from 'valibot';

/** Ids are strings, cast from numbers by some servers; they are opaque. */
const id = v.pipe(
  v.union([v.string(), v.pipe(v.number(), v.safeInteger())]),
  v.transform(String),
  v.minLength(1),
  v.maxLength(100),
);
const text = v.fallback(v.string(), '');
const textOrNull = v.fallback(v.nullable(v.string()), null);
const idOrNull = v.fallback(v.nullable(id), null);
const count = v.fallback(v.number(), 0);

/** A list of which what is not understood is left out. */
const listOf = <Schema extends v.GenericSchema>(schema: Schema, most: number) =>
  v.fallback(
    v.pipe(
      v.array(v.unknown()),
      v.transform((all) =>
        all.slice(0, most).flatMap((one) => {
          const read = v.safeParse(schema, one);
          return read.success ? [read.output] : [];
        }),
      ),
    ),
    [],
  );

const emoji = v.object({ shortcode: v.pipe(v.string(), v.maxLength(100)) });

/** Account (docs.joinmastodon.org/entities/Account), what is used of it. */
export const account = v.object({
  id,
  acct: v.pipe(v.string(), v.minLength(1)),
  display_name: text,
  emojis: listOf(emoji, 100),
});
export type Account = v.InferOutput<typeof account>;

const mention = v.object({ id, acct: v.pipe(v.string(), v.minLength(1)), url: text });

const attachment = v.object({
  id,
  type: text,
  url: textOrNull,
  description: textOrNull,
});
export type MediaAttachment = v.InferOutput<typeof attachment>;

const poll = v.object({
  multiple: v.fallback(v.boolean(), false),
  options: listOf(v.object({ title: v.string(), votes_count: v.fallback(v.nullable(v.number()), null) }), 50),
});
export type Poll = v.InferOutput<typeof poll>;

/** Status (docs.joinmastodon.org/entities/Status), what is used of it. */
export const status = v.object({
  id,
  uri: text,
  url: textOrNull,
  created_at: text,
  edited_at: textOrNull,
  account,
  content: text,
  visibility: text,
  spoiler_text: text,
  in_reply_to_id: idOrNull,
  in_reply_to_account_id: idOrNull,
  mentions: listOf(mention, 200),
  media_attachments: listOf(attachment, 50),
  poll: v.fallback(v.nullable(poll), null),
});
export type Status = v.InferOutput<typeof status>;

/** Notification (docs.joinmastodon.org/entities/Notification); its status is kept as it came. */
export const notification = v.object({
  id,
  type: text,
  created_at: text,
  account: v.fallback(v.nullable(account), null),
  status: v.fallback(v.unknown(), null),
});
export type Notification = v.InferOutput<typeof notification>;

/** Context (docs.joinmastodon.org/entities/Context): who spoke before. */
export const context = v.object({ ancestors: v.array(v.unknown()) });

/** What an upload answers (docs.joinmastodon.org/entities/MediaAttachment). */
export const uploaded = v.object({ id, url: textOrNull });

const limits = v.fallback(
  v.object({
    statuses: v.fallback(v.object({ max_characters: count, characters_reserved_per_url: count }), {
      max_characters: 0,
      characters_reserved_per_url: 0,
    }),
    media_attachments: v.fallback(v.object({ image_size_limit: count, video_size_limit: count }), {
      image_size_limit: 0,
      video_size_limit: 0,
    }),
  }),
  {
    statuses: { max_characters: 0, characters_reserved_per_url: 0 },
    media_attachments: { image_size_limit: 0, video_size_limit: 0 },
  },
);

/** Instance (docs.joinmastodon.org/entities/Instance) and V1::Instance: the name in handles is `domain`, formerly `uri`. */
export const instance = v.object({
  domain: text,
  uri: text,
  configuration: limits,
  /** How servers before 3.4.2 and relatives said it. */
  max_toot_chars: count,
});
export type Instance = v.InferOutput<typeof instance>;

/** What every refusal says. */
export const refusal = v.object({ error: v.pipe(v.string(), v.minLength(1)) });

/** A value read by a schema, or null. */
export function readAs<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> | null {
  const read = v.safeParse(schema, value);
  return read.success ? read.output : null;
}

/** The entries of a list that can be read, each beside what it was read from; null for what is no list. */
export function readList<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): readonly { readonly read: v.InferOutput<Schema>; readonly raw: unknown }[] | null {
  if (!Array.isArray(value)) return null;
  return value.flatMap((raw: unknown) => {
    const read = readAs(schema, raw);
    return read === null ? [] : [{ read, raw }];
  });
}
