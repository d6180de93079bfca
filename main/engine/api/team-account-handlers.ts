import * as v from 'valibot';
import type { AccountReader, TeamAccountRow, teamAccountCalls } from '#shared/contract/team-accounts.ts';
import type { TeamFailure } from '#shared/contract/team.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { connectedAccount } from '../store/read/account.ts';
import type { ConnectedAccount } from '../store/read/account.ts';
import { colleagueAccount, sendingAccounts } from '../store/read/colleague-account.ts';
import { roleOf } from '../store/read/members.ts';
import { outboxItem } from '../store/read/outbox.ts';
import { TeamError } from '../team/connection-failure.ts';
import type { TeamDesk } from '../team/collector/team-desk.ts';
import type { Workspace } from '../workspace.ts';

type Alone =
  { readonly kind: 'team-alone' } | { readonly kind: 'team-unreachable'; readonly failure: TeamFailure };

const sharing = v.object({ kind: v.picklist(['shared', 'not-keeper', 'member-gone']) });

/** Handlers for who reads a team's accounts, who may have their logins, and what leaves by colleagues' devices. */
export const teamAccountHandlers = (
  { db, writer }: Workspace,
  desk: TeamDesk,
): Pick<Handlers, keyof typeof teamAccountCalls> => {
  /** Asks the team's database; what its line says is a refusal. */
  const asked = async (name: string, parameters: readonly unknown[]): Promise<Result<unknown, Alone>> => {
    if (desk.shared() === null) return fail({ kind: 'team-alone' });
    try {
      return ok(await desk.ask(name, parameters));
    } catch (error) {
      if (!(error instanceof TeamError)) throw error;
      return fail({ kind: 'team-unreachable', failure: error.failure });
    }
  };

  const readerOf = (id: AccountId): AccountReader => {
    const shared = desk.shared();
    const standing = shared?.collector.standing(id)?.told;
    if (standing?.kind === 'mine') return { kind: 'here', since: standing.since ?? 0 };
    const known = shared?.share.overview.find(({ account }) => account === id);
    if (shared === null || known === undefined) return { kind: 'unknown' };
    const { reader } = known;
    if (reader === null) return { kind: 'nobody' };
    return reader.id === shared.link.device
      ? { kind: 'here', since: reader.since }
      : { kind: 'colleague', member: reader.member, device: reader.device, since: reader.since };
  };

  const rowOf = (account: ConnectedAccount): TeamAccountRow => {
    const shared = desk.shared();
    const known = shared?.share.overview.find((one) => one.account === account.id);
    const keepers = known?.keepers ?? [];
    const me = shared?.link.member ?? null;
    return {
      id: account.id,
      kind: account.kind,
      label: account.label,
      address: account.address,
      login: connectedAccount(db, account.id) !== null,
      reader: readerOf(account.id),
      byLocks: shared?.collector.locks ?? true,
      keepers,
      waiting: (known?.devices ?? []).filter(({ version }) => version !== known?.version).length,
      mayShare: me !== null && (keepers.includes(me) || roleOf(db, me) === 'admin'),
    };
  };

  return {
    'teamAccount.list': () =>
      ok({
        accounts:
          desk.shared() === null
            ? []
            : sendingAccounts(db)
                .filter(({ archive }) => !archive)
                .map(rowOf),
      }),
    'teamAccount.share': async ({ id, members }) => {
      const answer = await asked('share_account', [id, JSON.stringify(members), false]);
      if (!answer.ok) return answer;
      const { kind } = v.parse(sharing, answer.value);
      if (kind !== 'shared') return fail({ kind });
      await desk.refresh();
      return ok(null);
    },
    'teamSend.get': ({ id }) => {
      const item = outboxItem(db, id);
      if (item?.state !== 'handed-over') return ok({ send: null });
      if (colleagueAccount(db, item.account) === null) return ok({ send: null });
      const standing = desk.standing(id);
      const state = standing?.state;
      const isKnown = state === 'waiting' || state === 'taken' || state === 'handed-over';
      return ok({
        send: {
          state: isKnown ? state : 'giving',
          member: standing?.member ?? null,
          device: standing?.device ?? null,
          since: standing?.since ?? item.handedOverAt ?? item.createdAt,
          canTakeBack: standing?.state === 'waiting' && standing.device === null,
        },
      });
    },
    'teamSend.takeBack': async ({ id }) => {
      const answer = await asked('withdraw_send', [id]);
      if (!answer.ok) return answer;
      if (answer.value !== true) return fail({ kind: 'too-late' });
      await writer.run('outbox.withdrawn', { id });
      return ok(null);
    },
    'teamSend.stopWaiting': async ({ id }) => {
      const answer = await asked('doubt_send', [id]);
      if (!answer.ok) return answer;
      if (answer.value !== true) return fail({ kind: 'too-late' });
      await desk.refresh();
      return ok(null);
    },
  };
};
