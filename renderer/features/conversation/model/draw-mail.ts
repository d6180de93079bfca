import type { SafeMail } from './sanitise.ts';
import { isUnbroken } from './unbroken.ts';

/** Raster formats that the engine answers; anything else is not handed to the frame. */
const raster = /^image\/(png|gif|jpeg|webp|bmp|avif|x-icon)$/;

/** Marks what holds endless words, so that the frame's style sheet draws it the cheap way. */
const markUnbroken = (body: HTMLElement): void => {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (isUnbroken(node.nodeValue ?? '')) node.parentElement?.setAttribute('data-unbroken', '');
  }
};

/** Shows a sanitised message in the frame's document: the one place where a sender's nodes enter a living document. */
export const drawMail = (frame: Document, mail: SafeMail): void => {
  frame.adoptedStyleSheets = [mail.sheet];
  markUnbroken(mail.body);
  frame.body.replaceChildren(frame.importNode(mail.body, true));
};

/** Which held picture is meant: one that came with the mail, or one on the web, by its number. */
export type HeldPicture = { readonly kind: 'inline' | 'remote'; readonly index: number };

/** An address for bytes inside this window, or null for what is no raster picture. To be revoked by the caller. */
export const pictureAddress = (mimeType: string, bytes: Uint8Array): string | null =>
  raster.test(mimeType) ? URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: mimeType })) : null;

/** Shows bytes in every place of the frame that holds this picture. */
export const showPicture = (frame: Document, { kind, index }: HeldPicture, address: string): void => {
  for (const image of frame.querySelectorAll(`img[data-${kind}="${index}"]`)) {
    image.setAttribute('src', address);
    image.removeAttribute(`data-${kind}`);
  }
};
