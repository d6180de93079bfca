import type { Party, Told } from '#shared/domain/customer/decide.ts';
import { unmet } from '#shared/domain/customer/state.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { customerState } from '../../store/read/customer-state.ts';
import { tellCustomers } from '../../store/write/customer-log.ts';
import type { ActionContext } from '../action.ts';

/** A customer as the rules see them; one that is not there has no address and refuses everything. */
export const partyOf = ({ db }: ActionContext, id: CustomerId): Party => ({
  id,
  state: customerState(db, id) ?? unmet,
});

/** Writes what was decided and tells the page: names and owners of conversations are in lists and heads too. */
export const tellAll = (context: ActionContext, told: readonly Told[], undo: string): number | undefined => {
  const { db, clock, me } = context;
  const rev = tellCustomers(db, told, { author: me, at: clock.now(), undo });
  context.changed({ topic: 'customers' });
  context.changed({ topic: 'lists' });
  return rev;
};
