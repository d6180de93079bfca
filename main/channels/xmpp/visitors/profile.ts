import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

/** The website chat as plain data: an XMPP account that only visitors of a website write to. */
export const livechatProfile: ChannelProfile = {
  kind: 'livechat',
  connectable: true,
  discovery: true,
  oauth: false,
  address: 'text',
  credential: 'password',
  limits: ['no-first-word'],
  readableAddresses: false,
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
    newMessage: false,
    edit: false,
    remove: false,
    receipts: ['server', 'delivered', 'read'],
    // A widget's window is small and its list is kept in the visitor's browser; more than this is a letter.
    maxText: { unit: 'bytes', count: 20_000 },
    split: true,
    maxAttachmentBytes: 0,
    maxAttachments: 0,
    replyWindow: null,
    templates: false,
    visibilities: [],
  },
};
