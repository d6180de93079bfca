import { sampleConversations } from './conversations/conversations.ts';
import type { SampleConversation, SampleMessage, SamplePerson } from './conversations/sample-conversation.ts';

/** The shop whose inbox the sample shows. */
export const shop: SamplePerson = { name: 'Larkfield Cycles', address: 'hello@larkfield.example' };

/** What the bytes of a sample item say: which message of the sample it is, or what was written in it since. */
export type SampleItem =
  | {
      readonly kind: 'scripted';
      readonly conversation: number;
      readonly message: number;
      readonly at: number;
    }
  | {
      readonly kind: 'answer';
      readonly to: string;
      readonly from: SamplePerson;
      readonly subject: string;
      readonly text: string;
      readonly at: number;
    }
  | {
      readonly kind: 'sent';
      readonly text: string;
      readonly html: string | null;
      readonly files: readonly SampleSentFile[];
    };

/** A file the agent sent, in base64. */
export type SampleSentFile = {
  readonly name: string;
  readonly mimeType: string;
  readonly contentId: string | null;
  readonly base64: string;
};

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
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isItem(value) ? value : null;
  } catch {
    return null;
  }
};

const isItem = (value: unknown): value is SampleItem =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  ['scripted', 'answer', 'sent'].includes(String(value.kind));

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
