import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

/** What servers commonly take; the server's own limit replaces it (`m.upload.size`). */
const usualMaxUpload = 50 * 1024 * 1024;

/** The Matrix channel as plain data. */
export const matrixProfile: ChannelProfile = {
  kind: 'matrix',
  connectable: true,
  discovery: true,
  oauth: false,
  address: 'text',
  credential: 'password',
  limits: ['encrypted-unreadable'],
  readableAddresses: true,
  fields: [
    { name: 'homeserver', type: 'url', required: true, choices: [], initial: null },
    {
      name: 'signInWith',
      type: 'choice',
      required: true,
      choices: ['password', 'token'],
      initial: 'password',
    },
  ],
  capabilities: {
    pull: 'cursor',
    readers: 'many',
    send: 'key',
    threads: false,
    subject: false,
    html: false,
    formats: ['bold', 'italic', 'strike', 'code', 'quote', 'list', 'link'],
    copies: false,
    forward: false,
    newMessage: true,
    edit: false,
    remove: false,
    receipts: ['server', 'read'],
    // An event has at most 65,536 bytes with everything in it (client-server API, "Size limits"): the text, escapes, signatures.
    maxText: { unit: 'bytes', count: 40_000 },
    split: true,
    maxAttachmentBytes: usualMaxUpload,
    maxAttachments: 10,
    replyWindow: null,
    templates: false,
    visibilities: [],
  },
};
