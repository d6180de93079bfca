import type { Settings } from '#shared/contract/accounts.ts';
import { readBaseUrl } from '../kit/http/base-url.ts';
import type { Secrets } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';

/** Where bots are served unless somebody runs a Bot API server of their own (core.telegram.org/bots/api#using-a-local-bot-api-server). */
export const telegramRoot = 'https://api.telegram.org';

/** A bot's token, and the bot's own number, which every token begins with. */
export type BotToken = { readonly token: string; readonly bot: string };

/** The Bot API server of an account; a bad address is a ChannelError `settings`. */
export const readApiRoot = (settings: Settings): URL => readBaseUrl(settings, 'apiRoot', telegramRoot);

/** Reads a token as BotFather gives it, `number:secret`; anything else is a ChannelError `settings`. It becomes part of URLs. */
export function readToken(typed: string): BotToken {
  const found = /^(\d{1,20}):[\w-]{10,200}$/.exec(typed.trim());
  if (found === null) throw new ChannelError(failure('settings', 'password'));
  return { token: found[0], bot: found[1] ?? '' };
}

/** The token among the saved secrets. */
export function tokenIn(secrets: Secrets): BotToken {
  if (secrets.kind !== 'password') throw new ChannelError(failure('settings', 'password'));
  return readToken(secrets.password);
}
