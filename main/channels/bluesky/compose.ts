import * as v from 'valibot';
import type { Composed, Outgoing } from '../kit/outgoing.ts';
import { pack, unpack } from '../kit/packed.ts';
import { postCollection, readDid, readHandle, readPostUri, recordUri } from './names.ts';
import { tidFor } from './tid.ts';

const line = v.pipe(v.string(), v.maxLength(10_000));

const saidShape = v.variant('is', [
  v.object({
    is: v.literal('post'),
    text: v.string(),
    rkey: v.pipe(v.string(), v.maxLength(512)),
    /** ms UTC. */
    at: v.pipe(v.number(), v.finite()),
    /** The post that is answered, as an AT-URI; null for a first word. */
    answers: v.nullable(line),
    /** Whom a first word mentions, by DID or handle. */
    mentions: v.nullable(line),
    /** The author's own labels of the content. */
    labels: v.array(line),
  }),
  v.object({
    is: v.literal('direct'),
    text: v.string(),
    /** The conversation it belongs to; null where it has to be found by its member. */
    convo: v.nullable(line),
    to: v.nullable(line),
  }),
]);

/** What we are about to say, as it was frozen at the click. */
export type Said = v.InferOutput<typeof saidShape>;

/** Reads what {@link composeMessage} froze; null for anything else. */
export function saidBy(said: unknown): Said | null {
  const parsed = v.safeParse(saidShape, said);
  return parsed.success ? parsed.output : null;
}

/** Labels that an author may give to their own content (lexicon com.atproto.label.defs#selfLabels). */
const ownLabels: ReadonlySet<string> = new Set(['porn', 'sexual', 'nudity', 'graphic-media']);

const labelsIn = (warning: string): readonly string[] =>
  warning
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => ownLabels.has(word));

/** Whom a first word is for, as it was typed or as the customer is known. */
const personIn = (address: string | undefined): string | null => readDid(address) ?? readHandle(address);

/**
 * A recipient as the channel writes it: a DID, or a handle in small letters without its @; null for anything else. A page of somebody's
 * on bsky.app will do.
 */
export function readPerson(typed: string): string | null {
  const text = typed.trim().replace(/^https:\/\/bsky\.app\/profile\/([^/?#]+).*$/i, '$1');
  return readDid(text) ?? readHandle(text);
}

/** The wire form: a post with a key of ours, or a direct message, which has none. An answer in private is private, whatever is answered. */
export function composeMessage(message: Outgoing): Composed {
  const { answers } = message;
  const recipients = [...message.to, ...message.cc, ...message.bcc].map(({ address }) => address);
  const answered = readPostUri(answers?.name);
  const inConvo = answers !== null && (answers.visibility === 'direct' || answered === null);
  const to = personIn(inConvo ? answers.from.address : message.to[0]?.address);
  if (message.visibility === 'direct' || inConvo) {
    const convo = inConvo ? answers.room : null;
    const said: Said = { is: 'direct', text: message.text, convo, to };
    return { externalId: null, recipients, bytes: pack(said, message.files), room: convo };
  }
  const rkey = tidFor(message.clientId, message.at);
  const did = readDid(message.from.address);
  const uri = did === null ? null : recordUri({ did, collection: postCollection, rkey });
  const said: Said = {
    is: 'post',
    text: message.text,
    rkey,
    at: message.at,
    answers: answered,
    mentions: answered === null ? to : null,
    labels: [...labelsIn(message.warning)],
  };
  return {
    externalId: uri,
    recipients,
    bytes: pack(said, message.files),
    room: answered === null ? uri : (answers?.room ?? null),
  };
}

/** The same with another date, for what leaves later than it was written: a post stands in the network where its date says. */
export function redateMessage(bytes: Uint8Array, at: number): Uint8Array {
  const packed = unpack(bytes);
  const said = saidBy(packed?.said);
  return packed === null || said?.is !== 'post' ? bytes : pack({ ...said, at }, packed.files);
}
