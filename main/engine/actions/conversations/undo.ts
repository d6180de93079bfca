import type { Refused } from '#shared/contract/contract.ts';
import type { ConversationEventKind } from '#shared/domain/conversation/events.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { ActionContext } from '../action.ts';
import { happen } from './change.ts';
import { mergeConversations, unmerge } from './merge.ts';

type Undoable = {
  readonly conversation_num: number;
  readonly id: ConversationId;
  readonly rev: number;
  readonly kind: ConversationEventKind;
  /** The other conversation of a merge or a split. */
  readonly other: string | null;
  /** The revision the conversation has now. */
  readonly now: number;
};

type Undone = Result<{ readonly done: number }, Refused<'conversation.undo'>>;

/** Puts back what a change with this key did. Merges and splits come apart or together at any time, everything else only while nothing has happened since. */
export const undo = (context: ActionContext, input: { readonly undo: string }): Undone => {
  const rows = context.db.all<Undoable>(
    `SELECT e.conversation_num, c.id, e.rev, e.kind, c.rev AS now,
       ifnull(json_extract(e.payload, '$.from'), json_extract(e.payload, '$.into')) AS other
     FROM event e JOIN conversation c ON c.num = e.conversation_num WHERE e.undo = ? ORDER BY e.seq DESC`,
    [input.undo],
  );
  const apart = rows.filter(({ kind }) => kind === 'conversation.absorbed');
  const together = rows.filter(({ kind }) => kind === 'conversation.split');
  let done = apart.filter((row) => takeApart(context, row)).length;
  done += together.filter((row) => bringTogether(context, row)).length;
  if (apart.length + together.length === 0) {
    done += [...new Set(rows.map((row) => row.conversation_num))].filter((num) =>
      stepBack(
        context,
        rows.filter((row) => row.conversation_num === num),
      ),
    ).length;
  }
  const [first] = rows;
  return done === 0 && first !== undefined ? fail({ kind: 'stale', rev: first.now }) : ok({ done });
};

const numOf = ({ db }: ActionContext, id: string | null, mergedInto: string | null): number | undefined =>
  db.get<{ num: number }>('SELECT num FROM conversation WHERE id = ? AND merged_into IS ?', [id, mergedInto])
    ?.num;

const takeApart = (context: ActionContext, row: Undoable): boolean => {
  const other = numOf(context, row.other, row.id);
  if (other === undefined) return false;
  unmerge(context, row.conversation_num, other, context.me);
  return true;
};

const bringTogether = (context: ActionContext, row: Undoable): boolean => {
  const other = numOf(context, row.other, null);
  if (other === undefined || numOf(context, row.id, null) === undefined) return false;
  mergeConversations(context, [row.conversation_num, other], { author: context.me });
  return true;
};

const stepBack = (context: ActionContext, rows: readonly Undoable[]): boolean => {
  const [last] = rows;
  const first = rows.at(-1);
  if (last === undefined || first === undefined || last.now !== last.rev) return false;
  happen(context, { id: last.id, num: last.conversation_num }, [
    { kind: 'conversation.undone', back: first.rev - 1 },
  ]);
  return true;
};
