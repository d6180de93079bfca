import type { Input, Refused } from '#shared/contract/contract.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { comparableName } from '#shared/domain/erasure/typed-name.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { eraseStep } from '../../store/erase/erase-steps.ts';
import { customersOf, insertErasure, openErasure, saveLedger } from '../../store/erase/erasure-rows.ts';
import { isUnsettled, wholeCustomer } from '../../store/erase/scope.ts';
import { teamLink, whileApplying } from '../../store/team/link.ts';
import type { Action, ActionContext } from '../action.ts';
import { recordAct } from '../audit/record-act.ts';
import { eraseQuarantined, tellErasure } from './quarantined.ts';
import { beginInTeam } from './team-erasure.ts';

type Asked = { readonly id: string };

/** What is shown of a customer, and so what has to be typed to erase them. */
const shownName = (
  { db }: ActionContext,
  id: string,
): { readonly name: string; readonly mergedInto: string | null } | undefined => {
  const row = db.get<{ name: string; merged_into: string | null }>(
    'SELECT name, merged_into FROM customer WHERE id = ?',
    [id],
  );
  if (row === undefined) return undefined;
  const address = db.get<{ address: string }>(
    'SELECT address FROM identity WHERE customer_id = ? ORDER BY last_at DESC, num LIMIT 1',
    [id],
  );
  return { name: row.name === '' ? (address?.address ?? '') : row.name, mergedInto: row.merged_into };
};

const isAlone = ({ db }: ActionContext): boolean => teamLink(db) === null;

/** Begins to erase a customer; the rest is done by `erasure.step`. `quarantine` are unreadable items that name them. */
const ask: Action<
  Input<'customer.erase'> & { readonly quarantine: readonly string[] },
  Result<Asked, Refused<'customer.erase'>>
> = (context, { id, typed, quarantine }) => {
  const { db, ids, clock, me, erasures } = context;
  const shown = shownName(context, id);
  if (shown?.mergedInto !== null) return fail({ kind: 'customer-gone', mergedInto: null });
  // The team's database decides there, and erases first.
  if (!isAlone(context)) return fail({ kind: 'erase-team-away' });
  if (comparableName(typed) !== comparableName(shown.name)) return fail({ kind: 'erase-name' });
  const customers = wholeCustomer(db, id);
  if (isUnsettled(db, customers)) return fail({ kind: 'erase-unsettled' });
  const erasure = ids.next();
  insertErasure(
    db,
    { id: erasure, reason: 'request', author: me, asked_at: clock.now(), again: false },
    customers,
  );
  eraseQuarantined(context, erasure, quarantine);
  // Written down before anything goes: a copy put back in the middle is erased as well.
  saveLedger(db, erasures);
  tellErasure(context);
  return ok({ id: erasure });
};

/** Does the next piece of what is being erased; `more` until only the pages of the file are left, or nothing. */
const step: Action<Readonly<Record<string, never>>, 'more' | 'pages' | 'nothing'> = (context) => {
  const { db, vault, erasures } = context;
  const row = openErasure(db);
  if (row === undefined) return 'nothing';
  if (row.step === 'pages') return 'pages';
  if (row.reason === 'team' && row.step === 'begin') {
    beginInTeam(context, row);
    return 'more';
  }
  whileApplying(db, () => eraseStep({ db, hash: erasures.hash, erasure: row.id }, vault, row));
  if (row.step !== 'files' && row.step !== 'index') tellErasure(context);
  return 'more';
};

/** Ends an erasure whose pages were emptied: it is written down, here and beside the database. */
const finish: Action<Readonly<Record<string, never>>, null> = (context) => {
  const { db, clock, erasures } = context;
  const row = openErasure(db);
  if (row?.step !== 'pages') return null;
  db.run('UPDATE erasure SET done_at = ? WHERE id = ?', [clock.now(), row.id]);
  saveLedger(db, erasures);
  const [customer] = customersOf(db, row.id);
  const isAsked = row.reason === 'request' || (row.reason === 'team' && row.author !== null);
  if (customer !== undefined && row.again === 0 && isAsked) {
    const { conversations, messages } = row;
    const act = {
      kind: 'customer.erased',
      customer: customer as CustomerId,
      conversations,
      messages,
    } as const;
    recordAct(context, act, row.author);
  }
  tellErasure(context);
  return null;
};

/** Erasing customers, and conversations whose time has come. */
export const erasureActions = {
  'erasure.ask': ask,
  'erasure.step': step,
  'erasure.finish': finish,
} as const;
