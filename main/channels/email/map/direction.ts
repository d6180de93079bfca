import type { Direction } from '#shared/domain/message.ts';
import type { MapContext } from '../../kit/inbound.ts';
import { firstField, readHeaderBlock } from '../mime/header-block.ts';
import type { HeaderBlock } from '../mime/header-block.ts';
import { mailBytes } from '../mime/mail-bytes.ts';
import { defaultReadLimits } from '../mime/read-limits.ts';

// Written by the server that delivers, on top of whatever the sender wrote (RFC 5321 section 4.4, RFC 8601, Postfix, Gmail).
const deliveryFields = [
  'return-path',
  'delivered-to',
  'x-original-to',
  'authentication-results',
  'x-delivered-to',
];

const has = (block: HeaderBlock, name: string): boolean => firstField(block, name) !== null;

/**
 * Whether we said it. Everything in Sent and Drafts is ours: nobody outside can put mail there. Elsewhere a From of ours proves
 * nothing, since anybody can write one, and no header in the mail can prove it either. What a sender outside cannot do is take away
 * the lines that our server adds on delivery. So a mail is ours when its From is ours and it was never delivered: it carries no
 * delivery line and no Received. Gmail keeps what was submitted to it in "All Mail" with the Received line of the submission, hence
 * there the delivery lines alone decide.
 */
export function directionOf(bytes: Uint8Array, from: string | null, context: MapContext): Direction {
  if (context.streamRole === 'sent' || context.streamRole === 'drafts') return 'out';
  if (from === null || !context.own.includes(from.toLowerCase())) return 'in';
  const raw = mailBytes(bytes);
  const block = readHeaderBlock(raw, 0, raw.length, defaultReadLimits);
  if (deliveryFields.some((name) => has(block, name))) return 'in';
  return context.streamRole === 'all' || !has(block, 'received') ? 'out' : 'in';
}
