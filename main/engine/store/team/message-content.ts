import * as v from 'valibot';
import { receiptLevels, visibilities } from '#shared/domain/message.ts';
import type { JsonObject } from '../../team/wire.ts';

const text = v.nullable(v.string());
const number = v.nullable(v.number());

const shape = v.object({
  conversation: v.string(),
  direction: v.picklist(['in', 'out']),
  channel: v.string(),
  account: text,
  externalId: text,
  clientId: text,
  at: v.number(),
  fromName: v.string(),
  fromAddress: v.string(),
  people: v.string(),
  subject: v.string(),
  snippet: v.string(),
  text: v.string(),
  html: text,
  hasHtml: v.boolean(),
  automatic: text,
  oddities: v.string(),
  authenticatedFrom: text,
  invitation: text,
  source: text,
  sourcePartial: v.boolean(),
  bounced: text,
  name: text,
  room: text,
  visibility: v.nullable(v.picklist(visibilities)),
  warning: v.string(),
  permalink: text,
  version: text,
  editedAt: number,
  removedAt: number,
  receipt: v.nullable(v.picklist(receiptLevels)),
  receiptAt: number,
  files: v.array(
    v.object({
      part: v.string(),
      name: v.string(),
      mimeType: v.string(),
      size: v.number(),
      contentId: text,
      inline: v.boolean(),
      kind: v.string(),
      dangerous: v.boolean(),
      remote: v.boolean(),
      hash: text,
    }),
  ),
  versions: v.array(v.object({ version: v.string(), at: v.number(), text: v.string(), html: text })),
  reactions: v.array(
    v.object({
      address: v.string(),
      emoji: v.string(),
      name: v.string(),
      given: v.boolean(),
      at: v.number(),
    }),
  ),
  /** By what it may be found without headers; null for what only headers tie. */
  subjectKey: v.nullable(v.object({ key: v.string(), loose: v.boolean(), at: v.number() })),
});

/** A message as its document says it. */
export type MessageContent = v.InferOutput<typeof shape>;

/** Reads a body that came from the team; throws on one that is none. */
export const messageBody = (body: JsonObject): MessageContent => v.parse(shape, body);

/** The part of a blob's id that says what its bytes are, wherever they lie. */
export const contentOf = (blob: string): string => blob.split('.').at(-1) ?? '';
