import type { PolicyDocument } from '#shared/domain/policy/read.ts';
import { readJsonLines } from '#shared/domain/policy/json-lines.ts';

/** Turns a property list into JSON; null where that failed. */
export type ReadPropertyList = (path: string) => string | null;

/** Keys that a device management adds to what it manages; they are not ours to understand. */
const isForeign = (key: string): boolean => key.startsWith('Payload') || key.startsWith('_');

/** Reads managed preferences, as a configuration profile puts them on the machine. */
export const readProfile = (path: string, read: ReadPropertyList): PolicyDocument => {
  const text = read(path);
  const parsed = text === null ? null : readJsonLines(text);
  if (parsed?.kind !== 'read') {
    return {
      source: 'profile',
      where: path,
      found: { kind: 'unreadable', problem: 'unreadable', line: null, said: 'plutil' },
    };
  }
  const entries = parsed.entries
    .filter(({ key }) => !isForeign(key))
    .map((entry) => ({ ...entry, line: null }));
  return { source: 'profile', where: path, found: { kind: 'read', entries } };
};
