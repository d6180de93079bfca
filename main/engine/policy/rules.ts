import type { Preferences } from '#shared/contract/app.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import { safeFileName } from '#shared/domain/file-name/safe-file-name.ts';
import type { Managed, Policy } from '#shared/domain/policy/policy.ts';
import type { PassphraseRule } from '../keyring.ts';
import { isClosed, isManaged, managed } from '#shared/domain/policy/policy.ts';

/** Whether a channel may be used. The sample's own is nobody's to forbid: it reaches no server. */
export const isChannelAllowed = ({ values }: Policy, { kind, connectable }: ChannelProfile): boolean => {
  const allowed = values['channels.allowed'];
  return allowed === undefined || !connectable || allowed.some((one) => one === kind);
};

/**
 * Who needs a passphrase. While the policy cannot be read only new workspaces do: nobody is made to choose one for good by
 * somebody else's slip, and what has one keeps it.
 */
export const passphraseRule = (policy: Policy): PassphraseRule => {
  if (policy.values['workspace.passphrase'] !== true) return 'as-needed';
  return isClosed(policy, 'workspace.passphrase') ? 'for-new' : 'for-all';
};

/** The extensions that a name ends in, as every system may read them: `a.tar.gz.` has `tar` and `gz`. */
const extensionsOf = (name: string): ReadonlySet<string> => {
  const [, ...extensions] = safeFileName(name)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s.]+$/u, '')
    .split('.')
    .map((part) => part.trim());
  return new Set(extensions);
};

/** Whether a file from outside may neither be opened nor saved. Comes on top of what is dangerous anyway. */
export const isBlockedFile = ({ values }: Policy, name: string): boolean => {
  const blocked = values['attachments.blocked'] ?? [];
  if (blocked.includes('*')) return true;
  const extensions = extensionsOf(name);
  // A name without one, such as `Makefile`, can stand for any type.
  return blocked.some((one) => extensions.has(one.toLowerCase()));
};

/** Whether some files are blocked, whichever. */
export const blocksFiles = ({ values }: Policy): boolean => (values['attachments.blocked'] ?? []).length > 0;

const usualDatabasePort = '5432';

const placeOf = (address: string): string | null => {
  const text = address.trim();
  if (!/^postgres(ql)?:\/\//iu.test(text) || !URL.canParse(text)) return null;
  const { hostname, port, pathname } = new URL(text);
  return `${hostname.toLowerCase()}:${port === '' ? usualDatabasePort : port}${decodeURIComponent(pathname)}`;
};

/** Why a team's database may not be used; null where it may. The address may have a login in it. */
export const refusedDatabase = (policy: Policy, address: string): Managed | null => {
  if (isClosed(policy, 'team.database')) return managed(policy, 'team.database');
  const laid = policy.values['team.database'];
  if (laid === undefined) return null;
  const asked = placeOf(address);
  return asked !== null && asked === placeOf(laid) ? null : managed(policy, 'team.database');
};

/** The same for a login that is kept as its parts. */
export const refusedLogin = (
  policy: Policy,
  { host, port, database }: { readonly host: string; readonly port: number; readonly database: string },
): Managed | null => {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return refusedDatabase(policy, `postgres://${name}:${String(port)}/${encodeURIComponent(database)}`);
};

/** The preferences that hold under a policy. */
export const underPolicy = ({ values }: Policy, preferences: Preferences): Preferences => ({
  ...preferences,
  notificationPreview: values['notifications.preview'] ?? preferences.notificationPreview,
});

/** Why a change of preferences is refused; null where a person may make it. */
export const refusedChange = (
  policy: Policy,
  change: { readonly [Name in keyof Preferences]?: Preferences[Name] | undefined },
): Managed | null =>
  change.notificationPreview !== undefined && isManaged(policy, 'notifications.preview')
    ? managed(policy, 'notifications.preview')
    : null;
