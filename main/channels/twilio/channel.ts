import type { Channel, Secrets, SessionContext } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import type { Intervals } from '../kit/polling.ts';
import { composeMessage } from './compose.ts';
import type { TwilioKind } from './kinds.ts';
import { twilioMapper } from './map/mapper.ts';
import { SentMemories } from './memory.ts';
import { readPhoneNumber } from './phone-number.ts';
import { smsProfile, whatsappProfile } from './profile.ts';
import { TwilioSession } from './session.ts';
import { ownNumber, readSettings } from './settings.ts';

/** In ms. Twilio allows far more; an answer that waits ten seconds is still a quick one, and a first word that waits thirty. */
const usualPoll: Intervals = { lively: 10_000, quiet: 30_000 };

/** Makes one of the two channels of Twilio: one number of an account, polled. */
export function createTwilioChannel(kind: TwilioKind, options: { readonly poll?: Intervals } = {}): Channel {
  const memories = new SentMemories();
  const open = (context: SessionContext): TwilioSession =>
    new TwilioSession(context, { kind, poll: options.poll ?? usualPoll, sent: memories.of(context) });
  return {
    profile: kind === 'sms' ? smsProfile : whatsappProfile,
    mapper: twilioMapper(kind),
    discover: () => Promise.resolve([]),
    signIn: () => Promise.reject(new ChannelError(failure('settings', 'password'))),
    secretsFrom: (address, settings, credential): Secrets => {
      const { user } = readSettings(address, settings);
      const refused =
        credential.kind !== 'password' || !/^[\x21-\x7e]{1,500}$/.test(credential.password.trim());
      if (refused) throw new ChannelError(failure('settings', 'password'));
      return { kind: 'password', user, password: credential.password.trim() };
    },
    probe: async (context, signal) => {
      const session = open(context);
      try {
        await session.check(signal);
        return { address: ownNumber(context.address), streams: await session.streams(signal) };
      } finally {
        await session.close();
      }
    },
    open,
    readRecipient: readPhoneNumber,
    compose: composeMessage,
  };
}

/** SMS and MMS through Twilio. */
export const smsChannel: Channel = createTwilioChannel('sms');

/** WhatsApp through Twilio. */
export const whatsappChannel: Channel = createTwilioChannel('whatsapp');
