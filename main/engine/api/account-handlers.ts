import { randomBytes } from 'node:crypto';
import type { AccountHead, AccountRow, Credential, Settings } from '#shared/contract/accounts.ts';
import type { Refused } from '#shared/contract/contract.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { managed } from '#shared/domain/policy/policy.ts';
import type { Managed } from '#shared/domain/policy/policy.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { Channel, Probed, Secrets, SessionContext, SetupContext } from '#main/channels/kit/channel.ts';
import { ChannelError, failure } from '#main/channels/kit/failure.ts';
import { capabilitiesOf } from '../compose/way-out.ts';
import type { AccountLoops } from '../ingest/account-loops.ts';
import type { MessageSources } from '../message-source.ts';
import { closedFor } from '../policy/managed-settings.ts';
import { isChannelAllowed } from '../policy/rules.ts';
import {
  accountSecrets,
  accountWithAddress,
  connectedAccount,
  connectedAccounts,
  shownStreams,
} from '../store/read/account.ts';
import type { ConnectedAccount } from '../store/read/account.ts';
import type { Workspace } from '../workspace.ts';

type AccountCalls = Extract<keyof Handlers, `account.${string}`>;
type CannotConnect = Extract<Refused<'account.add'>, { readonly kind: 'cannot-connect' }>;

/** A person who went away from the browser should not leave a sign-in open for ever. */
const signInWithinMs = 10 * 60_000;
/** A login test, with DNS, TLS and two servers. */
const probeWithinMs = 60_000;
/** Finding servers asks several places at once. */
const discoverWithinMs = 30_000;

/** A catalogue-independent mark of a missing client id, as the channel throws it. */
const isClientIdMissing = (error: ChannelError): boolean =>
  error.failure.kind === 'settings' && error.failure.where === 'oauthClientId';

const cannotConnect = (error: unknown): CannotConnect => {
  if (error instanceof ChannelError) return { kind: 'cannot-connect', failure: error.failure };
  if (error instanceof DOMException) {
    return { kind: 'cannot-connect', failure: failure('no-answer', '') };
  }
  throw error;
};

/** Secrets of finished sign-ins that wait for their account to be added; they live in memory and only once. */
class Tickets {
  readonly #tickets = new Map<string, Secrets>();

  keep(secrets: Secrets): string {
    const ticket = randomBytes(24).toString('base64url');
    this.#tickets.set(ticket, secrets);
    return ticket;
  }

  take(ticket: string): Secrets | null {
    const secrets = this.#tickets.get(ticket) ?? null;
    this.#tickets.delete(ticket);
    return secrets;
  }
}

/** What an account's own server allows; nothing is known of a channel that this build does not have. */
const limitsOf = (
  workspace: Workspace,
  account: ConnectedAccount,
): Pick<AccountRow, 'maxText' | 'maxAttachmentBytes'> => {
  if (!workspace.channels.has(account.kind)) return { maxText: null, maxAttachmentBytes: 0 };
  const { maxText, maxAttachmentBytes } = capabilitiesOf(workspace, account);
  return { maxText, maxAttachmentBytes };
};

const accountHead = (workspace: Workspace, loops: AccountLoops, account: ConnectedAccount): AccountHead => ({
  id: account.id,
  kind: account.kind,
  label: account.label,
  address: account.address,
  archive: account.archive,
  health: account.paused ? { kind: 'paused' } : loops.health(account.id),
  lastReceivedAt: account.lastReceivedAt,
  signature: account.signature,
  senderName: account.senderName,
  noReplyDays: account.noReplyDays,
  ...limitsOf(workspace, account),
});

const accountRow = (workspace: Workspace, loops: AccountLoops, account: ConnectedAccount): AccountRow => ({
  ...accountHead(workspace, loops, account),
  streams: shownStreams(workspace.db, account.id).map((stream) => ({
    ...stream,
    lastCheckedAt: loops.lookedAt(account.id, stream.name) ?? stream.lastCheckedAt,
  })),
});

/** A session context for a login test: nothing is saved by it, but what it refreshes is kept for the account. */
const probeContext = (
  workspace: Workspace,
  address: string,
  settings: Settings,
  secrets: Secrets,
): { readonly context: SessionContext; readonly current: () => Secrets } => {
  let current = secrets;
  const context: SessionContext = {
    address,
    settings,
    clock: workspace.clock,
    secrets: () => current,
    saveSecrets: async (next) => {
      current = next;
    },
    log: (line, facts = {}) => workspace.log.line(line, facts),
  };
  return { context, current: () => current };
};

