import type { Settings } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import { serversFor } from '#shared/domain/policy/mail-servers.ts';
import type { PolicyView } from './use-policy.ts';

/** The settings of an account that a policy lays down, for a form that shows them locked. The engine holds to them by itself. */
export const laidDownFor = (
  { valueOf }: PolicyView,
  { fields }: ChannelProfile,
  address: string,
  settings: Settings,
): Settings => {
  const names = new Set(fields.map(({ name }) => name));
  const servers = valueOf('accounts.mailServers');
  const placed =
    names.has('imapHost') && servers !== undefined
      ? serversFor({ 'accounts.mailServers': servers }, address)
      : null;
  const { provider } = settings;
  const client =
    provider === 'google'
      ? valueOf('oauth.googleClientId')
      : provider === 'microsoft'
        ? valueOf('oauth.microsoftClientId')
        : undefined;
  return {
    ...placed,
    ...(names.has('oauthClientId') && client !== undefined ? { oauthClientId: client } : {}),
  };
};
