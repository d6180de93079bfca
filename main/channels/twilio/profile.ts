import type { Capabilities, ChannelProfile, SettingsField } from '#shared/domain/channel-profile.ts';
import type { TwilioKind } from './kinds.ts';

/** Where the two parts of the API live; settings, so that a region or a test can say otherwise. */
export const usualBases = {
  apiUrl: 'https://api.twilio.com',
  contentUrl: 'https://content.twilio.com',
} as const;

const url = (name: keyof typeof usualBases): SettingsField => ({
  name,
  type: 'url',
  required: false,
  choices: [],
  initial: usualBases[name],
  advanced: true,
});

const fields: readonly SettingsField[] = [
  { name: 'accountSid', type: 'text', required: true, choices: [], initial: null },
  { name: 'apiKeySid', type: 'text', required: false, choices: [], initial: null, advanced: true },
  url('apiUrl'),
];

const day = 24 * 60 * 60_000;

const shared: Capabilities = {
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
  edit: false,
  remove: false,
  receipts: ['server', 'delivered'],
  // Error 21617: the concatenated body is longer than 1,600 characters.
  maxText: { unit: 'utf16', count: 1_600 },
  split: true,
  // A file would have to lie at a public address (MediaUrl), and this computer has none.
  maxAttachmentBytes: 0,
  maxAttachments: 0,
  replyWindow: null,
  templates: false,
  visibilities: [],
};

const profileOf = (
  kind: TwilioKind,
  special: { readonly fields: readonly SettingsField[]; readonly capabilities: Capabilities },
): ChannelProfile => ({
  kind,
  connectable: true,
  discovery: false,
  oauth: false,
  address: 'phone',
  credential: 'token',
  limits: ['polled', 'no-deletions'],
  readableAddresses: true,
  ...special,
});

/** SMS and MMS as plain data. */
export const smsProfile: ChannelProfile = profileOf('sms', {
  fields,
  capabilities: { ...shared, maxText: { unit: 'utf16', count: 1_600, segments: true } },
});

/** WhatsApp through Twilio as plain data: an answer is free for a day, after that only approved texts are (error 63016). */
export const whatsappProfile: ChannelProfile = profileOf('whatsapp', {
  fields: [...fields, url('contentUrl')],
  capabilities: {
    ...shared,
    receipts: ['server', 'delivered', 'read'],
    replyWindow: day,
    templates: true,
  },
});
