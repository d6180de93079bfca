/** Who manages a Windows machine: administrators, the system itself, and its installer (well-known SIDs, [MS-DTYP] 2.4.2.4). */
const managers: ReadonlySet<string> = new Set([
  'BA',
  'SY',
  'S-1-5-32-544',
  'S-1-5-18',
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
]);

/** Rights that only look at a file or folder ([MS-DTYP] 2.5.1.1): generic and file read and execute, and reading the descriptor. */
const lookingLetters: ReadonlySet<string> = new Set(['GR', 'GX', 'FR', 'FX', 'RC']);
/** The same as bits: read data, attributes of both kinds, execute, read control, synchronise, generic read and execute. */
const lookingBits =
  0x0000_0001n | 0x0000_0008n | 0x0000_0020n | 0x0000_0080n | 0x0002_0000n | 0x0010_0000n | 0xa000_0000n;

const onlyLooks = (rights: string): boolean => {
  if (/^0x[0-9a-f]+$/iu.test(rights)) return (BigInt(rights) & ~lookingBits) === 0n;
  const letters = rights.match(/../gu) ?? [];
  return letters.join('') === rights && letters.every((pair) => lookingLetters.has(pair));
};

type Entry = { readonly type: string; readonly flags: string; readonly rights: string; readonly who: string };

const entryOf = (text: string): Entry | null => {
  const [type, flags, rights, , , who, ...rest] = text.split(';');
  if (type === undefined || flags === undefined || rights === undefined || who === undefined) return null;
  return rest.length > 0 ? null : { type, flags, rights, who };
};

/** Entries that only hand rights on to what is made inside later say nothing about the thing itself. */
const isInheritOnly = (flags: string): boolean => flags.match(/../gu)?.some((flag) => flag === 'IO') === true;

/**
 * Whether a security descriptor (SDDL, [MS-DTYP] 2.5.1) leaves writing to those who manage the machine. Anything that is
 * not understood counts as no.
 */
export const onlyManagersWrite = (sddl: string): boolean => {
  const parts =
    /^O:(?<owner>[A-Z]{2}|S-[0-9-]+)(?:G:(?:[A-Z]{2}|S-[0-9-]+))?D:[A-Z]*(?<list>(?:\([^()]*\))*)(?:S:.*)?$/u.exec(
      sddl.trim(),
    )?.groups;
  if (!managers.has(parts?.['owner'] ?? '')) return false;
  const list = parts?.['list'] ?? '';
  // No list at all, or `NO_ACCESS_CONTROL`: everybody may do everything.
  if (list === '') return false;
  const entries = list.slice(1, -1).split(')(').map(entryOf);
  return entries.every((entry) => {
    if (entry === null) return false;
    if (entry.type === 'D' || isInheritOnly(entry.flags)) return true;
    return entry.type === 'A' && (managers.has(entry.who) || onlyLooks(entry.rights));
  });
};
