import type { Channel, Secrets, SessionContext } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { accountOf } from './account/account.ts';
import { composeMessage, readPerson, redateMessage } from './compose.ts';
import { blueskyMapper } from './map/mapper.ts';
import { readDid } from './names.ts';
import { blueskyProfile } from './profile.ts';
import { BlueskySession, usualTiming } from './session.ts';
import type { Timing } from './session.ts';
import { readOwnAddress, readSettings } from './settings.ts';
import { whoWeAre } from './walk/pull.ts';

/** Makes the Bluesky channel: mentions, answers and quotes, our own posts, and direct messages of one account. */
export function createBlueskyChannel(options: { readonly timing?: Partial<Timing> } = {}): Channel {
  const timing: Timing = { ...usualTiming, ...options.timing };
  const open = (context: SessionContext): BlueskySession => new BlueskySession(context, timing);
  return {
    profile: blueskyProfile,
    mapper: blueskyMapper,
    discover: () => Promise.resolve([]),
    signIn: () => Promise.reject(new ChannelError(failure('settings', 'password'))),
    secretsFrom: (address, settings, credential): Secrets => {
      readSettings(settings);
      const user = readOwnAddress(address);
      const refused = credential.kind !== 'password' || /^\s*$|[\0\r\n]/.test(credential.password);
      if (refused) throw new ChannelError(failure('settings', 'password'));
      return { kind: 'password', user, password: credential.password.trim() };
    },
    probe: async (context, signal) => {
      readOwnAddress(context.address);
      const session = open(context);
      try {
        const { did, handle } = await whoWeAre(accountOf(context, timing.call), signal);
        const address = readDid(did);
        if (address === null)
          throw new ChannelError(failure('protocol', readSettings(context.settings).service.host));
        return { address, label: `@${handle}`, streams: await session.streams(signal) };
      } finally {
        await session.close();
      }
    },
    open,
    readRecipient: readPerson,
    compose: composeMessage,
    redate: redateMessage,
  };
}

/** The Bluesky channel of the product. */
export const blueskyChannel: Channel = createBlueskyChannel();
