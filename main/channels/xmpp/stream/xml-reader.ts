import { SaxesParser } from 'saxes';
import type { Element } from './element.ts';

/** What a stream may ask of us: a stanza's size in characters, and how deep it goes. */
const largestStanza = 4 * 1024 * 1024;
const deepest = 64;

/** Whom the reader tells. */
export type XmlEvents = {
  /** The stream's own start tag. */
  readonly opened: (attributes: ReadonlyMap<string, string>) => void;
  /** A complete child of the stream. */
  readonly element: (element: Element) => void;
  readonly closed: () => void;
};

/** Takes pieces of a stream as they come; throws on whatever is not well-formed or not allowed in XMPP (RFC 6120 section 11). */
export type XmlReader = { readonly write: (text: string) => void };

type Open = {
  readonly name: string;
  readonly ns: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (Element | string)[];
};

/** Starts reading a stream, from its XML declaration or its start tag. */
export function readXml(events: XmlEvents): XmlReader {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: Open[] = [];
  let streaming = false;
  let size = 0;
  const refuse = (what: string): never => {
    throw new Error(`XML: ${what}`);
  };

  // A server that may send entities, comments or instructions could make two readers understand two things.
  parser.on('doctype', () => refuse('a document type'));
  parser.on('comment', () => refuse('a comment'));
  parser.on('processinginstruction', () => refuse('a processing instruction'));
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const attributes = new Map<string, string>();
    for (const { name, local, prefix, value } of Object.values(tag.attributes)) {
      if (name === 'xmlns' || prefix === 'xmlns') continue;
      attributes.set(prefix === '' ? local : name, value);
    }
    if (!streaming) {
      streaming = true;
      events.opened(attributes);
      return;
    }
    if (open.length >= deepest) refuse('too deep');
    open.push({ name: tag.local, ns: tag.uri, attributes, children: [] });
  });
  const addText = (text: string): void => {
    open.at(-1)?.children.push(text);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const done = open.pop();
    if (done === undefined) {
      events.closed();
      return;
    }
    const outer = open.at(-1);
    if (outer === undefined) {
      size = 0;
      events.element(done);
    } else outer.children.push(done);
  });

  return {
    write: (text) => {
      size += text.length;
      if (open.length > 0 && size > largestStanza) refuse('too large');
      if (open.length === 0) size = text.length;
      parser.write(text);
    },
  };
}

/** Reads one element that stands alone; null when the text is not exactly that. */
export function readElement(text: string): Element | null {
  let found: Element | null = null;
  let count = 0;
  try {
    const reader = readXml({
      opened: () => undefined,
      element: (element) => {
        found = element;
        count += 1;
      },
      closed: () => undefined,
    });
    reader.write('<stream>');
    reader.write(text);
    reader.write('</stream>');
  } catch {
    return null;
  }
  return count === 1 ? found : null;
}
