import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import { telegramRoot } from './settings.ts';

/** Telegram bots as plain data; the numbers are those of core.telegram.org/bots/api (sendMessage, sendDocument). */
export const telegramProfile: ChannelProfile = {
  kind: 'telegram',
  connectable: true,
  discovery: false,
  oauth: false,
  address: 'found',
  credential: 'token',
  limits: ['no-history', 'one-reader', 'kept-briefly', 'no-deletions', 'no-receipts', 'no-first-word'],
  readableAddresses: false,
  fields: [
    { name: 'apiRoot', type: 'url', required: false, choices: [], initial: telegramRoot, advanced: true },
  ],
  capabilities: {
    pull: 'ack-queue',
    readers: 'one',
    send: 'none',
    threads: false,
    subject: false,
    html: false,
    formats: ['bold', 'italic', 'strike', 'code', 'quote', 'link'],
    copies: false,
    forward: false,
    newMessage: false,
    edit: false,
    remove: false,
    receipts: [],
    maxText: { unit: 'utf16', count: 4_096 },
    split: true,
    maxAttachmentBytes: 50 * 1024 * 1024,
    maxAttachments: 1,
    replyWindow: null,
    templates: false,
    visibilities: [],
  },
};
