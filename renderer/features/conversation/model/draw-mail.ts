import type { SafeMail } from './sanitise.ts';

/** Raster formats that the engine answers; anything else is not handed to the frame. */
const raster = /^image\/(png|gif|jpeg|webp|bmp|avif|x-icon)$/;

/** Shows a sanitised message in the frame's document: the one place where a sender's nodes enter a living document. */
export const drawMail = (frame: Document, mail: SafeMail): void => {
  frame.adoptedStyleSheets = [mail.sheet];
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
