import type { ConversationId } from '#shared/kit/brand.ts';
import type { DocumentKey } from '../../team/wire.ts';
import { setAside, tryAsideAgain } from '../../store/team/aside.ts';
import type { WhyAside } from '../../store/team/aside.ts';
import { pushUnderWay } from '../../store/team/pending.ts';
import { closeRefusal } from '../../store/team/refusals.ts';
import type { Action } from '../action.ts';
import { apply } from './apply.ts';
import { join, leave } from './join.ts';
import { beginPush, dropPush, pushed } from './push.ts';
import { rebase } from './rebase.ts';
import type { Again } from './run-again.ts';

const close: Action<{ readonly id: string }, boolean> = ({ db, changed }, { id }) => {
  const closed = closeRefusal(db, id);
  if (closed) changed({ topic: 'team' });
  return closed;
};

/** Sets documents aside that cannot be written or told, so that all others go on; a push that was made of them is no more. */
const putAside: Action<
  { readonly keys: readonly DocumentKey[]; readonly why: WhyAside; readonly push: string | null },
  null
> = ({ db, clock, changed }, { keys, why, push }) => {
  if (push !== null && pushUnderWay(db)?.push.id === push) db.run('DELETE FROM team_push');
  for (const one of setAside(db, keys, why, clock.now())) {
    if (one.kind === 'conversation') changed({ topic: 'conversation', id: one.id as ConversationId });
  }
  changed({ topic: 'team' });
  return null;
};

/** Takes up again what was set aside; answers how much that is. */
const tryAside: Action<Readonly<Record<string, never>>, number> = ({ db, changed }) => {
  const count = tryAsideAgain(db);
  if (count > 0) changed({ topic: 'team' });
  return count;
};

/** What happens between a workspace and its team; `actionOf` finds the actions that are run again. */
export const teamActions = (actionOf: Again['action']) =>
  ({
    'team.join': join,
    'team.leave': leave,
    'team.beginPush': beginPush,
    'team.dropPush': dropPush,
    'team.pushed': pushed,
    'team.apply': apply,
    'team.rebase': rebase(actionOf),
    'team.closeRefusal': close,
    'team.setAside': putAside,
    'team.tryAside': tryAside,
  }) as const;
