import type { Channel, Probed, Secrets, SessionContext } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { BotApi } from './api/bot-api.ts';
import { me, webhook } from './api/shapes.ts';
import { usualTimeouts } from './deadlines.ts';
import type { Timeouts } from './deadlines.ts';
import { telegramMapper } from './map/mapper.ts';
import { telegramProfile } from './profile.ts';
import { composeMessage } from './say/compose.ts';
import { TelegramSession, botLabel, streamsOf } from './session.ts';
import { readApiRoot, readToken, tokenIn } from './settings.ts';

/** The vendor's own words for a bot whose updates go to a web address. Taking that away is for whoever set it. */
const webhookWords = "Conflict: can't use getUpdates method while webhook is active";

/** Knows the bot by its token alone; getUpdates is left alone, which would end whoever reads the bot now. */
async function probe(context: SessionContext, timeouts: Timeouts, signal: AbortSignal): Promise<Probed> {
  const root = readApiRoot(context.settings);
  const api = new BotApi({ root, token: tokenIn(context.secrets()), clock: context.clock, timeouts });
  const bot = await api.call('getMe', me, {}, signal);
  const { url = '' } = await api.call('getWebhookInfo', webhook, {}, signal);
  if (url !== '') throw new ChannelError(failure('protocol', root.host, { said: webhookWords }));
  return { address: String(bot.id), label: botLabel(bot), streams: streamsOf(bot) };
}

/** Makes the Telegram channel: a bot, with everybody who writes to it, in private, in groups and through business accounts. */
export function createTelegramChannel(options: { readonly timeouts?: Partial<Timeouts> } = {}): Channel {
  const timeouts: Timeouts = { ...usualTimeouts, ...options.timeouts };
  return {
    profile: telegramProfile,
    mapper: telegramMapper,
    discover: () => Promise.resolve([]),
    signIn: () => Promise.reject(new ChannelError(failure('settings', 'password'))),
    secretsFrom: (_address, settings, credential): Secrets => {
      readApiRoot(settings);
      if (credential.kind !== 'password') throw new ChannelError(failure('settings', 'password'));
      const { bot, token } = readToken(credential.password);
      return { kind: 'password', user: bot, password: token };
    },
    probe: (context, signal) => probe(context, timeouts, signal),
    open: (context) => new TelegramSession(context, timeouts),
    readRecipient: (typed) => (/^-?\d{1,16}$/.test(typed.trim()) ? typed.trim() : null),
    compose: composeMessage,
  };
}

/** The Telegram channel of the product. */
export const telegramChannel: Channel = createTelegramChannel();
