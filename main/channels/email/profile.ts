import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

const security = ['tls', 'starttls', 'plain'];

/** The email channel as plain data. `trustedImap` and `trustedSmtp` are set by the choice to trust one certificate, not typed. */
export const emailProfile: ChannelProfile = {
  kind: 'email',
  connectable: true,
  discovery: true,
  oauth: true,
  fields: [
    { name: 'user', type: 'text', required: false, choices: [], initial: null },
    { name: 'imapHost', type: 'host', required: true, choices: [], initial: null },
    { name: 'imapPort', type: 'port', required: true, choices: [], initial: 993 },
    { name: 'imapSecurity', type: 'choice', required: true, choices: security, initial: 'tls' },
    { name: 'smtpHost', type: 'host', required: true, choices: [], initial: null },
    { name: 'smtpPort', type: 'port', required: true, choices: [], initial: 465 },
    { name: 'smtpSecurity', type: 'choice', required: true, choices: security, initial: 'tls' },
    {
      name: 'sent',
      type: 'choice',
      required: false,
      choices: ['unknown', 'server', 'client'],
      initial: 'unknown',
      advanced: true,
    },
    { name: 'authserv', type: 'text', required: false, choices: [], initial: null, advanced: true },
    { name: 'oauthClientId', type: 'text', required: false, choices: [], initial: null, advanced: true },
    {
      name: 'oauthClientSecret',
      type: 'secret',
      required: false,
      choices: [],
      initial: null,
      advanced: true,
    },
    { name: 'oauthAuthorizeUrl', type: 'text', required: false, choices: [], initial: null, advanced: true },
    { name: 'oauthTokenUrl', type: 'text', required: false, choices: [], initial: null, advanced: true },
    { name: 'oauthScopes', type: 'text', required: false, choices: [], initial: null, advanced: true },
    { name: 'oauthIssuer', type: 'text', required: false, choices: [], initial: null, advanced: true },
  ],
  capabilities: {
    pull: 'cursor',
    readers: 'many',
    send: 'findable',
    threads: true,
    subject: true,
    html: true,
    copies: true,
    forward: true,
    newMessage: true,
    edit: false,
    remove: false,
    receipts: ['server'],
    maxText: null,
    // Gmail and Outlook take 25 MB of MIME, of which base64 eats a quarter.
    maxAttachmentBytes: 18 * 1024 * 1024,
    replyWindow: null,
  },
};
