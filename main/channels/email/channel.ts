import type { Channel, Secrets, SessionContext } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { plainAddress } from './address.ts';
import { composeMail, redateMail } from './compose/compose.ts';
import { usualTimeouts } from './deadline.ts';
import type { Timeouts } from './deadline.ts';
import { discoverServers } from './discovery/discover.ts';
import type { DiscoveryOptions } from './discovery/discover.ts';
import { mailMapper } from './map/mapper.ts';
import { signInByBrowser } from './oauth/sign-in.ts';
import { emailProfile } from './profile.ts';
import { EmailSession } from './session.ts';
import { readSettings } from './settings.ts';

/** What may be given to the channel from outside; everything has a default. */
export type EmailChannelOptions = {
  readonly timeouts?: Partial<Timeouts>;
  readonly discovery?: DiscoveryOptions;
  /** What the browser shows when the sign-in is over. */
  readonly closePage?: string;
  /** How long the person may take in the browser, in ms. */
  readonly signInPatience?: number;
};

const tenMinutes = 600_000;

const requireAddress = (address: string): string => {
  const plain = plainAddress(address.trim());
  if (plain === null) throw new ChannelError(failure('settings', 'address'));
  return plain;
};

/** Makes the email channel: IMAP in, SMTP out. */
export function createEmailChannel(options: EmailChannelOptions = {}): Channel {
  const timeouts: Timeouts = { ...usualTimeouts, ...options.timeouts };
  const open = (context: SessionContext): EmailSession => new EmailSession(context, timeouts);
  return {
    profile: emailProfile,
    mapper: mailMapper,
    discover: (address, _context, signal) => discoverServers(address, options.discovery ?? {}, signal),
    signIn: (address, settings, context, signal) =>
      signInByBrowser(
        requireAddress(address),
        settings,
        { closePage: options.closePage ?? '✓', patience: options.signInPatience ?? tenMinutes },
        context,
        signal,
      ),
    secretsFrom: (address, settings, credential): Secrets => {
      const { user } = readSettings(requireAddress(address), settings);
      if (credential.kind !== 'password') throw new ChannelError(failure('settings', 'password'));
      if (credential.password === '' || /[\0\r\n]/.test(credential.password)) {
        throw new ChannelError(failure('settings', 'password'));
      }
      return { kind: 'password', user, password: credential.password };
    },
    probe: async (context, signal) => {
      const address = requireAddress(context.address);
      const session = open(context);
      try {
        return { address, streams: await session.probe(signal) };
      } finally {
        await session.close();
      }
    },
    open,
    compose: composeMail,
    redate: redateMail,
  };
}

/** The email channel of the product. */
export const emailChannel: Channel = createEmailChannel();
