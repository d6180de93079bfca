import * as v from 'valibot';

const chatId = v.pipe(v.string(), v.regex(/^-?\d{1,16}$/));
const partId = v.nullable(v.pipe(v.string(), v.regex(/^\d{1,16}$/)));

const said = v.object({
  version: v.literal(1),
  chat: chatId,
  topic: partId,
  direct: partId,
  connection: v.nullable(v.string()),
  /** The message that is answered, in the same chat. */
  answers: partId,
  text: v.string(),
  entities: v.array(
    v.object({ type: v.string(), offset: v.number(), length: v.number(), url: v.optional(v.string()) }),
  ),
});

/** What we say, as it is frozen at the click; the file goes beside it. */
export type Said = v.InferOutput<typeof said>;

/** What was frozen, or null for anything else. */
export function readSaid(value: unknown): Said | null {
  const read = v.safeParse(said, value);
  return read.success ? read.output : null;
}
