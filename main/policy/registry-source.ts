import { definitionOf, isPolicyKey } from '#shared/domain/policy/keys.ts';
import type { PolicyDocument } from '#shared/domain/policy/read.ts';
import type { Shape } from '#shared/domain/policy/shape.ts';

/** Where Group Policy and Intune write (the machine's part, which ordinary users cannot change). */
export const policiesKey = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies';
export const registryKey = `${policiesKey}\\Steward`;

/** Runs `reg.exe query` with these arguments; null where it failed. */
export type QueryRegistry = (args: readonly string[]) => string | null;

type RegistryValue = { readonly type: string; readonly text: string };
/** One key of the registry with its values. */
type RegistryKey = { readonly path: string; readonly values: ReadonlyMap<string, RegistryValue> };

/** A value as `reg.exe query` prints it: four blanks, the name, four blanks, the type, four blanks, what it is. */
const valueRow = /^ {4}(?<name>.+?) {4}(?<type>REG_[A-Z_]+)(?: {4}(?<text>.*))?$/u;

/** What `reg.exe query` printed, key by key; null where a line is not of its form. */
const parseQuery = (printed: string): readonly RegistryKey[] | null => {
  const keys: { readonly path: string; readonly values: Map<string, RegistryValue> }[] = [];
  for (const row of printed.split(/\r?\n/u)) {
    if (row.trim() === '') continue;
    if (row.startsWith('HKEY_')) {
      keys.push({ path: row.trim(), values: new Map() });
      continue;
    }
    const groups = valueRow.exec(row)?.groups;
    const name = groups?.['name'];
    const type = groups?.['type'];
    const current = keys.at(-1);
    if (name === undefined || type === undefined || current === undefined) return null;
    current.values.set(name, { type, text: groups?.['text'] ?? '' });
  }
  return keys;
};

const asNumber = ({ type, text }: RegistryValue): number | null =>
  type === 'REG_DWORD' && /^0x[0-9a-f]{1,8}$/iu.test(text) ? Number(text) : null;

const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** A value of the registry in the type that its key asks for; what does not fit stays text, and is refused as such. */
const typed = (shape: Shape, value: RegistryValue): unknown => {
  const number = asNumber(value);
  switch (shape.kind) {
    case 'switch':
      return number === 0 ? false : number === 1 ? true : value.text;
    case 'number':
      return number ?? value.text;
    case 'list':
      if (value.type === 'REG_MULTI_SZ') {
        const items = value.text.split('\\0').filter((item) => item !== '');
        return items.map((item) => (shape.of.kind === 'object' ? fromJson(item) : item));
      }
      return fromJson(value.text);
    case 'object':
      return fromJson(value.text);
    case 'text':
    case 'choice':
      return value.text;
  }
};

/** The list that an administrative template wrote as a key of its own, with the values `1`, `2`, … */
const listed = (shape: Shape, { values }: RegistryKey): unknown => {
  const texts = [...values]
    .filter(([, { type }]) => type === 'REG_SZ')
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([, { text }]) => text);
  if (texts.length !== values.size) return null;
  return shape.kind === 'list' && shape.of.kind === 'object' ? texts.map(fromJson) : texts;
};

type Found = { readonly key: string; readonly value: unknown };

const shapeOf = (name: string): Shape | null => (isPolicyKey(name) ? definitionOf(name).shape : null);

const fromValue = (name: string, value: RegistryValue): Found => {
  const shape = shapeOf(name);
  return { key: name, value: shape === null ? value.text : typed(shape, value) };
};

const fromKey = (key: RegistryKey): readonly Found[] => {
  if (key.path.toLowerCase() === registryKey.toLowerCase()) {
    return [...key.values].map(([name, value]) => fromValue(name, value));
  }
  const name = key.path.slice(registryKey.length + 1);
  const shape = shapeOf(name);
  return [{ key: name, value: shape === null ? '' : listed(shape, key) }];
};

const unreadable = (said: string): PolicyDocument => ({
  source: 'registry',
  where: registryKey,
  found: { kind: 'unreadable', problem: 'unreadable', line: null, said },
});

/** Whether the parent key lists ours; null where it could not be read. */
const isThere = (query: QueryRegistry): boolean | null => {
  const printed = query([policiesKey, '/reg:64']);
  if (printed === null) return null;
  return printed.split(/\r?\n/u).some((row) => row.trim().toLowerCase() === registryKey.toLowerCase());
};

/** Reads the policy from the registry; null where there is none. */
export const readRegistry = (query: QueryRegistry): PolicyDocument | null => {
  const there = isThere(query);
  if (there === false) return null;
  if (there === null) return unreadable('reg.exe');
  const printed = query([registryKey, '/s', '/reg:64']);
  const keys = printed === null ? null : parseQuery(printed);
  if (keys === null) return unreadable('reg.exe');
  const found = keys.flatMap(fromKey);
  const entries = found.map(({ key, value }) => {
    const doubled = found.filter((other) => other.key === key).length > 1;
    return { key, value, line: null, doubled };
  });
  return { source: 'registry', where: registryKey, found: { kind: 'read', entries } };
};
