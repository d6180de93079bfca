import { leastRetentionDays, mostRetentionDays } from '../erasure/retention.ts';
import type { Shape, ValueOf } from './shape.ts';

/** What holds while a key's value cannot be read: the strictest value, no use of what the key is about, or nothing. */
type Closed =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'open' };

/** One key of the policy. Its words are in the catalogue under `policy.key.<name>` and `policy.key.<name>.about`. */
export type PolicyDefinition = {
  readonly shape: Shape;
  /** What holds where no policy says anything, said in words by `policy.key.<name>.unset`. */
  readonly closed: Closed;
  /** Entries of a list that mean nothing are left out and told; the others count. Only where fewer entries allow less. */
  readonly partial?: true;
  /** Never shown or printed. */
  readonly secret?: true;
  /** A value as it stands in the examples that are generated. */
  readonly example: unknown;
};

const text = <Most extends number>(most: Most) => ({ kind: 'text', most }) as const;
const refuse = { kind: 'refuse' } as const;
const open = { kind: 'open' } as const;
const strictest = <Value>(value: Value) => ({ kind: 'value', value }) as const;

/** Channels that a policy can name; a test holds them to the registry. */
export const policyChannels = [
  'email',
  'xmpp',
  'livechat',
  'sms',
  'whatsapp',
  'mastodon',
  'matrix',
  'bluesky',
  'telegram',
] as const;

/** Languages that a policy can name; a test holds them to the catalogues. */
export const policyLanguages = ['en', 'de'] as const;

const securities = ['tls', 'starttls'] as const;
const port = { kind: 'number', least: 1, most: 65_535 } as const;
const host = { kind: 'text', most: 253, form: 'host' } as const;

/** Every key there is: the one schema that files, registry and profiles are read by and all else is generated from. */
export const policyKeys = {
  managedBy: { shape: text(100), closed: open, example: 'Example Ltd' },
  contact: { shape: text(300), closed: open, example: 'IT desk, it@example.com' },
  'accounts.offered': {
    shape: {
      kind: 'list',
      most: 50,
      of: {
        kind: 'object',
        fields: {
          channel: { shape: { kind: 'choice', of: policyChannels }, required: true },
          address: { shape: text(320), required: true },
          senderName: { shape: text(200), required: false },
        },
      },
    },
    closed: open,
    example: [{ channel: 'email', address: 'support@example.com', senderName: 'Example Support' }],
  },
  'accounts.mailServers': {
    shape: {
      kind: 'list',
      most: 50,
      of: {
        kind: 'object',
        fields: {
          domain: { shape: { kind: 'text', most: 253, form: 'domain' }, required: true },
          imapHost: { shape: host, required: true },
          imapPort: { shape: port, required: false },
          imapSecurity: { shape: { kind: 'choice', of: securities }, required: false },
          smtpHost: { shape: host, required: true },
          smtpPort: { shape: port, required: false },
          smtpSecurity: { shape: { kind: 'choice', of: securities }, required: false },
        },
      },
    },
    closed: refuse,
    example: [{ domain: 'example.com', imapHost: 'imap.example.com', smtpHost: 'smtp.example.com' }],
  },
  'oauth.googleClientId': {
    shape: text(300),
    closed: refuse,
    example: '1234567890-example.apps.googleusercontent.com',
  },
  'oauth.googleClientSecret': { shape: text(300), closed: refuse, secret: true, example: 'GOCSPX-example' },
  'oauth.microsoftClientId': {
    shape: text(300),
    closed: refuse,
    example: '00000000-0000-4000-8000-000000000000',
  },
  'channels.allowed': {
    shape: { kind: 'list', most: 50, of: { kind: 'choice', of: policyChannels } },
    closed: strictest([]),
    partial: true,
    example: ['email', 'xmpp'],
  },
  'team.database': {
    shape: { kind: 'text', most: 400, form: 'database' },
    closed: refuse,
    example: 'postgres://db.example.com:5432/steward',
  },
  'updates.mode': {
    shape: { kind: 'choice', of: ['auto', 'notify', 'off'] },
    closed: strictest('off'),
    example: 'auto',
  },
  'updates.channel': {
    shape: { kind: 'choice', of: ['latest', 'beta'] },
    closed: strictest('latest'),
    example: 'latest',
  },
  'updates.pin': { shape: { kind: 'text', most: 60, form: 'version' }, closed: refuse, example: '1.4.2' },
  'updates.deferDays': {
    shape: { kind: 'number', least: 0, most: 90 },
    closed: strictest(90),
    example: 7,
  },
  remoteImages: {
    shape: { kind: 'choice', of: ['never', 'ask', 'sender'] },
    closed: strictest('never'),
    example: 'ask',
  },
  'attachments.blocked': {
    shape: { kind: 'list', most: 500, of: { kind: 'text', most: 30, form: 'extension' } },
    closed: strictest(['*']),
    example: ['zip', '7z', 'rar'],
  },
  'notifications.preview': { shape: { kind: 'switch' }, closed: strictest(false), example: false },
  'workspace.passphrase': { shape: { kind: 'switch' }, closed: strictest(true), example: true },
  'backups.folder': {
    shape: { kind: 'text', most: 1_000, form: 'folder' },
    closed: open,
    example: '/srv/backups/steward',
  },
  'backups.keepDays': {
    shape: { kind: 'number', least: 1, most: 3_650 },
    closed: strictest(30),
    example: 90,
  },
  'retention.days': {
    shape: { kind: 'number', least: leastRetentionDays, most: mostRetentionDays },
    closed: refuse,
    example: 730,
  },
  language: {
    shape: { kind: 'choice', of: policyLanguages },
    closed: open,
    example: 'de',
  },
  'log.level': {
    shape: { kind: 'choice', of: ['errors', 'all'] },
    closed: strictest('errors'),
    example: 'errors',
  },
} as const satisfies Readonly<Record<string, PolicyDefinition>>;

export type PolicyKey = keyof typeof policyKeys;

/** What a policy sets; a key that is not there is left to the person. */
export type PolicyValues = {
  readonly [Key in PolicyKey]?: ValueOf<(typeof policyKeys)[Key]['shape']>;
};

/** The names of all keys, in the order they are explained. */
export const policyKeyNames = Object.keys(policyKeys).filter((name): name is PolicyKey =>
  Object.hasOwn(policyKeys, name),
);

/** Whether a name from outside is a key. */
export const isPolicyKey = (name: string): name is PolicyKey => Object.hasOwn(policyKeys, name);

/** What is said of a key. */
export const definitionOf = (key: PolicyKey): PolicyDefinition => policyKeys[key];
