import type { Settings } from '#shared/contract/accounts.ts';
import { serversFor } from '#shared/domain/policy/mail-servers.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import type { Channel, SessionContext } from '#main/channels/kit/channel.ts';
import { ChannelError, failure } from '#main/channels/kit/failure.ts';
import { closedFor, managedSettings } from './managed-settings.ts';
import { isChannelAllowed } from './rules.ts';

/**
 * A channel under a policy. Every way to a server goes through here, so that no screen, command or row of the database
 * leads past the policy: what is not allowed throws `not-allowed`, and settings that are laid down replace the account's own.
 */
const governed = (channel: Channel, policy: Policy): Channel => {
  const { kind, fields } = channel.profile;
  const names = new Set(fields.map(({ name }) => name));
  const check = (settings: Settings, byOauth: boolean): void => {
    const key = isChannelAllowed(policy, channel.profile)
      ? closedFor(policy, names, settings, byOauth)
      : 'channels.allowed';
    if (key !== null)
      throw new ChannelError(failure('not-allowed', kind, { said: policy.values.managedBy ?? null }));
  };
  const place = (address: string, settings: Settings): Settings =>
    managedSettings(policy, names, address, settings);
  const placed = (context: SessionContext): SessionContext => {
    const settings = place(context.address, context.settings);
    check(settings, context.secrets().kind === 'oauth');
    return { ...context, settings };
  };
  return {
    ...channel,
    discover: async (address, context, signal) => {
      check({}, false);
      const servers = names.has('imapHost') ? serversFor(policy.values, address) : null;
      if (servers === null) return channel.discover(address, context, signal);
      return [
        {
          how: 'policy',
          settings: { user: address.trim(), ...servers },
          signIn: 'password',
          provider: null,
        },
      ];
    },
    signIn: async (address, settings, context, signal) => {
      const own = place(address, settings);
      check(own, true);
      return channel.signIn(address, own, context, signal);
    },
    secretsFrom: (address, settings, credential) =>
      channel.secretsFrom(address, place(address, settings), credential),
    probe: async (context, signal) => channel.probe(placed(context), signal),
    open: (context) => channel.open(placed(context)),
    ...(channel.examine === undefined
      ? {}
      : {
          examine: async (context, signal) => (await channel.examine?.(placed(context), signal)) ?? [],
        }),
  };
};

/** All channels under a policy; without one they are what they were. */
export const governedChannels = (
  channels: ReadonlyMap<string, Channel>,
  policy: Policy,
): ReadonlyMap<string, Channel> =>
  policy.entries.length === 0
    ? channels
    : new Map([...channels].map(([kind, channel]) => [kind, governed(channel, policy)]));
