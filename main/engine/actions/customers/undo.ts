import type { Input, Refused } from '#shared/contract/contract.ts';
import {
  decideDismissal,
  decideUndoEdit,
  decideUndoMerge,
  decideUndoMove,
} from '#shared/domain/customer/decide.ts';
import type { Told } from '#shared/domain/customer/decide.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { customerEventsUnder, holderOf } from '../../store/read/customer-state.ts';
import type { LoggedCustomerEvent } from '../../store/read/customer-state.ts';
import type { Action, ActionContext } from '../action.ts';
import { partyOf, tellAll } from './party.ts';

type Decided = Result<readonly Told[], Refused<'customer.undo'>>;

/** What was done is known by its first event; the others under the key belong to it. */
const decideUndo = (context: ActionContext, done: readonly LoggedCustomerEvent[]): Decided => {
  const merged = done.find(({ event }) => event.kind === 'customers.merged');
  if (merged !== undefined) return undoMerge(context, merged);
  const gone = done.find(({ event }) => event.kind === 'identity.moved-out');
  if (gone !== undefined) return undoMove(context, gone);
  const [first] = done;
  if (first === undefined) return fail({ kind: 'nothing-to-undo' });
  if (first.event.kind === 'suggestion.dismissed') {
    const told = decideDismissal(
      partyOf(context, first.customer),
      partyOf(context, first.event.other),
      false,
    );
    return told.length === 0 ? fail({ kind: 'nothing-to-undo' }) : ok(told);
  }
  const edit = decideUndoEdit(
    partyOf(context, first.customer),
    done.filter(({ customer }) => customer === first.customer).map(({ event }) => event),
  );
  return edit.ok ? ok([edit.value]) : edit;
};

const undoMerge = (context: ActionContext, { customer, event }: LoggedCustomerEvent): Decided =>
  event.kind === 'customers.merged'
    ? decideUndoMerge({
        merge: event,
        survivor: customer,
        holder: partyOf(context, holderOf(context.db, customer)),
        other: partyOf(context, event.from),
      })
    : fail({ kind: 'nothing-to-undo' });

const undoMove = (context: ActionContext, { customer, event }: LoggedCustomerEvent): Decided =>
  event.kind === 'identity.moved-out'
    ? decideUndoMove(
        partyOf(context, holderOf(context.db, event.to)),
        partyOf(context, holderOf(context.db, customer)),
        event.identity,
      )
    : fail({ kind: 'nothing-to-undo' });

/** Takes back what was done to customers under a key; nothing is taken out of the logs. */
export const undoCustomerChange: Action<Input<'customer.undo'>, Result<null, Refused<'customer.undo'>>> = (
  context,
  input,
) => {
  const decided = decideUndo(context, customerEventsUnder(context.db, input.undo));
  if (!decided.ok) return decided;
  tellAll(context, decided.value, context.ids.next());
  return ok(null);
};
