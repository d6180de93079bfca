/** How a page has set the chat up, by the attributes of its script element. */
export type ChatSettings = {
  readonly url: string;
  readonly host: string;
  readonly agent: string;
  readonly title: string | null;
  readonly greeting: string | null;
  /** `#rrggbb` */
  readonly colour: string;
  readonly language: string;
  readonly theme: 'auto' | 'light' | 'dark';
  readonly side: 'end' | 'start';
  readonly mailAfterMs: number;
  readonly keepDays: number;
  /** When the button shows: at once, after so many ms, from a time on (ms UTC), or when the page asks for it. */
  readonly hideUntil:
    | { readonly kind: 'now' }
    | { readonly kind: 'after'; readonly ms: number }
    | { readonly kind: 'time'; readonly at: number }
    | { readonly kind: 'asked' };
};

const between = (text: string | undefined, usual: number, least: number, most: number): number => {
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? Math.min(Math.max(number, least), most) : usual;
};

function hideUntil(text: string | undefined): ChatSettings['hideUntil'] {
  const wish = text?.trim() ?? '';
  if (wish === '') return { kind: 'now' };
  if (/^\d+$/.test(wish)) return { kind: 'after', ms: Math.min(Number(wish), 86_400) * 1_000 };
  const at = Date.parse(wish);
  return Number.isNaN(at) ? { kind: 'asked' } : { kind: 'time', at };
}

/** A text of the page's own, or null for ours. */
const text = (given: string | undefined, most: number): string | null => {
  const wish = given?.trim().slice(0, most) ?? '';
  return wish === '' ? null : wish;
};

/** Reads the attributes; null where the chat cannot work with them. */
export function readSettings(
  data: Readonly<Record<string, string | undefined>>,
  page: { readonly language: string },
): ChatSettings | null {
  const url = data['url']?.trim() ?? '';
  const host = data['host']?.trim().toLowerCase() ?? '';
  const agent = data['agent']?.trim().toLowerCase() ?? '';
  if (!/^wss?:\/\/\S+$/i.test(url) || !/^[^\s/@]+$/.test(host) || !/^[^\s/@]+@[^\s/@]+$/.test(agent))
    return null;
  const colour = data['colour']?.trim() ?? '';
  const theme = data['theme'];
  return {
    url,
    host,
    agent,
    title: text(data['title'], 80),
    greeting: text(data['greeting'], 500),
    colour: /^#[0-9a-f]{6}$/i.test(colour) ? colour : '#1f5fbf',
    language: text(data['lang'], 35) ?? page.language,
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    side: data['side'] === 'start' ? 'start' : 'end',
    mailAfterMs: between(data['mailAfter'], 60, 5, 3_600) * 1_000,
    keepDays: between(data['keepDays'], 30, 1, 365),
    hideUntil: hideUntil(data['hideUntil']),
  };
}

/** Black or white, whichever can be read better on a colour (WCAG 2.2, relative luminance). */
export function readableOn(colour: string): '#000000' | '#ffffff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000';
}
