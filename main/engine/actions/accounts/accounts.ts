import type { Settings } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { Secrets } from '#main/channels/kit/channel.ts';
import type { ActionContext } from '../action.ts';
import { recordAct } from '../audit/record-act.ts';
import { applyStep } from '../outbox/apply-step.ts';
import { outboxUnderWay } from '../../store/read/outbox.ts';
import { accountWithAddress, connectedAccount } from '../../store/read/account.ts';
import type { ConnectedAccount, WantedChange } from '../../store/read/account.ts';
import {
  changeAccount,
  forgetWanted,
  insertAccount,
  pauseAccount,
  removeAccount,
  saveSecrets,
  saveSettings,
} from '../../store/write/account.ts';
import type { AccountChange, NewAccount } from '../../store/write/account.ts';
import { announceStreams } from '../../store/write/streams.ts';
import type { AnnouncedStream } from '../../store/write/streams.ts';

type Gone = { readonly kind: 'account-gone' };

const tell = ({ changed }: ActionContext): void => {
  changed({ topic: 'accounts' });
  changed({ topic: 'app' });
};

/** Does something to an account that is there. */
const withAccount = (
  context: ActionContext,
  id: AccountId,
  work: (account: ConnectedAccount) => void,
): Result<null, Gone> => {
  const account = connectedAccount(context.db, id);
  if (account === null) return fail({ kind: 'account-gone' });
  work(account);
  tell(context);
  return ok(null);
};

/** An account as the audit calls it, also when it is gone. */
const nameOf = ({ label, address }: Pick<ConnectedAccount, 'label' | 'address'>): string =>
  label === '' ? address : label;

const add = (
  context: ActionContext,
  { account, streams }: { readonly account: NewAccount; readonly streams: readonly AnnouncedStream[] },
): Result<{ readonly id: AccountId }, { readonly kind: 'account-exists'; readonly id: AccountId }> => {
  const { db, ids, clock } = context;
  const known = accountWithAddress(db, account.kind, account.address);
  if (known !== null) return fail({ kind: 'account-exists', id: known });
  const id = insertAccount(db, account, ids.next() as AccountId, clock.now());
  announceStreams(db, id, streams);
  recordAct(context, { kind: 'account.added', account: id, label: nameOf(account) });
  tell(context);
  return ok({ id });
};

const reconnect = (
  context: ActionContext,
  input: { readonly id: AccountId; readonly settings: Settings; readonly secrets: Secrets },
): Result<null, Gone> =>
  withAccount(context, input.id, (account) => {
    saveSettings(context.db, input.id, input.settings);
    saveSecrets(context.db, input.id, input.secrets);
    recordAct(context, { kind: 'account.login-changed', account: input.id, label: nameOf(account) });
  });

/** What happens to accounts. */
export const accountActions = {
  'account.add': add,
  'account.reconnect': reconnect,
  /** Refreshed secrets, saved before they are used. */
  'account.secrets': (
    { db }: ActionContext,
    input: { readonly id: AccountId; readonly secrets: Secrets },
  ): null => {
    saveSecrets(db, input.id, input.secrets);
    return null;
  },
  'account.update': (context: ActionContext, input: AccountChange & { readonly id: AccountId }) =>
    withAccount(context, input.id, () => {
      changeAccount(context.db, input.id, input);
      const { id, label, senderName } = input;
      // Of all of it only what it is called is the team's as well.
      context.team?.save({
        kind: 'action',
        name: 'account.update',
        input: { id, label, senderName },
        ids: [],
      });
    }),
  'account.pause': (context: ActionContext, input: { readonly id: AccountId; readonly paused: boolean }) =>
    withAccount(context, input.id, (account) => {
      pauseAccount(context.db, input.id, input.paused);
      if (account.paused === input.paused) return;
      const kind = input.paused ? 'account.paused' : 'account.resumed';
      recordAct(context, { kind, account: input.id, label: nameOf(account) });
    }),
  'account.remove': (context: ActionContext, input: { readonly id: AccountId }) =>
    withAccount(context, input.id, (account) => {
      // What still waits would wait for ever; it becomes a problem that the agent sees.
      const failure = { kind: 'account', said: null, recipient: null } as const;
      for (const { id, pending, recipients } of outboxUnderWay(context.db, input.id)) {
        const served = pending.length < recipients.length;
        applyStep(context, { id, step: { kind: 'failed', pending, served, failure } });
      }
      removeAccount(context.db, input.id, context.clock.now());
      recordAct(context, { kind: 'account.removed', account: input.id, label: nameOf(account) });
    }),
  'account.told': (
    { db }: ActionContext,
    input: { readonly id: AccountId; readonly told: readonly WantedChange[] },
  ): null => {
    forgetWanted(db, input.id, input.told);
    return null;
  },
} as const;
