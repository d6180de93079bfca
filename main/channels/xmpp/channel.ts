import type { Channel, Secrets, SessionContext } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { composeMessage } from './compose.ts';
import { usualTimeouts } from './deadlines.ts';
import type { Timeouts } from './deadlines.ts';
import { discoverServer } from './discovery.ts';
import { xmppMapper } from './map/mapper.ts';
import { xmppProfile } from './profile.ts';
import { XmppSession } from './session.ts';
import { ownJid, readSettings } from './settings.ts';

/** Makes the XMPP channel: one account, what it says to people one by one and in rooms, and the archives of both. */
export function createXmppChannel(options: { readonly timeouts?: Partial<Timeouts> } = {}): Channel {
  const timeouts: Timeouts = { ...usualTimeouts, ...options.timeouts };
  const open = (context: SessionContext): XmppSession => new XmppSession(context, timeouts);
  return {
    profile: xmppProfile,
    mapper: xmppMapper,
    discover: (address, _context, signal) => {
      const jid = ownJid(address);
      return discoverServer(jid.slice(jid.indexOf('@') + 1), signal);
    },
    signIn: () => Promise.reject(new ChannelError(failure('settings', 'password'))),
    secretsFrom: (address, settings, credential): Secrets => {
      const { local } = readSettings(address, settings);
      const refused = credential.kind !== 'password' || /^$|[\0\r\n]/.test(credential.password);
      if (refused) throw new ChannelError(failure('settings', 'password'));
      return { kind: 'password', user: local, password: credential.password };
    },
    probe: async (context, signal) => {
      const session = open(context);
      try {
        const streams = await session.streams(signal);
        const missing = readSettings(context.address, context.settings).rooms.find(
          (room) => !streams.some(({ name }) => name === room),
        );
        if (missing !== undefined) throw new ChannelError(failure('settings', 'rooms', { said: missing }));
        const largest = await session.largestUpload(signal);
        const limits = largest === null ? {} : { settings: { maxAttachmentBytes: largest } };
        return { address: ownJid(context.address), streams, ...limits };
      } finally {
        await session.close();
      }
    },
    open,
    compose: composeMessage,
  };
}

/** The XMPP channel of the product. */
export const xmppChannel: Channel = createXmppChannel();
