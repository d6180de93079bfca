import type { Channel } from './kit/channel.ts';
import { blueskyChannel } from './bluesky/channel.ts';
import { emailChannel } from './email/channel.ts';
import { mastodonChannel } from './mastodon/channel.ts';
import { matrixChannel } from './matrix/channel.ts';
import { sampleChannel } from './sample/channel.ts';
import { telegramChannel } from './telegram/channel.ts';
import { smsChannel, whatsappChannel } from './twilio/channel.ts';
import { xmppChannel } from './xmpp/channel.ts';
import { livechatChannel } from './xmpp/visitors/channel.ts';

/** Every channel there is; a new one is a folder and a line here. */
export const channels: ReadonlyMap<string, Channel> = new Map(
  [
    emailChannel,
    xmppChannel,
    livechatChannel,
    smsChannel,
    whatsappChannel,
    mastodonChannel,
    matrixChannel,
    blueskyChannel,
    telegramChannel,
    sampleChannel,
  ].map((channel) => [channel.profile.kind, channel]),
);
