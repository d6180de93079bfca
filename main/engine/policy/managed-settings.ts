import type { Settings } from '#shared/contract/accounts.ts';
import type { PolicyKey } from '#shared/domain/policy/keys.ts';
import { serversFor } from '#shared/domain/policy/mail-servers.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { isClosed } from '#shared/domain/policy/policy.ts';

/** Hosts at which each of the two asks for a sign-in: naming one by hand makes it no other provider. */
const signInHosts: Readonly<Record<string, 'google' | 'microsoft'>> = {
  'accounts.google.com': 'google',
  'oauth2.googleapis.com': 'google',
  'login.microsoftonline.com': 'microsoft',
};

const hostOf = (value: Settings[string] | undefined): string =>
  typeof value === 'string' && URL.canParse(value) ? new URL(value).hostname : '';

/** Whose sign-in these settings lead to. */
const providerOf = (settings: Settings): 'google' | 'microsoft' | null => {
  const { provider, oauthAuthorizeUrl, oauthTokenUrl } = settings;
  if (provider === 'google') return 'google';
  if (provider === 'microsoft' || provider === 'microsoft-personal') return 'microsoft';
  return signInHosts[hostOf(oauthAuthorizeUrl)] ?? signInHosts[hostOf(oauthTokenUrl)] ?? null;
};

const clientOf = ({ values }: Policy, settings: Settings): Settings => {
  const provider = providerOf(settings);
  const id =
    provider === 'google'
      ? values['oauth.googleClientId']
      : provider === 'microsoft'
        ? values['oauth.microsoftClientId']
        : undefined;
  if (id === undefined) return {};
  const secret = provider === 'google' ? values['oauth.googleClientSecret'] : undefined;
  return { oauthClientId: id, ...(secret === undefined ? {} : { oauthClientSecret: secret }) };
};

/** The settings of an account as they hold under the policy, whatever the person or the database says. */
export const managedSettings = (
  policy: Policy,
  names: ReadonlySet<string>,
  address: string,
  settings: Settings,
): Settings => {
  const servers = names.has('imapHost') ? serversFor(policy.values, address) : null;
  const placed = { ...settings, ...servers };
  return names.has('oauthClientId') ? { ...placed, ...clientOf(policy, placed) } : placed;
};

/** The key that cannot be read and without which a channel with these settings must not be used; null where there is none. */
export const closedFor = (
  policy: Policy,
  names: ReadonlySet<string>,
  settings: Settings,
  byOauth: boolean,
): PolicyKey | null => {
  if (names.has('imapHost') && isClosed(policy, 'accounts.mailServers')) return 'accounts.mailServers';
  if (!byOauth) return null;
  const provider = providerOf(settings);
  const needed: readonly PolicyKey[] =
    provider === 'google'
      ? ['oauth.googleClientId', 'oauth.googleClientSecret']
      : provider === 'microsoft'
        ? ['oauth.microsoftClientId']
        : [];
  return needed.find((key) => isClosed(policy, key)) ?? null;
};
