import type { WordValues } from './format.ts';

/** As much of something that happened as its words need. Times among the values are ms UTC. */
type Told = {
  readonly event: string;
  readonly by: { readonly id: string; readonly name: string } | null;
  readonly values: Readonly<Record<string, string | number>>;
};

/** Who hears of it, and how times are said to them; `me` is null where nobody in particular does. */
type Hearer = {
  readonly me: { readonly id: string; readonly name: string } | null;
  readonly you: string;
  readonly time: (at: number) => string;
};

/** Values that may be missing from an event; its words need all of them. */
const defaults = {
  because: 'agent',
  recipient: '',
  address: '',
  purpose: 'promise',
  how: '',
  owner: '',
  from: '',
  to: '',
  reason: '',
  note: '',
  why: '',
  tag: '',
  of: '',
  verdict: '',
  dueAt: '',
  until: '',
  checkAt: '',
} as const;

const members = ['owner', 'from', 'to', 'of'] as const;
const times = ['dueAt', 'until', 'checkAt'] as const;
const choices = ['because', 'how', 'purpose'] as const;

/** Events whose own words are a note; those of the others are why. */
const withNote: ReadonlySet<string> = new Set([
  ...['conversation.assigned', 'follow-up.given'],
  ...['review.asked', 'review.given'],
]);

const yes = (so: boolean): 'yes' | 'no' => (so ? 'yes' : 'no');

/** The values for the catalogue entry `event.<kind>`, with names and times as the hearer would say them. */
export const eventValues = (item: Told, { me, you, time }: Hearer): WordValues => {
  const raw = item.values;
  const values: Record<string, string | number> = { ...defaults, ...raw };
  const mine = (name: string | number | undefined): boolean => me !== null && name === me.name;
  for (const key of members) if (mine(raw[key])) values[key] = you;
  for (const key of times) {
    const at = raw[key];
    if (typeof at === 'number') values[key] = time(at);
  }
  // The names of choices in messages have no hyphens.
  for (const key of choices) values[key] = String(values[key]).replaceAll('-', '_');
  const by = item.by?.name ?? '';
  const said = withNote.has(item.event) ? raw['note'] : raw['why'];
  return {
    ...values,
    who: item.by === null ? 'nobody' : item.by.id === me?.id ? 'me' : 'member',
    name: by,
    said: yes(said !== undefined && said !== ''),
    given: raw['to'] === undefined ? 'nobody' : 'somebody',
    toMe: yes(mine(raw['to'])),
    fromMe: yes(mine(raw['from'])),
    fromOther: yes(raw['from'] !== undefined && raw['from'] !== by),
  };
};
