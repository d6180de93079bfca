import { Node, mergeAttributes } from '@tiptap/core';
import type { Extensions, JSONContent } from '@tiptap/core';
import { Placeholder } from '@tiptap/extension-placeholder';
import { DOMParser, DOMSerializer } from '@tiptap/pm/model';
import type { Node as DocumentNode, Schema } from '@tiptap/pm/model';
import { StarterKit } from '@tiptap/starter-kit';
import DOMPurify from 'dompurify';

/** Bytes of a picture of the draft, as an address inside this window; null when it is no more. */
export type PictureSource = (contentId: string) => Promise<string | null>;

/** Where a picture's Content-ID stands while the text is in the window: as `src` it would be asked for at once. */
const held = 'data-content-id';

const cidOf = (element: HTMLElement): string | null => {
  const source = element.getAttribute('src') ?? '';
  return source.startsWith('cid:') ? source.slice(4) : element.getAttribute(held);
};

/** A picture inside the text. It is stored by its Content-ID (RFC 2392) and drawn from the draft's own bytes. */
const picture = (source: PictureSource) =>
  Node.create({
    name: 'picture',
    group: 'inline',
    inline: true,
    draggable: true,
    addAttributes() {
      return {
        contentId: { default: null, parseHTML: cidOf, renderHTML: () => ({}) },
        alt: { default: '' },
      };
    },
    parseHTML() {
      // A picture from elsewhere would be fetched by whoever reads the mail; only the draft's own ones are kept.
      return [{ tag: 'img[src^="cid:"]' }, { tag: `img[${held}]` }];
    },
    renderHTML({ node, HTMLAttributes }) {
      return ['img', mergeAttributes(HTMLAttributes, { [held]: String(node.attrs['contentId']) })];
    },
    addNodeView() {
      return ({ node }) => {
        const dom = document.createElement('img');
        dom.className = 'rich-text-picture';
        dom.alt = String(node.attrs['alt']);
        void source(String(node.attrs['contentId'])).then((address) => {
          if (address !== null) dom.src = address;
        });
        return { dom };
      };
    },
  });

/** What an agent can write: the formatting that every mail program shows, and nothing that needs a style sheet. */
export const richTextExtensions = (placeholder: string, source: PictureSource): Extensions => [
  StarterKit.configure({
    heading: false,
    horizontalRule: false,
    trailingNode: false,
    link: {
      openOnClick: false,
      autolink: true,
      defaultProtocol: 'https',
      HTMLAttributes: { target: null, rel: null, class: null },
      isAllowedUri: (uri) => /^(https?:\/\/|mailto:)/i.test(uri),
    },
  }),
  Placeholder.configure({ placeholder }),
  picture(source),
];

const kept = {
  ALLOWED_TAGS: 'p br strong b em i u s del strike a ul ol li blockquote code pre img'.split(' '),
  ALLOWED_ATTR: ['href', 'src', 'alt', 'start'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|cid:)/i,
  ADD_URI_SAFE_ATTR: ['alt', 'start'],
  RETURN_DOM_FRAGMENT: true as const,
};

/**
 * Takes out of pasted HTML what would run, load or answer in the place of the editor's own properties (a form field
 * called `nodeName`), before the schema keeps of it what an agent could have written.
 */
export const cleanPasted = (html: string): string =>
  DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: 'form input button select textarea option style audio video source track'.split(' '),
  });

/** Reads stored HTML into the editor's own form; the schema keeps what an agent could have written, and only that. */
export const readRichText = (schema: Schema, html: string): JSONContent => {
  const fragment = DOMPurify.sanitize(html, kept);
  const content: unknown = DOMParser.fromSchema(schema).parse(fragment).toJSON();
  return content as JSONContent;
};

/**
 * Writes the editor's content as HTML. Drawn in a document that shows nothing, because a picture's `cid:` address in
 * the living one would be asked for at once.
 */
export const writeRichText = (content: DocumentNode): string => {
  if (content.childCount === 1 && content.firstChild?.content.size === 0) return '';
  const inert = document.implementation.createHTMLDocument();
  const fragment = DOMSerializer.fromSchema(content.type.schema).serializeFragment(content.content, {
    document: inert,
  });
  const holder = inert.createElement('div');
  holder.append(fragment);
  for (const image of holder.querySelectorAll(`img[${held}]`)) {
    image.setAttribute('src', `cid:${image.getAttribute(held) ?? ''}`);
    image.removeAttribute(held);
  }
  return holder.innerHTML;
};
