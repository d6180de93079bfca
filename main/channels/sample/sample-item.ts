import * as v from 'valibot';
import { sampleConversations } from './conversations/conversations.ts';
import type { SampleConversation, SampleMessage, SamplePerson } from './conversations/sample-conversation.ts';

/** The shop whose inbox the sample shows. */
export const shop: SamplePerson = { name: 'Larkfield Cycles', address: 'hello@larkfield.example' };

/** A file the agent sent, in base64. */
const sentFile = v.object({
  name: v.string(),
  mimeType: v.string(),
  contentId: v.nullable(v.string()),
  base64: v.string(),
});

const place = v.pipe(v.number(), v.integer(), v.minValue(0));
// Whatever Date can hold, so that reading an item never makes an impossible time.
const moment = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000));

const sampleItem = v.variant('kind', [
  v.object({ kind: v.literal('scripted'), conversation: place, message: place, at: moment }),
  v.object({
    kind: v.literal('answer'),
    to: v.string(),
    from: v.object({ name: v.string(), address: v.string() }),
    subject: v.string(),
    text: v.string(),
    at: moment,
  }),
  v.object({
    kind: v.literal('sent'),
    text: v.string(),
    html: v.nullable(v.string()),
    files: v.array(sentFile),
  }),
]);

/** What the bytes of a sample item say: which message of the sample it is, or what was written in it since. */
export type SampleItem = v.InferOutput<typeof sampleItem>;

/** A file of a sample item, whichever kind the item is. */
export type SampleItemFile = {
  readonly name: string;
  readonly mimeType: string;
  readonly contentId: string | null;
  make(): Uint8Array;
};

/** Bytes for the vault and the parser. */
export const encodeItem = (item: SampleItem): Uint8Array => Buffer.from(JSON.stringify(item), 'utf8');

/** The item that bytes stand for; null when they stand for none. */
export const decodeItem = (bytes: Uint8Array): SampleItem | null => {
  try {
    const result = v.safeParse(sampleItem, JSON.parse(Buffer.from(bytes).toString('utf8')));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
};

/** The scripted message that an item names. */
export const scripted = (item: {
  readonly conversation: number;
  readonly message: number;
}): { readonly conversation: SampleConversation; readonly message: SampleMessage } | null => {
  const conversation = sampleConversations[item.conversation];
  const message = conversation?.messages[item.message];
  return conversation === undefined || message === undefined ? null : { conversation, message };
};

/** The words and files of an item. */
export const contentOf = (
  item: SampleItem,
): {
  readonly text: string;
  readonly html: string | null;
  readonly files: readonly SampleItemFile[];
} | null => {
  if (item.kind === 'answer') return { text: item.text, html: null, files: [] };
  if (item.kind === 'sent') {
    const files = item.files.map(({ base64, ...file }) => ({
      ...file,
      make: () => Buffer.from(base64, 'base64'),
    }));
    return { text: item.text, html: item.html, files };
  }
  const found = scripted(item);
  if (found === null) return null;
  const files = (found.message.files ?? []).map((file) => ({ ...file, contentId: file.contentId ?? null }));
  return { text: found.message.text, html: found.message.html ?? null, files };
};
