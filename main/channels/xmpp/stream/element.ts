/** One XML element: its name without prefix, its namespace, its attributes without namespaces, its children in order. */
export type Element = {
  readonly name: string;
  readonly ns: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (Element | string)[];
};

/** Makes an element; attributes that are undefined are left out. */
export const element = (
  name: string,
  ns: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Element | string)[]
): Element => ({
  name,
  ns,
  attributes: new Map(
    Object.entries(attributes).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value] as const],
    ),
  ),
  children,
});

/** The child elements, in order. */
export const elementsOf = (parent: Element): readonly Element[] =>
  parent.children.filter((child) => typeof child !== 'string');

/** The first child of this name and namespace. */
export const childOf = (parent: Element | undefined, name: string, ns: string): Element | undefined =>
  parent === undefined
    ? undefined
    : elementsOf(parent).find((child) => child.name === name && child.ns === ns);

/** The text directly inside an element. */
export const textIn = (parent: Element | undefined): string =>
  parent === undefined ? '' : parent.children.filter((child) => typeof child === 'string').join('');

/** An attribute, or null. */
export const attributeOf = (of: Element | undefined, name: string): string | null =>
  of?.attributes.get(name) ?? null;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

// XML 1.0 has no way to write most control characters, halves of surrogate pairs and the two non-characters.
const unwritable = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Cs}/gu;

/** Text as it may stand in an element or an attribute; what XML cannot hold is left out. */
export const escaped = (text: string): string =>
  text.replace(unwritable, '').replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

/** The element as XML. A namespace is written where it differs from the one around it. */
export function serialised(root: Element, around = ''): string {
  const pieces: string[] = [];
  const write = (of: Element, outer: string): void => {
    pieces.push('<', of.name);
    if (of.ns !== outer) pieces.push(` xmlns="${escaped(of.ns)}"`);
    for (const [name, value] of of.attributes) pieces.push(` ${name}="${escaped(value)}"`);
    if (of.children.length === 0) {
      pieces.push('/>');
      return;
    }
    pieces.push('>');
    for (const child of of.children) {
      if (typeof child === 'string') pieces.push(escaped(child));
      else write(child, of.ns);
    }
    pieces.push('</', of.name, '>');
  };
  write(root, around);
  return pieces.join('');
}
