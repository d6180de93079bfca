type Child = Node | string | null;

/** Makes an element with attributes and children; words become text and nothing else. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

const svg = 'http://www.w3.org/2000/svg';

/** The signs of the widget, as paths on a field of 24 by 24. */
const signs = {
  chat: 'M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.6 4.1c-.5.4-1.4.1-1.4-.7V16A2.5 2.5 0 0 1 4 13.5z',
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M4 12l16-8-6 16-3-6.5z',
  mail: 'M3.5 6.5h17v11h-17zM4 7l8 6 8-6',
} as const;

/** One of the signs; it says nothing to a screen reader, the button around it does. */
export function sign(name: keyof typeof signs): SVGSVGElement {
  const drawn = document.createElementNS(svg, 'svg');
  const attributes = {
    viewBox: '0 0 24 24',
    width: '24',
    height: '24',
    'aria-hidden': 'true',
    focusable: 'false',
  };
  for (const [key, value] of Object.entries(attributes)) drawn.setAttribute(key, value);
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', signs[name]);
  drawn.append(path);
  return drawn;
}
