import type { Channel, Secrets, Session, SessionContext } from '#main/channels/kit/channel.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { accountSecrets } from '../store/read/account.ts';
import type { ConnectedAccount } from '../store/read/account.ts';
import type { Workspace } from '../workspace.ts';

/** How long a session may take to say goodbye before it is left to itself. */
const closeWithinMs = 1_000;

/** What sessions of one account share; refreshed secrets are committed before they are used. */
const sessionContext = (
  workspace: Workspace,
  account: ConnectedAccount,
  retrySends: (recipient: string) => void,
): SessionContext => {
  let current: Secrets | null = null;
  return {
    address: account.address,
    settings: account.settings,
    clock: workspace.clock,
    // Asked for with every request; whoever connects anew gets a context of their own.
    secrets: () => (current ??= accountSecrets(workspace.db, account.id)),
    saveSecrets: async (secrets) => {
      await workspace.writer.run('account.secrets', { id: account.id, secrets });
      current = secrets;
    },
    retrySends,
    log: (line, facts = {}) => workspace.log.line(line, { account: account.id, ...facts }),
  };
};

/** The channel of an account; a workspace may hold accounts of channels that this build does not have. */
export const channelOf = (workspace: Workspace, account: { readonly kind: string }): Channel => {
  const channel = workspace.channels.get(account.kind);
  if (channel === undefined) throw new Error(`no such channel: ${account.kind}`);
  return channel;
};

/** Closes a session without waiting for a server that does not answer. */
export const closeSession = async (session: Session): Promise<void> => {
  await Promise.race([
    session.close().catch(() => undefined),
    new Promise<void>((resolve) => {
      setTimeout(resolve, closeWithinMs).unref();
    }),
  ]);
};

/** One context for each account, so that a token refreshed by one of its sessions is the other's too. */
export class SessionContexts {
  readonly #workspace: Workspace;
  readonly #contexts = new Map<AccountId, SessionContext>();
  /** Told that somebody whom an account could not reach is there again. */
  onReturn: (account: AccountId, recipient: string) => void = () => undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  of(account: ConnectedAccount): SessionContext {
    const known = this.#contexts.get(account.id);
    if (known !== undefined) return known;
    const context = sessionContext(this.#workspace, account, (recipient) =>
      this.onReturn(account.id, recipient),
    );
    this.#contexts.set(account.id, context);
    return context;
  }

  /** The account connects in another way from now on. */
  forget(id: AccountId): void {
    this.#contexts.delete(id);
  }
}
