import * as v from 'valibot';

const text = v.fallback(v.nullish(v.string(), ''), '');
const nullableText = v.fallback(v.nullish(v.string(), null), null);
/** Counts come as texts in the 2010 API, as numbers elsewhere. */
const count = v.fallback(
  v.pipe(
    v.union([v.string(), v.number()]),
    v.transform(Number),
    v.number(),
    v.integer(),
    v.minValue(0),
    v.maxValue(1_000),
  ),
  0,
);

/** A message (https://www.twilio.com/docs/messaging/api/message-resource), as far as it is read here. */
export const messageResource = v.object({
  sid: v.pipe(v.string(), v.regex(/^(?:SM|MM)[0-9a-fA-F]{32}$/)),
  body: text,
  from: text,
  to: text,
  direction: text,
  status: text,
  num_media: count,
  date_created: text,
  date_sent: text,
  date_updated: text,
  error_code: v.fallback(v.nullish(v.number(), null), null),
  error_message: nullableText,
});
export type MessageResource = v.InferOutput<typeof messageResource>;

/** A file of a message (https://www.twilio.com/docs/messaging/api/media-resource). */
export const mediaResource = v.object({
  sid: v.pipe(v.string(), v.regex(/^ME[0-9a-fA-F]{32}$/)),
  content_type: text,
});
export type MediaResource = v.InferOutput<typeof mediaResource>;

/** Lists hold what they hold; each entry is read for itself, so that a strange one does not hide the others. */
export const messageList = v.object({ messages: v.array(v.unknown()), next_page_uri: nullableText });
export const mediaList = v.object({ media_list: v.array(v.unknown()) });

export const accountResource = v.object({ sid: v.string(), status: text });

export const incomingNumbers = v.object({
  incoming_phone_numbers: v.array(v.object({ phone_number: text })),
});

/** What an error answer says (https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions). */
export const errorBody = v.object({
  code: v.fallback(v.nullish(v.number(), null), null),
  message: text,
});

/** A prepared text (https://www.twilio.com/docs/content/content-api-resources). */
export const contentResource = v.object({
  sid: v.pipe(v.string(), v.regex(/^HX[0-9a-fA-F]{32}$/)),
  friendly_name: text,
  language: text,
  types: v.fallback(v.nullish(v.record(v.string(), v.unknown()), {}), {}),
});
export type ContentResource = v.InferOutput<typeof contentResource>;

export const contentList = v.object({
  contents: v.array(v.unknown()),
  meta: v.object({ next_page_url: nullableText }),
});

export const approvalResource = v.object({
  whatsapp: v.fallback(v.nullish(v.object({ name: text, status: text }), null), null),
});

/** The entries of a list that are of the form expected. */
export function readable<T>(schema: v.GenericSchema<unknown, T>, entries: readonly unknown[]): readonly T[] {
  return entries.flatMap((entry) => {
    const read = v.safeParse(schema, entry);
    return read.success ? [read.output] : [];
  });
}

/** A date of the API (RFC 2822) as ms UTC; null when it says none. */
export function dateOf(said: string): number | null {
  const at = said === '' || said.length > 60 ? Number.NaN : Date.parse(said);
  return Number.isNaN(at) ? null : at;
}

/** When a message was sent, or until then when it was made; null when the API says neither. */
export const sentAt = (message: MessageResource): number | null =>
  dateOf(message.date_sent) ?? dateOf(message.date_created);
