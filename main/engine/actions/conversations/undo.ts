import type { Refused } from '#shared/contract/contract.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { happenedSince, placeWithin, undoable, wasReleased } from '../../store/read/undoable.ts';
import type { Undoable } from '../../store/read/undoable.ts';
import type { ActionContext } from '../action.ts';
import { happen } from './change.ts';
import { unmerge } from './merge.ts';
import { rejoin } from './split.ts';

type Undone = Result<{ readonly done: number }, Refused<'conversation.undo'>>;

/**
 * Puts back what a change with this key did. Merges and splits come apart or together at any time, as long as neither
 * side has become part of another conversation since; everything else only while nothing has happened since.
 */
export const undo = (context: ActionContext, input: { readonly undo: string }): Undone => {
  const rows = undoable(context.db, input.undo);
  const apart = rows.filter(({ kind }) => kind === 'conversation.absorbed');
  const together = rows.filter(({ kind }) => kind === 'conversation.split');
  const rest = apart.length + together.length === 0 ? [...new Set(rows.map(({ num }) => num))] : [];
  const done =
    apart.filter((row) => takeApart(context, row)).length +
    together.filter((row) => bringTogether(context, row)).length +
    rest.filter((num) =>
      stepBack(
        context,
        rows.filter((row) => row.num === num),
      ),
    ).length;
  const [first] = rows;
  return done === 0 && first !== undefined ? fail({ kind: 'stale', rev: first.now }) : ok({ done });
};

const takeApart = (context: ActionContext, row: Undoable): boolean => {
  const { db } = context;
  const survivor = placeWithin(db, row.id, null);
  const other = placeWithin(db, row.other, row.id);
  if (survivor === undefined || other === undefined || wasReleased(db, row)) return false;
  return unmerge(context, { survivor: survivor.num, other: other.num, rev: row.rev });
};

const bringTogether = (context: ActionContext, row: Undoable): boolean => {
  const { db } = context;
  const origin = placeWithin(db, row.id, null);
  const left = placeWithin(db, row.other, null);
  if (origin === undefined || left === undefined) return false;
  rejoin(context, origin, left, { untouched: !happenedSince(db, left.num, row.seq) });
  return true;
};

const stepBack = (context: ActionContext, rows: readonly Undoable[]): boolean => {
  const [last] = rows;
  const first = rows.at(-1);
  if (last === undefined || first === undefined || last.now !== last.rev) return false;
  happen(context, last, [{ kind: 'conversation.undone', back: first.rev - 1 }]);
  return true;
};
