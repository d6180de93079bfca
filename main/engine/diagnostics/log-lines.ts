import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Enough to see what led to a fault. */
const mostLines = 200;
const mostBytes = 256 * 1024;

const tail = (path: string): string => {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, mostBytes));
      readSync(file, bytes, 0, bytes.byteLength, size - bytes.byteLength);
      return bytes.toString('utf8');
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
};

/** Facts that are words of ours: kinds, codes and references. */
const ours: ReadonlySet<string> = new Set([
  ...[
    'at',
    'what',
    'reference',
    'error',
    'code',
    'kind',
    'source',
    'outcome',
    'state',
    'reason',
    'why',
    'act',
  ],
  'direction',
]);

/** A kind, a code or a time; `what` may have spaces. What looks like an address, a host, a folder or a sentence is none. */
const isPlain = (key: string, text: string): boolean =>
  (key === 'what' ? /^[a-z][\w -]{0,60}$/u : /^[\w-]{1,40}$|^\d{4}-\d\d-\d\dT[\d:.]+Z$/u).test(text);

/** Frames with the file's name alone: the folder before it may be somebody's home. */
const frames = (stack: string): string =>
  stack
    .split('\n')
    .slice(0, 12)
    .map(
      (frame) => /^ {4}at (?:[\w.#<> [\]]+ \()?(?:[^()]*[\\/])?([\w.-]+:\d+:\d+)\)?$/u.exec(frame)?.[1] ?? '',
    )
    .filter((frame) => frame !== '')
    .join(' < ');

const cleaned = (line: string): string | null => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const kept = Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
    if (typeof one === 'number' || typeof one === 'boolean' || one === null) return [[key, one]];
    if (typeof one !== 'string') return [];
    if (key === 'stack') return [[key, frames(one)]];
    // `where` is a part of the program in a fault, and a file in what is said of a policy.
    if (key === 'where') return 'reference' in value && /^[a-z -]{1,40}$/u.test(one) ? [[key, one]] : [];
    return ours.has(key) && isPlain(key, one) ? [[key, one]] : [];
  });
  return JSON.stringify(Object.fromEntries(kept));
};

/** The last lines of the log, each with nothing but what is known to be the program's own words. */
export const logLines = (path: string): readonly string[] =>
  tail(path)
    .split('\n')
    .map(cleaned)
    .filter((line) => line !== null)
    .slice(-mostLines);
