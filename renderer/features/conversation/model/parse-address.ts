/** Reads an absolute address (WHATWG URL); null where it is none. */
export const parseAddress = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);
