import type { Channel, Secrets, SessionContext } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { neverExpires, tokenSecrets } from './api/tokens.ts';
import { usualTimeouts } from './deadlines.ts';
import type { Timeouts } from './deadlines.ts';
import { discoverServer } from './discovery.ts';
import type { SiteOf } from './discovery.ts';
import { readRecipient, serverOf } from './identifiers.ts';
import { matrixMapper } from './map/mapper.ts';
import { matrixProfile } from './profile.ts';
import { composeMessage } from './send/compose.ts';
import { MatrixSession } from './session.ts';
import { ownUserId, readSettings } from './settings.ts';

/** What may be given to the channel from outside; everything has a default. */
export type MatrixChannelOptions = {
  readonly timeouts?: Partial<Timeouts>;
  /** Where the pages of a server's name are. */
  readonly siteOf?: SiteOf;
};

/** Makes the Matrix channel: all rooms of one account, by the plain client-server API (specification v1.11 and later). */
export function createMatrixChannel(options: MatrixChannelOptions = {}): Channel {
  const timeouts: Timeouts = { ...usualTimeouts, ...options.timeouts };
  const siteOf = options.siteOf ?? ((server: string): string => `https://${server}`);
  const open = (context: SessionContext): MatrixSession => new MatrixSession(context, timeouts);
  return {
    profile: matrixProfile,
    mapper: matrixMapper,
    discover: (address, context, signal) =>
      discoverServer(serverOf(ownUserId(address)), siteOf, context.clock, signal),
    signIn: () => Promise.reject(new ChannelError(failure('settings', 'password'))),
    secretsFrom: (address, settings, credential): Secrets => {
      const { userId, signInWith } = readSettings(address, settings);
      if (credential.kind !== 'password' || /^$|[\0\r\n]/.test(credential.password))
        throw new ChannelError(failure('settings', 'password'));
      if (signInWith === 'password') return { kind: 'password', user: userId, password: credential.password };
      const accessToken = credential.password.trim();
      // It stands in a header of every request (RFC 6750 section 2.1).
      if (!/^[\x21-\x7e]+$/.test(accessToken)) throw new ChannelError(failure('settings', 'password'));
      return tokenSecrets(userId, { accessToken, refreshToken: null, expiresAt: neverExpires, device: null });
    },
    probe: async (context, signal) => {
      const session = open(context);
      try {
        return await session.probe(signal);
      } finally {
        await session.close();
      }
    },
    open,
    readRecipient,
    compose: composeMessage,
  };
}

/** The Matrix channel of the product. */
export const matrixChannel: Channel = createMatrixChannel();
