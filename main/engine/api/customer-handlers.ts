import type { Handlers } from '#shared/contract/wire.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { comparableName } from '#shared/domain/erasure/typed-name.ts';
import { fail, ok } from '#shared/kit/result.ts';
import { quarantinedOf } from '../store/erase/quarantined.ts';
import { erasureScope, isUnsettled, wholeCustomer } from '../store/erase/scope.ts';
import { customerConversations } from '../store/read/conversation-list.ts';
import { mergeSide } from '../store/read/customer-merge.ts';
import { customerPromises } from '../store/read/customer-promises.ts';
import { customerState } from '../store/read/customer-state.ts';
import { listSuggestions, suggestedFor } from '../store/read/customer-suggestions.ts';
import { waitingHistory } from '../store/read/customer-waits.ts';
import { customerDetail, customerLine, findCustomers } from '../store/read/customers.ts';
import { teamLink } from '../store/team/link.ts';
import { eraseInTeam, previewInTeam } from '../team/ask-erasure.ts';
import type { Workspace } from '../workspace.ts';

/** What has to be typed to erase a customer. */
const shownName = ({ name, address }: { readonly name: string; readonly address: string }): string =>
  name === '' ? address : name;

type CustomerCalls = Extract<keyof Handlers, `customer.${string}`>;

/** Handlers for customers: who they are, what they have waited for, and which of them are one person. */
export const customerHandlers = (workspace: Workspace): Pick<Handlers, CustomerCalls> => {
  const { db, vault, writer } = workspace;
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
    'customer.erasePreview': async ({ id }) => {
      const line = customerLine(db, id);
      if (line === undefined) return gone(id);
      const customers = wholeCustomer(db, id);
      const here = {
        name: shownName(line),
        ...erasureScope(db, customers),
        unsettled: isUnsettled(db, customers),
        inTeam: teamLink(db) !== null,
        refused: null,
      };
      if (!here.inTeam) return ok(here);
      // This device may hold the last 90 days: what goes for everybody is counted by the team's database.
      const there = await previewInTeam(workspace, id);
      if (there.ok)
        return ok({ ...here, ...there.value, unsettled: here.unsettled || there.value.unsettled });
      const { kind } = there.failure;
      return ok(kind === 'erase-unsettled' ? { ...here, unsettled: true } : { ...here, refused: kind });
    },
    'customer.erase': async (input) => {
      if (teamLink(db) === null)
        return writer.run('erasure.ask', {
          ...input,
          quarantine: quarantinedOf(db, vault, wholeCustomer(db, input.id)),
        });
      const line = customerLine(db, input.id);
      if (line === undefined) return gone(input.id);
      if (comparableName(input.typed) !== comparableName(shownName(line)))
        return fail({ kind: 'erase-name' });
      if (isUnsettled(db, wholeCustomer(db, input.id))) return fail({ kind: 'erase-unsettled' });
      return eraseInTeam(workspace, input.id);
    },
    'customer.undo': (input) => writer.run('customer.undo', input),
  };
};