type Tried = Probed & { readonly secrets: Secrets };

const probe = async (
  workspace: Workspace,
  channel: Channel,
  address: string,
  settings: Settings,
  secrets: Secrets,
): Promise<Result<Tried, CannotConnect>> => {
  const { context, current } = probeContext(workspace, address, settings, secrets);
  try {
    const found = await channel.probe(context, AbortSignal.timeout(probeWithinMs));
    return ok({ ...found, secrets: current() });
  } catch (error) {
    return fail(cannotConnect(error));
  }
};

/** Handlers for connecting and keeping accounts. */
export const accountHandlers = (
  workspace: Workspace,
  loops: AccountLoops,
  sources: MessageSources,
): Pick<Handlers, AccountCalls> => {
  const tickets = new Tickets();
  let signingIn: AbortController | null = null;
  const { writer, db } = workspace;

  const setup: SetupContext = {
    clock: workspace.clock,
    openBrowser: (url) => workspace.shell.openBrowser(url),
    log: (line, facts = {}) => workspace.log.line(line, facts),
  };
  const channelFor = (kind: string): Channel | undefined => {
    const channel = workspace.channels.get(kind);
    return channel?.profile.connectable === true ? channel : undefined;
  };
  /** What the machine's admin does not allow; the channels themselves hold to it too. */
  const refusedBy = ({ profile }: Channel, settings: Settings, byOauth: boolean): Managed | null => {
    const { policy } = workspace;
    if (!isChannelAllowed(policy, profile)) return managed(policy, 'channels.allowed');
    const names = new Set(profile.fields.map(({ name }) => name));
    const closed = closedFor(policy, names, settings, byOauth);
    return closed === null ? null : managed(policy, closed);
  };
  const noChannel = (): { readonly ok: false; readonly failure: CannotConnect } =>
    fail({ kind: 'cannot-connect', failure: failure('settings', 'kind') });

  const secretsOf = (
    channel: Channel,
    address: string,
    settings: Settings,
    credential: Credential,
  ): Result<Secrets, CannotConnect> => {
    if (credential.kind === 'oauth') {
      const secrets = tickets.take(credential.ticket);
      return secrets === null
        ? fail({ kind: 'cannot-connect', failure: failure('sign-in-expired', address) })
        : ok(secrets);
    }
    try {
      return ok(channel.secretsFrom(address, settings, credential));
    } catch (error) {
      return fail(cannotConnect(error));
    }
  };

  /** Runs something for an account that is there, and lets its loop know. */
  const after = async <Value, Refusal>(
    id: AccountId,
    result: Promise<Result<Value, Refusal>>,
    then: (id: AccountId) => void | Promise<void>,
  ): Promise<Result<Value, Refusal>> => {
    const settled = await result;
    if (settled.ok) await then(id);
    return settled;
  };

  return {
    'account.kinds': () => {
      const profiles = [...workspace.channels.values()].map((channel) => channel.profile);
      return ok({ kinds: profiles.filter((profile) => isChannelAllowed(workspace.policy, profile)) });
    },
    'account.list': () =>
      ok({ accounts: connectedAccounts(db).map((account) => accountRow(workspace, loops, account)) }),
    'account.heads': () =>
      ok({ accounts: connectedAccounts(db).map((account) => accountHead(workspace, loops, account)) }),
    'account.discover': async ({ kind, address }) => {
      const channel = channelFor(kind);
      if (channel === undefined) return ok({ found: [] });
      try {
        return ok({ found: await channel.discover(address, setup, AbortSignal.timeout(discoverWithinMs)) });
      } catch (error) {
        if (!(error instanceof ChannelError) && !(error instanceof DOMException))
          workspace.log.fault('discover', error);
        return ok({ found: [] });
      }
    },
    'account.signIn': async ({ kind, address, settings }) => {
      const channel = channelFor(kind);
      if (channel === undefined) return noChannel();
      const laidDown = refusedBy(channel, settings, true);
      if (laidDown !== null) return fail(laidDown);
      signingIn?.abort();
      const own = new AbortController();
      signingIn = own;
      try {
        const signal = AbortSignal.any([own.signal, AbortSignal.timeout(signInWithinMs)]);
        const secrets = await channel.signIn(address, settings, setup, signal);
        return ok({
          ticket: tickets.keep(secrets),
          address: secrets.kind === 'oauth' ? secrets.user : address,
        });
      } catch (error) {
        if (error instanceof ChannelError) {
          if (isClientIdMissing(error)) {
            return fail({ kind: 'client-id-missing', provider: error.failure.said ?? '' });
          }
          if (!own.signal.aborted) return fail(cannotConnect(error));
        } else if (!own.signal.aborted && !(error instanceof DOMException)) throw error;
        return fail({ kind: 'sign-in-cancelled' });
      } finally {
        if (signingIn === own) signingIn = null;
      }
    },
    'account.cancelSignIn': () => {
      signingIn?.abort();
      return ok(null);
    },
    'account.add': async ({ kind, address, senderName, settings, credential }) => {
      const channel = channelFor(kind);
      if (channel === undefined) return noChannel();
      const laidDown = refusedBy(channel, settings, credential.kind === 'oauth');
      if (laidDown !== null) return fail(laidDown);
      const known = address.trim() === '' ? null : accountWithAddress(db, kind, address.trim());
      if (known !== null) return fail({ kind: 'account-exists', id: known });
      const secrets = secretsOf(channel, address.trim(), settings, credential);
      if (!secrets.ok) return secrets;
      const probed = await probe(workspace, channel, address.trim(), settings, secrets.value);
      if (!probed.ok) return probed;
      const found = accountWithAddress(db, kind, probed.value.address);
      if (found !== null) return fail({ kind: 'account-exists', id: found });
      const account = {
        kind,
        label: probed.value.label ?? probed.value.address,
        address: probed.value.address,
        senderName: senderName.trim(),
        settings: { ...settings, ...probed.value.settings },
        secrets: probed.value.secrets,
      };
      const added = await writer.run('account.add', { account, streams: probed.value.streams });
      if (added.ok) loops.start(added.value.id);
      return added;
    },
    'account.reconnect': async ({ id, settings, credential }) => {
      const account = connectedAccount(db, id);
      if (account === null) return fail({ kind: 'account-gone' });
      const channel = channelFor(account.kind);
      if (channel === undefined) return noChannel();
      const next = settings ?? account.settings;
      const laidDown = refusedBy(channel, next, credential.kind === 'oauth');
      if (laidDown !== null) return fail(laidDown);
      // Nothing typed: the new settings are tried with the login as it is.
      const secrets =
        credential.kind === 'none'
          ? ok(accountSecrets(db, id))
          : secretsOf(channel, account.address, next, credential);
      if (!secrets.ok) return secrets;
      const probed = await probe(workspace, channel, account.address, next, secrets.value);
      if (!probed.ok) return probed;
      const other = probed.value.address.toLowerCase() !== account.address.toLowerCase();
      if (other && channel.profile.address === 'found') {
        // Another account's token would put its messages among this one's.
        const said = probed.value.label ?? probed.value.address;
        return fail({ kind: 'cannot-connect', failure: failure('settings', 'address', { said }) });
      }
      const kept = { ...next, ...probed.value.settings };
      const saved = writer.run('account.reconnect', { id, settings: kept, secrets: probed.value.secrets });
      return after(id, saved, () => loops.start(id));
    },
    'account.update': (input) =>
      after(input.id, writer.run('account.update', input), (id) => loops.loop(id)?.check()),
    'account.pause': (input) =>
      after(input.id, writer.run('account.pause', input), (id) => {
        if (loops.loop(id) === undefined) loops.start(id);
        else loops.loop(id)?.reconnect();
      }),
    'account.templates': async ({ id }) => {
      if (connectedAccount(db, id) === null) return fail({ kind: 'account-gone' });
      try {
        return ok({ templates: await sources.templates(id) });
      } catch (error) {
        return fail(cannotConnect(error));
      }
    },
    'account.repair': ({ id }) => {
      if (connectedAccount(db, id) === null) return fail({ kind: 'account-gone' });
      loops.loop(id)?.check();
      return ok(null);
    },
    'account.remove': (input) =>
      after(input.id, writer.run('account.remove', input), (id) => loops.remove(id)),
  };
};
