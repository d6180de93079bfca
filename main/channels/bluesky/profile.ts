import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

/** The largest picture that every server takes; newer ones take twice that (lexicon app.bsky.embed.images). */
export const largestImage = 1_000_000;

/** Pictures of one post (lexicon app.bsky.embed.images). */
export const mostImages = 4;

/** The Bluesky channel as plain data. Posts are limited to 300 graphemes; direct messages could be longer, but a limit is one per channel. */
export const blueskyProfile: ChannelProfile = {
  kind: 'bluesky',
  connectable: true,
  discovery: false,
  oauth: false,
  address: 'text',
  credential: 'password',
  limits: ['polled', 'no-receipts'],
  readableAddresses: false,
  fields: [
    {
      name: 'service',
      type: 'url',
      required: false,
      choices: [],
      initial: 'https://bsky.social',
      advanced: true,
    },
    {
      name: 'chat',
      type: 'text',
      required: false,
      choices: [],
      initial: 'did:web:api.bsky.chat',
      advanced: true,
    },
  ],
  capabilities: {
    pull: 'cursor',
    readers: 'many',
    // A post has a key of ours, a direct message has none: both can be looked up, and one channel has one class.
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
    maxText: { unit: 'graphemes', count: 300, bytes: 3_000 },
    split: true,
    maxAttachmentBytes: largestImage,
    maxAttachments: mostImages,
    replyWindow: null,
    templates: false,
    visibilities: ['public', 'direct'],
  },
};
