import type { Input, Refused } from '#shared/contract/contract.ts';
import {
  decideDismissal,
  decideEdit,
  decideMerge,
  decideMove,
  fieldsOf,
} from '#shared/domain/customer/decide.ts';
import { mergedWords } from '#shared/domain/customer/merge-words.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { customerEventsSince } from '../../store/read/customer-state.ts';
import { mergeSide } from '../../store/read/customer-merge.ts';
import { insertCustomer } from '../../store/write/customer.ts';
import type { Action } from '../action.ts';
import { partyOf, tellAll } from './party.ts';
import { undoCustomerChange } from './undo.ts';

type Answer<
  Name extends 'customer.update' | 'customer.merge' | 'customer.moveIdentity' | 'customer.dismissSuggestion',
  Value,
> = Action<Input<Name>, Result<Value, Refused<Name>>>;

/** Writes what an agent typed, unless somebody wrote into the same field since; what is left out stays. */
const update: Answer<'customer.update', { readonly rev: number; readonly undo: string | null }> = (
  context,
  { id, seenRev, undo, name, company, note },
) => {
  const party = partyOf(context, id);
  const since = seenRev === null ? [] : customerEventsSince(context.db, id, seenRev);
  const edit = {
    ...(name === undefined ? {} : { name }),
    ...(company === undefined ? {} : { company }),
    ...(note === undefined ? {} : { note }),
  };
  const decided = decideEdit(party, edit, new Set(since.flatMap(({ event }) => fieldsOf(event))));
  if (!decided.ok) return decided;
  if (decided.value.events.length === 0) return ok({ rev: party.state.rev, undo: undo ?? null });
  const key = undo ?? context.ids.next();
  const rev = tellAll(context, [decided.value], key);
  return ok({ rev: rev ?? party.state.rev, undo: key });
};

/** Makes two customers one as the preview showed it. */
const merge: Answer<'customer.merge', { readonly undo: string }> = (context, { into, from, choice }) => {
  const [one, other] = [partyOf(context, into.id), partyOf(context, from.id)];
  const [kept, came] = [mergeSide(context.db, into.id), mergeSide(context.db, from.id)];
  const words = kept === undefined || came === undefined ? one.state.words : mergedWords(kept, came, choice);
  const decided = decideMerge(one, other, words);
  if (!decided.ok) return decided;
  if (one.state.rev !== into.rev || other.state.rev !== from.rev) return fail({ kind: 'merge-preview-old' });
  const undo = context.ids.next();
  tellAll(context, decided.value, undo);
  return ok({ undo });
};

/** Gives one address to another customer, or to a new one of its own. */
const moveIdentity: Answer<'customer.moveIdentity', { readonly undo: string; readonly to: CustomerId }> = (
  context,
  { channel, address, from, to },
) => {
  const { db, clock, ids } = context;
  const target = to ?? (ids.next() as CustomerId);
  const decided = decideMove(partyOf(context, from), partyOf(context, target), { channel, address });
  if (!decided.ok) return decided;
  if (to === null) insertCustomer(db, target, { name: '', at: clock.now(), rev: 0 });
  const undo = ids.next();
  tellAll(context, decided.value, undo);
  return ok({ undo, to: target });
};

/** Remembers that two customers are two people. */
const dismissSuggestion: Answer<'customer.dismissSuggestion', { readonly undo: string }> = (
  context,
  { one, other },
) => {
  if (one === other) return fail({ kind: 'same-customer' });
  const parties = [partyOf(context, one), partyOf(context, other)] as const;
  const missing = parties.find(({ state }) => state.rev === 0 || state.mergedInto !== null);
  if (missing !== undefined) return fail({ kind: 'customer-gone', mergedInto: missing.state.mergedInto });
  const undo = context.ids.next();
  tellAll(context, decideDismissal(...parties, true), undo);
  return ok({ undo });
};

/** What an agent does with customers. */
export const customerActions = {
  'customer.update': update,
  'customer.merge': merge,
  'customer.moveIdentity': moveIdentity,
  'customer.dismissSuggestion': dismissSuggestion,
  'customer.undo': undoCustomerChange,
} as const;
