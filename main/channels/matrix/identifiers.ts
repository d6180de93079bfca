/** Identifiers have at most 255 bytes (Matrix appendices, "Common Identifier Format"). */
const longestId = 255;

const serverName = String.raw`(?:\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z.-]{1,230})(?::\d{1,5})?`;
const userId = new RegExp(String.raw`^@[^\s:\p{Cc}\u2028\u2029]*:${serverName}$`, 'u');
const mediaUri = new RegExp(`^mxc://(${serverName})/([0-9A-Za-z_-]{1,255})$`);

/** A Matrix user id such as `@ana:example.org`, or null when it is none. */
export const readUserId = (written: string): string | null =>
  Buffer.byteLength(written) <= longestId && userId.test(written) ? written : null;

/** The server that an id belongs to: everything behind its first colon. */
export const serverOf = (id: string): string => id.slice(id.indexOf(':') + 1);

/** Whether a text can be the id of a room; rooms of version 12 and later have no server in it. */
export const isRoomId = (text: string): boolean =>
  text.startsWith('!') && Buffer.byteLength(text) <= longestId && !/[\s\p{Cc}]/u.test(text);

/** Whether a text can be the id of an event. */
export const isEventId = (text: string): boolean =>
  text.startsWith('$') && Buffer.byteLength(text) <= longestId && !/[\s\p{Cc}]/u.test(text);

/** The two halves of an `mxc://` address (client-server API, "Matrix Content (mxc://) URIs"), or null when it is none. */
export function readMediaUri(uri: unknown): { readonly server: string; readonly media: string } | null {
  const [, server, media] = typeof uri === 'string' ? (mediaUri.exec(uri) ?? []) : [];
  return server === undefined || media === undefined ? null : { server, media };
}

const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** A person as somebody writes them: the id itself, a `matrix:` URI or a matrix.to link (appendices, "URIs"); null for anything else. */
export function readRecipient(typed: string): string | null {
  const text = typed.trim();
  const [, linked] = /^https?:\/\/matrix\.to\/#\/([^?]{1,800})/i.exec(text) ?? [];
  const [, named] = /^matrix:u\/([^?]{1,800})/i.exec(text) ?? [];
  if (linked !== undefined) return readUserId(unescaped(linked));
  if (named !== undefined) return readUserId(`@${unescaped(named)}`);
  return readUserId(text);
}
