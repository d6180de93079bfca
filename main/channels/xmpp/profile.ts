import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

/** The XMPP channel as plain data. `trustedXmpp` is set by the choice to trust one certificate, not typed. */
export const xmppProfile: ChannelProfile = {
  kind: 'xmpp',
  connectable: true,
  discovery: true,
  oauth: false,
  address: 'text',
  credential: 'password',
  limits: ['encrypted-unreadable'],
  readableAddresses: true,
  fields: [
    { name: 'xmppHost', type: 'host', required: true, choices: [], initial: null },
    { name: 'xmppPort', type: 'port', required: true, choices: [], initial: 5222 },
    {
      name: 'xmppSecurity',
      type: 'choice',
      required: true,
      choices: ['tls', 'starttls', 'plain'],
      initial: 'starttls',
    },
    { name: 'rooms', type: 'text', required: false, choices: [], initial: null, advanced: true },
  ],
  capabilities: {
    pull: 'cursor',
    readers: 'many',
    send: 'findable',
    threads: false,
    subject: false,
    html: false,
    formats: [],
    copies: false,
    forward: false,
    newMessage: true,
    edit: true,
    remove: true,
    receipts: ['server', 'delivered', 'read'],
    // What servers take without splitting hairs: stanzas of 64 KiB and more, with room for what is around the text.
    maxText: { unit: 'bytes', count: 50_000 },
    split: true,
    // Usual where a server says nothing; a trial login finds out what ours takes, or that it takes none.
    maxAttachmentBytes: 10 * 1024 * 1024,
    maxAttachments: 1,
    replyWindow: null,
    templates: false,
    visibilities: [],
  },
};
