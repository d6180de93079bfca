/** One XML element: its name without prefix, its namespace, its attributes without namespaces, its children in order. */
export type Stanza = {
  readonly name: string;
  readonly ns: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (Stanza | string)[];
};

/** Makes an element; attributes that are undefined are left out. */
export const stanza = (
  name: string,
  ns: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly (Stanza | string)[]
): Stanza => ({
  name,
  ns,
  attributes: new Map(
    Object.entries(attributes).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value] as const],
    ),
  ),
  children,
});

/** The first child of this name and namespace. */
export const childOf = (parent: Stanza | undefined, name: string, ns: string): Stanza | undefined =>
  parent?.children.find(
    (child): child is Stanza => typeof child !== 'string' && child.name === name && child.ns === ns,
  );

/** The text directly inside. */
export const textIn = (parent: Stanza | undefined): string =>
  (parent?.children ?? []).filter((child) => typeof child === 'string').join('');

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

// XML 1.0 cannot hold most control characters, halves of surrogate pairs and the two non-characters.
const unwritable = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Cs}/gu;

const escaped = (text: string): string =>
  text
    .replace(unwritable, '')
    .replace(
      /[&<>"']/g,
      (sign) => `&${Object.keys(entities).find((name) => entities[name] === sign) ?? ''};`,
    );

/** The element as XML; a namespace is written where it differs from the one around it. */
export const written = (of: Stanza, around = ''): string => {
  const start = [
    of.name,
    ...(of.ns === around ? [] : [`xmlns="${escaped(of.ns)}"`]),
    ...[...of.attributes].map(([name, value]) => `${name}="${escaped(value)}"`),
  ].join(' ');
  const inside = of.children
    .map((child) => (typeof child === 'string' ? escaped(child) : written(child, of.ns)))
    .join('');
  return inside === '' ? `<${start}/>` : `<${start}>${inside}</${of.name}>`;
};

const unescaped = (text: string): string =>
  text.replace(/&(#x?[0-9a-f]{1,6}|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) {
      const sign = entities[name];
      if (sign === undefined) throw new Error('XML: an unknown entity');
      return sign;
    }
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

type Open = {
  readonly qualified: string;
  readonly spaces: ReadonlyMap<string, string>;
  readonly of: { name: string; ns: string; attributes: Map<string, string>; children: (Stanza | string)[] };
};

const tagPattern =
  /<(\/)?([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/)?>/y;
const attributePattern = /([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const deepest = 64;

function opened(qualified: string, written: string, around: ReadonlyMap<string, string>): Open {
  const spaces = new Map(around);
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single] of written.matchAll(attributePattern)) {
    const value = unescaped(double ?? single ?? '');
    if (name === 'xmlns') spaces.set('', value);
    else if (name.startsWith('xmlns:')) spaces.set(name.slice(6), value);
    else attributes.set(name, value);
  }
  const [first = '', second] = qualified.split(':');
  const ns = spaces.get(second === undefined ? '' : first) ?? '';
  return { qualified, spaces, of: { name: second ?? first, ns, attributes, children: [] } };
}

/**
 * Reads one element that stands alone, or null for anything else: comments, instructions, document types and CDATA are not allowed or
 * not used in XMPP (RFC 6120 section 11). It is our own because the browser's parser is closed to pages under Trusted Types.
 */
export function parsed(text: string): Stanza | null {
  const open: Open[] = [];
  let at = /^\s*(<\?xml[^>]*\?>)?\s*/.exec(text)?.[0].length ?? 0;
  try {
    while (at < text.length) {
      const next = text.indexOf('<', at);
      const words = text.slice(at, next === -1 ? text.length : next);
      const top = open.at(-1);
      if (words !== '') {
        if (top === undefined) return null;
        top.of.children.push(unescaped(words));
      }
      if (next === -1) return null;
      tagPattern.lastIndex = next;
      const tag = tagPattern.exec(text);
      if (tag === null || open.length > deepest) return null;
      at = tagPattern.lastIndex;
      const [, closing, qualified = '', attributes = '', empty] = tag;
      if (closing === undefined) open.push(opened(qualified, attributes, top?.spaces ?? new Map()));
      else if (top?.qualified !== qualified) return null;
      if (closing === undefined && empty === undefined) continue;
      const done = open.pop();
      if (done === undefined) return null;
      const outer = open.at(-1);
      if (outer === undefined) return text.slice(at).trim() === '' ? done.of : null;
      outer.of.children.push(done.of);
    }
  } catch {
    return null;
  }
  return null;
}
