import * as v from 'valibot';
import type { Composed, Outgoing, OutgoingFile } from '../../kit/outgoing.ts';
import { pack, unpack } from '../../kit/packed.ts';
import { isEventId, isRoomId } from '../identifiers.ts';
import { formattedBody } from './html.ts';

/** An event has at most 65,536 bytes; what the server adds (ids, hashes, signatures) needs some of them. */
const mostBytes = 60_000;

const said = v.object({
  /** Where it goes: a room that is there, or the direct room with `to`, which may have to be made. */
  room: v.nullable(v.string()),
  to: v.string(),
  /** The event that is answered. */
  answers: v.nullable(v.string()),
  body: v.string(),
  formatted: v.nullable(v.string()),
});

/** What is to be said, as it was frozen at the click. */
export type Said = v.InferOutput<typeof said>;

/** The wire form: the words, where they go, and the files. The same bytes on every try. */
export function composeMessage(message: Outgoing): Composed {
  const { answers } = message;
  const room =
    answers?.room !== undefined && answers.room !== null && isRoomId(answers.room) ? answers.room : null;
  const to = message.to.map(({ address }) => address);
  const first = to[0] ?? answers?.from.address ?? '';
  const formatted = message.html === null ? null : formattedBody(message.html);
  const size = Buffer.byteLength(JSON.stringify([message.text, formatted]));
  const words: Said = {
    room,
    to: first,
    answers:
      answers?.name !== undefined && answers.name !== null && isEventId(answers.name) ? answers.name : null,
    body: message.text,
    // The plain words are whole without it.
    formatted: size > mostBytes ? null : formatted,
  };
  return {
    externalId: null,
    recipients: room === null ? [first] : to.length > 0 ? to : [first],
    bytes: pack(words, message.files),
    room,
  };
}

/** Reads a wire form; null for any other bytes. */
export function readComposed(
  bytes: Uint8Array,
): { readonly said: Said; readonly files: readonly OutgoingFile[] } | null {
  const packed = unpack(bytes);
  const words = v.safeParse(said, packed?.said);
  return packed === null || !words.success ? null : { said: words.output, files: packed.files };
}
