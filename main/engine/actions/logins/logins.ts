import type { AccountId } from '#shared/kit/brand.ts';
import type { ActionContext } from '../action.ts';
import type { NotedLogin } from '../../store/read/login.ts';
import { whileApplying } from '../../store/team/link.ts';
import { noteLogin, writeLogin } from '../../store/write/login.ts';
import type { ReceivedLogin } from '../../store/write/login.ts';

/** Takes a login that a colleague sealed for this device; answers false where there is no such account. */
const receive = (context: ActionContext, input: ReceivedLogin & { readonly noted: NotedLogin }): boolean => {
  const { db, clock, changed } = context;
  // What is written is what the team has already: nothing of it goes back as a change of ours.
  const written = whileApplying(db, () => writeLogin(db, input, clock.now()));
  if (!written) return false;
  noteLogin(db, input.account, input.noted);
  changed({ topic: 'accounts' });
  changed({ topic: 'app' });
  return true;
};

/** Logins of accounts that members of a team share. */
export const loginActions = {
  'login.receive': receive,
  'login.note': (
    { db }: ActionContext,
    { account, noted }: { readonly account: AccountId; readonly noted: NotedLogin },
  ): null => {
    noteLogin(db, account, noted);
    return null;
  },
} as const;
