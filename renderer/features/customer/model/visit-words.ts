/** The longest address shown, in UTF-16 units; the whole of it is in the tooltip. */
const longest = 80;

/** A web page's address as people read it: host and path, without what a program adds behind them. */
export const pageWords = (url: string): string => {
  const [, host = '', path = ''] = /^https?:\/\/([^/?#]*)([^?#]*)/i.exec(url) ?? [];
  const shown = host === '' ? url : `${host}${path === '/' ? '' : path}`;
  return shown.length > longest ? `${shown.slice(0, longest - 1)}…` : shown;
};
