import { wordsOf } from '../../kit/connection-codes.ts';
import type { ReceiptLevel } from '#shared/domain/message.ts';
import { bareJid, ns, resourceOf } from '../names.ts';
import { attributeOf, childOf, elementsOf, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { filesIn } from './files.ts';

/** What a message is, before it is asked whom it may concern. `id` is the sender's or the room's name of another message. */
export type Said =
  | { readonly kind: 'words' }
  | { readonly kind: 'correction'; readonly id: string }
  | { readonly kind: 'retraction'; readonly id: string; readonly moderated: boolean }
  | { readonly kind: 'reactions'; readonly id: string; readonly emojis: readonly string[] }
  | { readonly kind: 'receipt'; readonly id: string; readonly level: ReceiptLevel; readonly upTo: boolean }
  | { readonly kind: 'bounce'; readonly id: string; readonly said: string }
  /** "Is typing", a bare subject, an invitation without words: nothing to keep. */
  | { readonly kind: 'nothing' };

/** Ids of stanzas that ask for no answer begin with this, so that an error about one is not taken for one about a message. */
export const quietId = 'quiet-';

const longestId = 500;
const mostReactions = 20;
const longestReaction = 32;

/** An id as others wrote it, bounded; null when there is none. */
export const idOf = (of: Element | undefined): string | null => {
  const id = attributeOf(of, 'id');
  return id === null || id === '' || id.length > longestId ? null : id;
};

const nothing: Said = { kind: 'nothing' };

const encryptions: readonly string[] = [ns.encryption, ns.omemo, ns.newOmemo, ns.pgp, ns.openpgp];

/** Whether what was said is for the eyes of programs that hold a key (XEP-0380 and what came before it, OTR). */
export const isEncrypted = (message: Element): boolean =>
  elementsOf(message).some((child) => encryptions.includes(child.ns)) ||
  /^\?OTR[:?v]/.test(textIn(childOf(message, 'body', ns.client)));

const saysWords = (message: Element): boolean =>
  textIn(childOf(message, 'body', ns.client)) !== '' || filesIn(message).length > 0 || isEncrypted(message);

/** The emojis of a reaction (XEP-0444): the whole set that its sender has left on the message. */
function emojisIn(reactions: Element): readonly string[] {
  const all = elementsOf(reactions)
    .filter((child) => child.name === 'reaction' && child.ns === ns.reactions)
    .map((child) => textIn(child).trim())
    .filter((emoji) => emoji !== '' && emoji.length <= longestReaction && !/[\p{Cc}\s]/u.test(emoji));
  return [...new Set(all)].slice(0, mostReactions);
}

const levels: Readonly<Record<string, { readonly level: ReceiptLevel; readonly upTo: boolean }>> = {
  received: { level: 'delivered', upTo: true },
  displayed: { level: 'read', upTo: true },
  acknowledged: { level: 'read', upTo: true },
};

function retractionIn(message: Element): Said | null {
  const now = childOf(message, 'retract', ns.retract);
  const id = idOf(now);
  if (id !== null) {
    const moderated = childOf(now, 'moderated', ns.moderate) !== undefined;
    return { kind: 'retraction', id, moderated };
  }
  const fastened = childOf(message, 'apply-to', ns.fasten);
  const about = idOf(fastened);
  const moderation = childOf(fastened, 'moderated', ns.oldModerate);
  const old = childOf(moderation ?? fastened, 'retract', ns.oldRetract);
  if (about === null || old === undefined) return null;
  return { kind: 'retraction', id: about, moderated: moderation !== undefined };
}

function receiptIn(message: Element): Said | null {
  const receipt = idOf(childOf(message, 'received', ns.receipts));
  if (receipt !== null) return { kind: 'receipt', id: receipt, level: 'delivered', upTo: false };
  for (const [name, meaning] of Object.entries(levels)) {
    const id = idOf(childOf(message, name, ns.markers));
    if (id !== null) return { kind: 'receipt', id, ...meaning };
  }
  return null;
}

function bounceIn(message: Element): Said {
  const id = idOf(message);
  const error = childOf(message, 'error', ns.client);
  if (id === null || id.startsWith(quietId) || error === undefined) return nothing;
  const words = wordsOf(textIn(childOf(error, 'text', ns.stanzaErrors)));
  const condition = elementsOf(error).find((child) => child.ns === ns.stanzaErrors && child.name !== 'text');
  return { kind: 'bounce', id, said: words ?? condition?.name ?? '' };
}

/** Reads what a message is. A body beside a retraction, reaction or receipt is only the fallback for programs that know none (XEP-0428). */
export function saidIn(message: Element): Said {
  if (attributeOf(message, 'type') === 'error') return bounceIn(message);
  const retraction = retractionIn(message);
  if (retraction !== null) return retraction;
  const reactions = childOf(message, 'reactions', ns.reactions);
  const about = idOf(reactions);
  if (reactions !== undefined && about !== null)
    return { kind: 'reactions', id: about, emojis: emojisIn(reactions) };
  if (saysWords(message)) {
    const corrected = idOf(childOf(message, 'replace', ns.correct));
    return corrected === null ? { kind: 'words' } : { kind: 'correction', id: corrected };
  }
  return receiptIn(message) ?? nothing;
}

/** The address of whoever wrote to us alone: without its device, but within a room the name decides who it is (XEP-0045 section 7.5). */
export function writerOf(message: Element, attribute: 'from' | 'to' = 'from'): string | null {
  const written = attributeOf(message, attribute);
  const bare = bareJid(written);
  const resource = resourceOf(written);
  const inRoom = resource !== '' && childOf(message, 'x', ns.roomUser) !== undefined;
  return bare !== null && inRoom ? occupantJid(bare, resource) : bare;
}

/** The address of somebody in a room, with what could break a line taken out of the name. */
export const occupantJid = (room: string, nick: string): string =>
  `${room}/${nick.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 200)}`;
