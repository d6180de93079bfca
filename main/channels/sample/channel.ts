import type { Channel } from '../kit/channel.ts';
import { sampleMapper } from './mapper.ts';
import { encodeItem, shop } from './sample-item.ts';
import { openSample, sampleStream } from './session.ts';

/** The sample conversations as a channel: no network, no login, thrown away with their workspace. */
export const sampleChannel: Channel = {
  profile: {
    kind: 'sample',
    connectable: false,
    discovery: false,
    oauth: false,
    address: 'email',
    credential: 'none',
    limits: [],
    readableAddresses: true,
    fields: [],
    capabilities: {
      pull: 'cursor',
      readers: 'many',
      send: 'key',
      threads: true,
      subject: true,
      html: true,
      formats: [],
      copies: true,
      forward: true,
      newMessage: true,
      edit: false,
      remove: false,
      receipts: [],
      maxText: null,
      split: false,
      maxAttachmentBytes: 25 * 1024 * 1024,
      maxAttachments: null,
      replyWindow: null,
      templates: false,
      visibilities: [],
    },
  },
  mapper: sampleMapper,
  discover: () => Promise.resolve([]),
  signIn: () => Promise.resolve({ kind: 'none' }),
  secretsFrom: () => ({ kind: 'none' }),
  probe: () =>
    Promise.resolve({
      address: shop.address,
      streams: [{ name: sampleStream, label: shop.name, role: 'all', chosen: true }],
    }),
  open: openSample,
  compose: (message) => ({
    externalId: `${message.clientId}@larkfield.example`,
    recipients: [...message.to, ...message.cc, ...message.bcc].map(({ address }) => address),
    bytes: encodeItem({
      kind: 'sent',
      text: message.text,
      html: message.html,
      files: message.files.map(({ name, mimeType, contentId, bytes }) => ({
        name,
        mimeType,
        contentId,
        base64: Buffer.from(bytes).toString('base64'),
      })),
    }),
  }),
};
