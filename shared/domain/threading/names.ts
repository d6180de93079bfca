/** What a message says about its place among others; the channel's mapper reads it from the headers. */
export type Hint = {
  readonly self: string | null;
  readonly parents: readonly string[];
  readonly room: string | null;
};

/** References keeps the root first and the nearest last (RFC 5322 3.6.4); what lies between adds nothing but risk. */
const nearestParents = 20;
/** RFC 5322 2.1.1: a line, and so an id, has at most 998 characters. */
const longestName = 998;

/** Left sides that broken mail programs give to everything they send. */
const boilerplate = new Set([
  '',
  'null',
  'undefined',
  'unknown',
  'none',
  'localhost',
  'message-id',
  'reference',
]);

const nameOf = (channel: string, raw: string): string | null => {
  const id = raw.trim().replace(/^<|>$/gu, '').trim();
  const at = id.indexOf('@');
  if (at < 1 || at === id.length - 1 || id.length > longestName || /\s/u.test(id)) return null;
  return boilerplate.has(id.slice(0, at).toLowerCase()) ? null : `${channel}:${id}`;
};

const bounded = (parents: readonly string[]): readonly string[] =>
  parents.length <= nearestParents + 1
    ? parents
    : [...parents.slice(0, 1), ...parents.slice(-nearestParents)];

/** The names of a message and of its ancestors, for {@link decideThread}; ids that cannot be told apart are left out. */
export const threadNames = (
  channel: string,
  account: string,
  hint: Hint,
): { readonly self: string | null; readonly parents: readonly string[] } => {
  if (hint.room !== null) {
    // A room is one conversation, whatever its messages refer to.
    return { self: null, parents: [`${channel}:${account}:room:${hint.room}`] };
  }
  const self = hint.self === null ? null : nameOf(channel, hint.self);
  const parents = bounded(hint.parents)
    .map((parent) => nameOf(channel, parent))
    .filter((name) => name !== null);
  return { self, parents: [...new Set(parents)].filter((name) => name !== self) };
};
