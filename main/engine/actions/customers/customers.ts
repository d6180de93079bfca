import type { Input, Refused } from '#shared/contract/contract.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { Action } from '../action.ts';

/** Changes what an agent wrote about a customer; what is left out stays. */
const update: Action<Input<'customer.update'>, Result<null, Refused<'customer.update'>>> = (
  { db, changed },
  { id, name, company, note },
) => {
  const changes = db.run(
    `UPDATE customer SET name = ifnull(?, name), company = ifnull(?, company), note = ifnull(?, note) WHERE id = ?`,
    [name ?? null, company ?? null, note ?? null, id],
  );
  if (changes === 0) return fail({ kind: 'customer-gone' });
  changed({ topic: 'customers' });
  if (name !== undefined) changed({ topic: 'lists' });
  return ok(null);
};

/** What an agent does with customers. */
export const customerActions = {
  'customer.update': update,
} as const;
