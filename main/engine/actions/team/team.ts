import { closeRefusal } from '../../store/team/refusals.ts';
import type { Action } from '../action.ts';
import { apply } from './apply.ts';
import { join, leave } from './join.ts';
import { beginPush, pushed } from './push.ts';
import { rebase } from './rebase.ts';
import type { Again } from './run-again.ts';

const close: Action<{ readonly id: string }, boolean> = ({ db, changed }, { id }) => {
  const closed = closeRefusal(db, id);
  if (closed) changed({ topic: 'team' });
  return closed;
};

/** What happens between a workspace and its team; `actionOf` finds the actions that are run again. */
export const teamActions = (actionOf: Again['action']) =>
  ({
    'team.join': join,
    'team.leave': leave,
    'team.beginPush': beginPush,
    'team.pushed': pushed,
    'team.apply': apply,
    'team.rebase': rebase(actionOf),
    'team.closeRefusal': close,
  }) as const;
