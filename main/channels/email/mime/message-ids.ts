import { commentEnd } from './addresses.ts';

/** Longest id kept (RFC 5322 section 2.1.1: a line has at most 998 characters). */
const longestId = 998;

function normalId(written: string): string | null {
  // Quotes are no part of what they quote (RFC 5322 section 3.2.4), and gateways add or drop them.
  const id = written.replace(/[\s\p{Cc}<>]+/gu, '').replace(/^"([^"\\]+)"@/, '$1@');
  return id === '' || id.length > longestId ? null : id;
}

/** The value without the comments that stand outside brackets; a parenthesis that never closes is text. */
function withoutComments(value: string): string {
  if (!value.includes('(')) return value;
  let kept = '';
  let from = 0;
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char === '<') {
      const end = value.indexOf('>', at);
      if (end === -1) break;
      at = end;
    } else if (char === '(') {
      const end = commentEnd(value, at);
      if (end === -1) break;
      kept += `${value.slice(from, at)} `;
      from = end + 1;
      at = end;
    }
  }
  return kept + value.slice(from);
}

/**
 * The ids in a Message-ID, In-Reply-To or References value (RFC 5322 section 3.6.4), without brackets, in order, each
 * once; ids in comments do not count. Values without brackets are read word by word; phrases ("Your message of Monday") are skipped.
 */
export function readMessageIds(written: string): readonly string[] {
  const ids = new Set<string>();
  const value = withoutComments(written);
  let at = value.indexOf('<');
  if (at === -1) {
    for (const word of value.split(/[\s,]+/)) {
      const id = word.includes('@') ? normalId(word) : null;
      if (id !== null) ids.add(id);
    }
    return [...ids];
  }
  while (at !== -1) {
    const end = value.indexOf('>', at);
    if (end === -1) break;
    const id = normalId(value.slice(value.lastIndexOf('<', end) + 1, end));
    if (id !== null) ids.add(id);
    at = value.indexOf('<', end);
  }
  return [...ids];
}

/** The id a mail gives itself, without brackets; an id without brackets or without an @ still counts. */
export function readOwnMessageId(value: string | null): string | null {
  if (value === null) return null;
  const [id] = readMessageIds(value);
  if (id !== undefined) return id;
  const [word = ''] = value.trim().split(/\s+/, 1);
  return normalId(word);
}

/** Keeps the first reference (the root) and the last `most` (the nearest ancestors), in order. */
export function boundReferences(ids: readonly string[], most: number): readonly string[] {
  const [root] = ids;
  if (root === undefined || ids.length <= most + 1) return ids;
  return [root, ...ids.slice(-most)];
}
