import createDOMPurify from 'dompurify';
import type { Config } from 'dompurify';
import { isDrawable } from './data-picture.ts';
import { parseAddress } from './parse-address.ts';
import { safeDeclarations, safeStyleSheet } from './safe-styles.ts';

/** A sanitised message: nodes to import into the frame, and what they refer to, held by the page and not by the frame. */
export type SafeMail = {
  /** The element that stands for the mail's body; its children are the message. */
  readonly body: HTMLElement;
  readonly sheet: CSSStyleSheet;
  /** Addresses of links, by the number in `data-link`. Only http, https and mailto. */
  readonly links: readonly string[];
  /** Addresses of pictures on the web, by the number in `data-remote`. */
  readonly remote: readonly string[];
  /** How many of them are too small to be seen and only report that the mail was read. */
  readonly trackers: number;
  /** Content-IDs of pictures that came with the mail (RFC 2392), by the number in `data-inline`. */
  readonly inline: readonly string[];
  /** True when the mail sets colours of its own and so needs the light ground that it was made for. */
  readonly coloured: boolean;
};

const tags =
  'html head body a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr';
const attributes =
  'align alt bgcolor border cellpadding cellspacing class clear color colspan dir face height href hspace id lang noshade nowrap open reversed rowspan rules scope size span src start style summary title type valign value vspace width';

const config = {
  ALLOWED_TAGS: tags.split(' '),
  ALLOWED_ATTR: attributes.split(' '),
  // Only these two hold addresses; without this the others would have to look like addresses too.
  ADD_URI_SAFE_ATTR: attributes.split(' ').filter((name) => name !== 'href' && name !== 'src'),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|cid:|data:image\/(?:png|gif|jpe?g|webp|bmp);base64,|\/\/)/i,
  ALLOWED_NAMESPACES: ['http://www.w3.org/1999/xhtml'],
  SAFE_FOR_XML: true,
  SANITIZE_DOM: true,
  WHOLE_DOCUMENT: true,
  RETURN_DOM_FRAGMENT: true,
} satisfies Config;

/** The engine fetches at most this many pictures of one message. */
const mostRemote = 200;
const mostLinks = 5_000;
/** Larger numbers in `width` and the like only push the rest of a message out of sight. */
const largestNumber = 4_000;

type FrameWindow = Window & typeof globalThis;
type Found = {
  readonly links: string[];
  readonly remote: string[];
  readonly inline: string[];
  readonly sheets: string[];
  trackers: number;
  coloured: boolean;
};

const webAddress = (text: string): string | null => {
  const url = parseAddress(text.startsWith('//') ? `https:${text}` : text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url.href : null;
};

const linkAddress = (text: string): string | null =>
  webAddress(text) ?? (/^mailto:/i.test(text.trim()) ? (parseAddress(text.trim())?.href ?? null) : null);

const indexIn = (list: string[], entry: string, most: number): number | null => {
  const known = list.indexOf(entry);
  if (known >= 0) return known;
  return list.length < most ? list.push(entry) - 1 : null;
};

const tiny = (image: HTMLElement): boolean => {
  const sides = [image.getAttribute('width'), image.getAttribute('height')];
  const { width, height, display } = image.style;
  return (
    display === 'none' ||
    sides.some((side) => side !== null && /^\s*[0-2](px)?\s*$/i.test(side)) ||
    [width, height].some((side) => /^[0-2](\.\d+)?px$/.test(side))
  );
};

/** Takes the address of a picture away from the frame; what the picture is to show comes later, as bytes. */
const holdPicture = (image: HTMLElement, found: Found): void => {
  const source = (image.getAttribute('src') ?? '').trim();
  if (isDrawable(source)) return;
  image.removeAttribute('src');
  if (/^cid:/i.test(source)) {
    const index = indexIn(found.inline, source.slice(4).replace(/^<|>$/g, ''), mostRemote);
    if (index !== null) image.setAttribute('data-inline', String(index));
    return;
  }
  const address = webAddress(source);
  if (address === null) return;
  const tracker = tiny(image);
  if (tracker) {
    found.trackers += 1;
    image.setAttribute('data-tracker', '');
    return;
  }
  const index = indexIn(found.remote, address, mostRemote);
  if (index !== null) image.setAttribute('data-remote', String(index));
};

/** Takes the address of a link away from the frame, so that nothing can follow it, look it up or connect ahead of a click. */
const holdLink = (link: HTMLElement, found: Found): void => {
  const address = linkAddress(link.getAttribute('href') ?? '');
  link.removeAttribute('href');
  link.removeAttribute('title');
  if (address === null) return;
  const index = indexIn(found.links, address, mostLinks);
  if (index === null) return;
  link.setAttribute('role', 'link');
  link.setAttribute('tabindex', '0');
  link.setAttribute('data-link', String(index));
  link.setAttribute('title', address.slice(0, 300));
};

const boundNumbers = (element: HTMLElement): void => {
  for (const name of [
    'width',
    'height',
    'border',
    'cellpadding',
    'cellspacing',
    'hspace',
    'vspace',
    'size',
    'colspan',
    'rowspan',
    'span',
  ]) {
    const value = element.getAttribute(name);
    if (value !== null && Math.abs(Number.parseFloat(value)) > largestNumber) element.removeAttribute(name);
  }
};

const hold = (element: HTMLElement, found: Found): void => {
  const tag = element.tagName.toLowerCase();
  if (tag === 'img') holdPicture(element, found);
  if (tag === 'a') holdLink(element, found);
  else element.removeAttribute('href');
  if (tag !== 'img') element.removeAttribute('src');
  boundNumbers(element);
  if (element.hasAttribute('bgcolor') || element.hasAttribute('color')) found.coloured = true;
  if (element.hasAttribute('style')) {
    const { css, coloured } = safeDeclarations(element.style);
    found.coloured ||= coloured;
    if (css === '') element.removeAttribute('style');
    else element.setAttribute('style', css);
  }
};

/**
 * Turns the HTML of a mail into nodes that can neither run, load, nor lead anywhere by themselves.
 *
 * Everything happens in the realm of the sandboxed message frame (its parser, its style objects), under that frame's
 * own policy. The result is nodes: nothing after this works on HTML as text. Scripts, forms, frames, SVG and MathML are
 * gone; addresses of links and pictures are answered as lists and no longer stand in the nodes.
 */
export const sanitise = (realm: FrameWindow, html: string): SafeMail => {
  const found: Found = { links: [], remote: [], inline: [], sheets: [], trackers: 0, coloured: false };
  const purify = createDOMPurify(realm);
  purify.addHook('uponSanitizeElement', (node, { tagName }) => {
    if (tagName === 'style' && found.sheets.length < 50) found.sheets.push(node.textContent ?? '');
  });
  purify.addHook('afterSanitizeAttributes', (element) => {
    if (element instanceof realm.HTMLElement) hold(element, found);
  });
  const fragment = purify.sanitize(html, config);
  const { sheet, coloured } = safeStyleSheet(realm, found.sheets);
  const body = realm.document.createElement('div');
  const received = fragment.querySelector('body');
  if (received !== null) {
    for (const { name, value } of Array.from(received.attributes)) body.setAttribute(name, value);
    // `bgcolor` means nothing on the element that stands for the body.
    const ground = received.getAttribute('bgcolor');
    if (ground !== null) body.style.backgroundColor = ground;
    body.append(...Array.from(received.childNodes));
  }
  return {
    body,
    sheet,
    links: found.links,
    remote: found.remote,
    trackers: found.trackers,
    inline: found.inline,
    coloured: found.coloured || coloured,
  };
};
