import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

/** What every Mastodon takes unless it says otherwise (docs.joinmastodon.org, Posting to your profile). */
const usualText = 500;
const usualImageBytes = 16 * 1024 * 1024;
/**
 * Room for the name in front of every post: `@`, at most 30 letters (Account::USERNAME_LENGTH_LIMIT), and a blank. A text that filled the
 * whole limit would be refused, and so would every piece of one that was cut to it.
 */
export const roomForName = 32;
/** PostStatusService refuses a fifth file. */
export const mostFiles = 4;

/** The Mastodon channel as plain data; the server's own limits replace those here when the account is connected. */
export const mastodonProfile: ChannelProfile = {
  kind: 'mastodon',
  connectable: true,
  discovery: false,
  oauth: false,
  address: 'found',
  credential: 'token',
  limits: ['polled', 'no-receipts'],
  readableAddresses: true,
  fields: [{ name: 'instance', type: 'url', required: true, choices: [], initial: null }],
  capabilities: {
    pull: 'cursor',
    readers: 'many',
    // Mastodon honours Idempotency-Key for an hour; GoToSocial and others take it and ignore it.
    send: 'findable',
    threads: true,
    subject: false,
    html: false,
    formats: [],
    copies: false,
    forward: false,
    newMessage: true,
    edit: false,
    remove: false,
    receipts: [],
    // StatusLengthValidator counts grapheme clusters, warning and text together.
    maxText: { unit: 'graphemes', count: usualText - roomForName, links: 23, shortMentions: true },
    split: true,
    maxAttachmentBytes: usualImageBytes,
    maxAttachments: mostFiles,
    replyWindow: null,
    templates: false,
    visibilities: ['public', 'unlisted', 'followers', 'direct'],
  },
};
