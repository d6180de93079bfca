import { assertNever } from '../../kit/assert-never.ts';
import type { CustomerId } from '../../kit/brand.ts';
import type { CustomerEvent, IdentityKey } from './events.ts';
import { holdsIdentity } from './state.ts';
import type { CustomerState } from './state.ts';

const withIdentities = (
  list: readonly IdentityKey[],
  more: readonly IdentityKey[],
): readonly IdentityKey[] => [...list, ...more.filter((one) => !holdsIdentity(list, one))];

const without = (list: readonly IdentityKey[], less: readonly IdentityKey[]): readonly IdentityKey[] =>
  list.filter((one) => !holdsIdentity(less, one));

const union = (list: readonly CustomerId[], more: readonly CustomerId[]): readonly CustomerId[] => [
  ...new Set([...list, ...more]),
];

const minus = (list: readonly CustomerId[], less: readonly CustomerId[]): readonly CustomerId[] =>
  list.filter((one) => !less.includes(one));

/** The state of a customer after one more event. Pure; a replay of the log gives the rows of the store. */
export const evolveCustomer = (before: CustomerState, event: CustomerEvent): CustomerState => {
  const state = { ...before, rev: before.rev + 1 };
  switch (event.kind) {
    case 'identity.added':
    case 'identity.moved-in':
      return { ...state, identities: withIdentities(state.identities, [event.identity]) };
    case 'identity.moved-out':
      return { ...state, identities: without(state.identities, [event.identity]) };
    case 'customer.renamed':
      return { ...state, words: { ...state.words, name: event.name } };
    case 'company.changed':
      return { ...state, words: { ...state.words, company: event.company } };
    case 'note.changed':
      return { ...state, words: { ...state.words, note: event.note } };
    case 'customers.merged':
      return {
        ...state,
        words: event.words,
        identities: withIdentities(state.identities, event.identities),
        dismissed: union(state.dismissed, event.dismissed),
      };
    case 'customer.joined':
      return { ...state, mergedInto: event.into, identities: [] };
    case 'merge.undone':
      return {
        ...state,
        words: event.words,
        identities: without(state.identities, event.identities),
        dismissed: minus(state.dismissed, event.dismissed),
      };
    case 'customer.parted':
      return { ...state, mergedInto: null, identities: event.identities };
    case 'suggestion.dismissed':
      return { ...state, dismissed: union(state.dismissed, [event.other]) };
    case 'suggestion.restored':
      return { ...state, dismissed: minus(state.dismissed, [event.other]) };
    default:
      return assertNever(event);
  }
};
