import type { CustomerId } from '../../kit/brand.ts';
import { fail, ok } from '../../kit/result.ts';
import type { Result } from '../../kit/result.ts';
import type { CustomerEvent, CustomerWords, IdentityKey } from './events.ts';
import { customerFields } from './refusals.ts';
import type {
  CustomerChanged,
  CustomerField,
  CustomerGone,
  IdentityElsewhere,
  NoAddressLeft,
  NothingToUndo,
} from './refusals.ts';
import { holdsIdentity } from './state.ts';
import type { CustomerState } from './state.ts';

/** A customer with the id by which others speak of them. */
export type Party = { readonly id: CustomerId; readonly state: CustomerState };

/** What happens to one customer. */
export type Told = { readonly customer: CustomerId; readonly events: readonly CustomerEvent[] };

/** What an agent typed; what is left out stays. An empty name means: as they call themselves. */
export type Edit = { readonly name?: string; readonly company?: string; readonly note?: string };

const gone = ({ state }: Party): CustomerGone | null =>
  state.mergedInto === null && state.identities.length > 0
    ? null
    : { kind: 'customer-gone', mergedInto: state.mergedInto };

/** The fields an event writes. */
export const fieldsOf = (event: CustomerEvent): readonly CustomerField[] => {
  switch (event.kind) {
    case 'customer.renamed':
      return ['name'];
    case 'company.changed':
      return ['company'];
    case 'note.changed':
      return ['note'];
    case 'customers.merged':
    case 'merge.undone':
      return customerFields;
    default:
      return [];
  }
};

const writtenAs = (words: CustomerWords, field: CustomerField): string => words[field] ?? '';

const change = (words: CustomerWords, field: CustomerField, value: string): CustomerEvent => {
  switch (field) {
    case 'name':
      return { kind: 'customer.renamed', name: value === '' ? null : value, before: words.name };
    case 'company':
      return { kind: 'company.changed', company: value, before: words.company };
    case 'note':
      return { kind: 'note.changed', note: value, before: words.note };
  }
};

/**
 * Writes what an agent typed. Refuses where somebody wrote something else into the same field since the agent looked
 * (`touched`: the fields written since then), so that neither loses their words.
 */
export const decideEdit = (
  { id, state }: Party,
  edit: Edit,
  touched: ReadonlySet<CustomerField>,
): Result<Told, CustomerGone | CustomerChanged> => {
  const missing = gone({ id, state });
  if (missing !== null) return fail(missing);
  const events: CustomerEvent[] = [];
  for (const field of customerFields) {
    const typed = edit[field];
    if (typed === undefined) continue;
    const value = field === 'note' ? typed : typed.trim();
    const theirs = writtenAs(state.words, field);
    if (value === theirs) continue;
    if (touched.has(field)) return fail({ kind: 'customer-changed', field, theirs, rev: state.rev });
    events.push(change(state.words, field, value));
  }
  return ok({ customer: id, events });
};

/** Takes back an edit: each field goes back to what it was before the first of `done`, unless it changed since. */
export const decideUndoEdit = (
  { id, state }: Party,
  done: readonly CustomerEvent[],
): Result<Told, CustomerGone | NothingToUndo | CustomerChanged> => {
  const missing = gone({ id, state });
  if (missing !== null) return fail(missing);
  const events: CustomerEvent[] = [];
  for (const field of customerFields) {
    const own = done.filter((event) => isEdit(event) && fieldsOf(event).includes(field)).filter(isEdit);
    const [first] = own;
    const last = own.at(-1);
    if (first === undefined || last === undefined) continue;
    const now = writtenAs(state.words, field);
    if (now !== setBy(last)) return fail({ kind: 'customer-changed', field, theirs: now, rev: state.rev });
    if (now !== (first.before ?? '')) events.push(change(state.words, field, first.before ?? ''));
  }
  return events.length === 0 ? fail({ kind: 'nothing-to-undo' }) : ok({ customer: id, events });
};

type EditEvent = Extract<CustomerEvent, { kind: 'customer.renamed' | 'company.changed' | 'note.changed' }>;

/** Whether an event is an agent's edit of one field. */
const isEdit = (event: CustomerEvent): event is EditEvent =>
  event.kind === 'customer.renamed' || event.kind === 'company.changed' || event.kind === 'note.changed';

const setBy = (event: EditEvent): string => {
  switch (event.kind) {
    case 'customer.renamed':
      return event.name ?? '';
    case 'company.changed':
      return event.company;
    case 'note.changed':
      return event.note;
  }
};

