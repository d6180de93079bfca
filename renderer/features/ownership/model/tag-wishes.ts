/** What is to happen with tags: true puts one on, false takes one off; what is not named stays as it is. */
export type TagWishes = ReadonlyMap<string, boolean>;

/** One line of the choices. `untouched` is a tag that some of several conversations may carry. */
export type TagChoice = {
  readonly kind: 'known' | 'new';
  readonly tag: string;
  /** How many conversations carry it. */
  readonly uses: number;
  readonly standing: 'on' | 'off' | 'untouched';
};

type Known = { readonly tag: string; readonly n: number };

/** Tags are kept like this; see the rules of tags. */
const plain = (name: string): string => name.trim().replace(/\s+/gu, ' ').toLowerCase();

/** The tags that fit what is typed, those that are on first. `carried` is null for several conversations at once. */
export const choicesFor = ({
  known,
  carried,
  wishes,
  text,
}: {
  readonly known: readonly Known[];
  readonly carried: readonly string[] | null;
  readonly wishes: TagWishes;
  readonly text: string;
}): readonly TagChoice[] => {
  const typed = plain(text);
  const uses = new Map(known.map(({ tag, n }) => [tag, n]));
  const names = new Set([...(carried ?? []), ...wishes.keys(), ...uses.keys()]);
  const standing = (tag: string): TagChoice['standing'] => {
    const wish = wishes.get(tag);
    if (wish !== undefined) return wish ? 'on' : carried === null ? 'off' : 'untouched';
    return carried?.includes(tag) === true ? 'on' : 'untouched';
  };
  const found = [...names]
    .filter((tag) => tag.includes(typed))
    .map((tag): TagChoice => ({ kind: 'known', tag, uses: uses.get(tag) ?? 0, standing: standing(tag) }))
    .sort((one, other) => Number(other.tag.startsWith(typed)) - Number(one.tag.startsWith(typed)));
  if (typed === '' || names.has(typed)) {
    return typed === ''
      ? found.sort((one, other) => Number(other.standing === 'on') - Number(one.standing === 'on'))
      : found.sort((one, other) => Number(other.tag === typed) - Number(one.tag === typed));
  }
  return [...found, { kind: 'new', tag: typed, uses: 0, standing: 'untouched' }];
};

/** The wishes after a choice was turned: on and off for one conversation; on, off and as it was for several. */
export const turned = (
  wishes: TagWishes,
  { tag, standing }: TagChoice,
  carried: readonly string[] | null,
): TagWishes => {
  const after = new Map(wishes);
  if (carried === null) {
    if (standing === 'off') after.delete(tag);
    else after.set(tag, standing === 'untouched');
    return after;
  }
  const on = standing === 'on';
  if (carried.includes(tag) === on) after.set(tag, !on);
  else after.delete(tag);
  return after;
};
