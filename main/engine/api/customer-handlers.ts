import type { Handlers } from '#shared/contract/wire.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import { customerConversations } from '../store/read/conversation-list.ts';
import { mergeSide } from '../store/read/customer-merge.ts';
import { customerPromises } from '../store/read/customer-promises.ts';
import { customerState } from '../store/read/customer-state.ts';
import { listSuggestions, suggestedFor } from '../store/read/customer-suggestions.ts';
import { waitingHistory } from '../store/read/customer-waits.ts';
import { customerDetail, findCustomers } from '../store/read/customers.ts';
import type { Workspace } from '../workspace.ts';

type CustomerCalls = Extract<keyof Handlers, `customer.${string}`>;

/** Handlers for customers: who they are, what they have waited for, and which of them are one person. */
export const customerHandlers = ({ db, writer }: Workspace): Pick<Handlers, CustomerCalls> => {
  const gone = (id: CustomerId) =>
    fail({ kind: 'customer-gone', mergedInto: customerState(db, id)?.mergedInto ?? null } as const);
  return {
    'customer.get': ({ id }) => {
      const found = customerDetail(db, id);
      return found.kind === 'here' ? ok(found.detail) : gone(id);
    },
    'customer.find': ({ text, limit }) => ok({ customers: findCustomers(db, text, limit) }),
    'customer.conversations': ({ id, after, limit }) => ok(customerConversations(db, id, after, limit)),
    'customer.promises': ({ id }) => ok({ promises: customerPromises(db, id) }),
    'customer.waits': ({ id }) => ok(waitingHistory(db, id)),
    'customer.mergePreview': (input) => {
      if (input.into === input.from) return fail({ kind: 'same-customer' });
      const into = mergeSide(db, input.into);
      const from = mergeSide(db, input.from);
      if (into === undefined) return gone(input.into);
      return from === undefined ? gone(input.from) : ok({ into, from });
    },
    'customer.suggested': ({ id }) => ok({ suggestions: suggestedFor(db, id) }),
    'customer.suggestions': ({ after, limit }) => ok(listSuggestions(db, after, limit)),
    'customer.update': (input) => writer.run('customer.update', input),
    'customer.merge': (input) => writer.run('customer.merge', input),
    'customer.moveIdentity': (input) => writer.run('customer.moveIdentity', input),
    'customer.dismissSuggestion': (input) => writer.run('customer.dismissSuggestion', input),
    'customer.undo': (input) => writer.run('customer.undo', input),
  };
};