/** Makes two customers one: `into` stays, with the words that an agent chose in the preview. */
export const decideMerge = (
  into: Party,
  from: Party,
  words: CustomerWords,
): Result<readonly Told[], CustomerGone | { readonly kind: 'same-customer' }> => {
  if (into.id === from.id) return fail({ kind: 'same-customer' });
  const missing = gone(into) ?? gone(from);
  if (missing !== null) return fail(missing);
  const gained = from.state.dismissed.filter(
    (other) => other !== into.id && !into.state.dismissed.includes(other),
  );
  return ok([
    {
      customer: into.id,
      events: [
        {
          kind: 'customers.merged',
          from: from.id,
          identities: from.state.identities,
          words,
          before: into.state.words,
          dismissed: gained,
        },
      ],
    },
    { customer: from.id, events: [{ kind: 'customer.joined', into: into.id }] },
  ]);
};

/** A merge as the log of the one who stayed tells it. */
export type MergeEvent = Extract<CustomerEvent, { kind: 'customers.merged' }>;

/** What taking a merge back needs to know. */
export type MergeToUndo = {
  readonly merge: MergeEvent;
  /** The one who stayed, and whoever holds what they had now: the same, or whom they became part of since. */
  readonly survivor: CustomerId;
  readonly holder: Party;
  /** The one who became part of them. */
  readonly other: Party;
};

const restored = <Value>(now: Value, set: Value, before: Value): Value => (now === set ? before : now);

const restoredWords = (now: CustomerWords, { words, before }: MergeEvent): CustomerWords => ({
  name: restored(now.name, words.name, before.name),
  company: restored(now.company, words.company, before.company),
  note: restored(now.note, words.note, before.note),
});

/**
 * Takes a merge back, at any later time: the addresses that came from the other and are still here go back to them,
 * and with the addresses all that was said there, however new. Words that changed since stay.
 */
export const decideUndoMerge = ({
  merge,
  survivor,
  holder,
  other,
}: MergeToUndo): Result<readonly Told[], NothingToUndo | NoAddressLeft> => {
  if (other.state.mergedInto !== survivor || other.id !== merge.from)
    return fail({ kind: 'nothing-to-undo' });
  const identities = merge.identities.filter((one) => holdsIdentity(holder.state.identities, one));
  if (identities.length === 0 || identities.length === holder.state.identities.length) {
    return fail({ kind: 'no-address-left' });
  }
  const itself = holder.id === survivor;
  return ok([
    {
      customer: holder.id,
      events: [
        {
          kind: 'merge.undone',
          from: other.id,
          identities,
          words: itself ? restoredWords(holder.state.words, merge) : holder.state.words,
          dismissed: itself ? merge.dismissed : [],
        },
      ],
    },
    { customer: other.id, events: [{ kind: 'customer.parted', from: holder.id, identities }] },
  ]);
};

/** Gives one address to another customer, who may be new and have none yet. The last one never leaves. */
export const decideMove = (
  from: Party,
  to: Party,
  identity: IdentityKey,
): Result<
  readonly Told[],
  CustomerGone | NoAddressLeft | IdentityElsewhere | { readonly kind: 'same-customer' }
> => {
  if (from.id === to.id) return fail({ kind: 'same-customer' });
  const isNew = to.state.rev === 0;
  const missing = gone(from) ?? (isNew ? null : gone(to));
  if (missing !== null) return fail(missing);
  if (!holdsIdentity(from.state.identities, identity)) return fail({ kind: 'identity-elsewhere' });
  if (from.state.identities.length === 1) return fail({ kind: 'no-address-left' });
  return ok(moved(from, to, identity, []));
};

const moved = (
  from: Party,
  to: Party,
  identity: IdentityKey,
  then: readonly CustomerEvent[],
): readonly Told[] => [
  { customer: from.id, events: [{ kind: 'identity.moved-out', identity, to: to.id }, ...then] },
  { customer: to.id, events: [{ kind: 'identity.moved-in', identity, from: from.id }] },
];

/**
 * Gives an address back to whom it was taken from. A customer who was made for it and of whom nobody wrote anything
 * ends with it; one with words of their own does not, since those would be lost from sight.
 */
export const decideUndoMove = (
  /** Who has the address now, and who had it. */
  from: Party,
  to: Party,
  identity: IdentityKey,
): Result<readonly Told[], NothingToUndo | NoAddressLeft> => {
  if (from.id === to.id || gone(to) !== null || !holdsIdentity(from.state.identities, identity)) {
    return fail({ kind: 'nothing-to-undo' });
  }
  if (from.state.identities.length > 1) return ok(moved(from, to, identity, []));
  const { name, company, note } = from.state.words;
  if (name !== null || company !== '' || note !== '') return fail({ kind: 'no-address-left' });
  return ok(moved(from, to, identity, [{ kind: 'customer.joined', into: to.id }]));
};

/** Notes that two customers are two people, or takes that back; both logs tell it. */
export const decideDismissal = (one: Party, other: Party, dismissed: boolean): readonly Told[] => {
  const kind = dismissed ? 'suggestion.dismissed' : 'suggestion.restored';
  return [[one, other] as const, [other, one] as const]
    .filter(([{ state }, { id }]) => state.dismissed.includes(id) !== dismissed)
    .map(([{ id }, second]) => ({ customer: id, events: [{ kind, other: second.id }] }));
};
