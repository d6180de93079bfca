/** Somebody in the sample: a customer, or a person copied in. */
export type SamplePerson = { readonly name: string; readonly address: string };

/** A file in the sample; its bytes are made when it is needed. */
export type SampleFile = {
  readonly name: string;
  readonly mimeType: string;
  readonly make: () => Uint8Array;
  /** Set for pictures that the HTML shows by `cid:`. */
  readonly contentId?: string;
};

/** One message of the sample. */
export type SampleMessage = {
  /** `customer` is the conversation's customer, `us` the shop. */
  readonly from: 'customer' | 'us' | SamplePerson;
  /** How long before now it was written, in minutes. */
  readonly ago: number;
  readonly text: string;
  readonly html?: string;
  readonly files?: readonly SampleFile[];
  readonly cc?: readonly SamplePerson[];
  readonly replyTo?: SamplePerson;
  readonly automatic?: 'auto-reply' | 'bounce' | 'list' | 'bulk' | 'notification';
  readonly oddities?: readonly ('reply-to-elsewhere' | 'address-in-name' | 'mixed-script' | 'stranger')[];
  readonly unread?: boolean;
};

/** One conversation of the sample, oldest message first. */
export type SampleConversation = {
  readonly subject: string;
  readonly customer: SamplePerson;
  readonly messages: readonly SampleMessage[];
  readonly done?: boolean;
};

/** Minutes, for readable ages. */
export const minutes = (count: number): number => count;
export const hours = (count: number): number => count * 60;
export const days = (count: number): number => count * 24 * 60;

/** One conversation with its customer and messages. */
export const conversation = (
  subject: string,
  name: string,
  address: string,
  messages: readonly SampleMessage[],
): SampleConversation => ({ subject, customer: { name, address }, messages });

/** A message of the customer's. */
export const customer = (ago: number, text: string, more: Partial<SampleMessage> = {}): SampleMessage => ({
  from: 'customer',
  ago,
  text,
  ...more,
});

/** A message of ours. */
export const us = (ago: number, text: string, more: Partial<SampleMessage> = {}): SampleMessage => ({
  from: 'us',
  ago,
  text,
  ...more,
});
