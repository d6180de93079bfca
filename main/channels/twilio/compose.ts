import * as v from 'valibot';
import type { Composed, Outgoing } from '../kit/outgoing.ts';
import { pack, unpack } from '../kit/packed.ts';
import { roomOf } from './kinds.ts';
import { readPhoneNumber } from './phone-number.ts';

const said = v.object({
  channel: v.literal('twilio'),
  /** How it reads, also where a template is sent instead. */
  text: v.string(),
  template: v.nullable(v.object({ id: v.string(), values: v.record(v.string(), v.string()) })),
});

/** What is sent, apart from whom it is for. */
export type Said = v.InferOutput<typeof said>;

/** Reads what {@link composeMessage} packed; null when it is something else. */
export function readSaid(packed: unknown): Said | null {
  const read = v.safeParse(said, packed);
  return read.success ? read.output : null;
}

/** Reads a wire form. */
export const saidIn = (bytes: Uint8Array): Said | null => readSaid(unpack(bytes)?.said);

/** The wire form: the words, or the template that stands for them. Whom it is for is said by the attempt. */
export function composeMessage(message: Outgoing): Composed {
  const form: Said = { channel: 'twilio', text: message.text, template: message.template };
  const recipients = [...message.to, ...message.cc, ...message.bcc].map(({ address }) => address);
  const own = readPhoneNumber(message.from.address);
  const [peer, ...others] = recipients;
  return {
    externalId: null,
    recipients,
    bytes: pack(form, []),
    room: own === null || peer === undefined || others.length > 0 ? null : roomOf(own, peer),
  };
}
