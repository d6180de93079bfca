import type { Person } from './person.ts';
import type { Media, StoredNotification, StoredStatus, World } from './world.ts';

const iso = (at: number): string => new Date(at).toISOString();

const emojiOf = (shortcode: string, world: World): object => ({
  shortcode,
  url: `https://files.${world.domain}/emoji/${shortcode}.png`,
  static_url: `https://files.${world.domain}/emoji/${shortcode}.png`,
  visible_in_picker: true,
});

/** Account (docs.joinmastodon.org/entities/Account). */
export const accountEntity = (person: Person, world: World): object => ({
  id: person.id,
  username: person.username,
  acct: person.acct,
  display_name: person.displayName,
  locked: false,
  bot: false,
  discoverable: true,
  group: false,
  created_at: '2022-11-05T00:00:00.000Z',
  note: '<p>Somebody.</p>',
  url: person.url,
  uri: `https://${person.domain ?? world.domain}/users/${person.username}`,
  avatar: `https://files.${world.domain}/avatars/missing.png`,
  avatar_static: `https://files.${world.domain}/avatars/missing.png`,
  header: `https://files.${world.domain}/headers/missing.png`,
  header_static: `https://files.${world.domain}/headers/missing.png`,
  followers_count: person.followers.size,
  following_count: 0,
  statuses_count: 1,
  last_status_at: null,
  emojis: person.emojis.map((code) => emojiOf(code, world)),
  fields: [],
});

const ending: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'video/mp4': 'mp4',
  'audio/mpeg': 'mp3',
};

/** MediaAttachment (docs.joinmastodon.org/entities/MediaAttachment); `base` is where its files are. */
export const mediaEntity = (media: Media, base: string): object => {
  const name = `${media.id}.${ending[media.mimeType] ?? 'bin'}`;
  const url = media.proxied
    ? `${base}/media_proxy/${media.id}/original`
    : `${base}/system/media_attachments/files/${name}`;
  return {
    id: media.id,
    type: media.type,
    url: media.checks > 0 ? null : url,
    preview_url: media.checks > 0 ? null : `${base}/system/media_attachments/small/${name}`,
    remote_url: media.proxied ? `https://elsewhere.example/${name}` : null,
    preview_remote_url: null,
    text_url: null,
    meta: { original: { width: 640, height: 480, size: '640x480', aspect: 1.3333333333333333 } },
    description: media.description,
    blurhash: null,
  };
};

/** Status (docs.joinmastodon.org/entities/Status). */
export const statusEntity = (status: StoredStatus, world: World, base: string): object => ({
  id: status.id,
  created_at: iso(status.createdAt),
  in_reply_to_id: status.inReplyTo?.id ?? null,
  in_reply_to_account_id: status.inReplyTo?.author.id ?? null,
  sensitive: status.sensitive,
  spoiler_text: status.spoiler,
  visibility: status.visibility,
  language: status.language,
  uri: status.uri,
  url: status.url,
  replies_count: 0,
  reblogs_count: 0,
  favourites_count: 0,
  edited_at: status.editedAt === null ? null : iso(status.editedAt),
  favourited: false,
  reblogged: false,
  muted: false,
  bookmarked: false,
  content: status.content,
  filtered: [],
  reblog: status.reblog === null ? null : statusEntity(status.reblog, world, base),
  application: { name: 'Web', website: null },
  account: accountEntity(status.author, world),
  media_attachments: status.media.map((media) => mediaEntity(media, base)),
  mentions: status.mentions.map((person) => ({
    id: person.id,
    username: person.username,
    url: person.url,
    acct: person.acct,
  })),
  tags: [],
  emojis: [],
  card: null,
  poll:
    status.poll === null
      ? null
      : {
          id: `9${status.id}`,
          expires_at: iso(status.createdAt + 86_400_000),
          expired: false,
          multiple: status.poll.multiple,
          votes_count: status.poll.votes.reduce((sum, count) => sum + count, 0),
          voters_count: null,
          voted: false,
          own_votes: [],
          options: status.poll.options.map((title, index) => ({
            title,
            votes_count: status.poll?.votes[index] ?? 0,
          })),
          emojis: [],
        },
});

/** Notification (docs.joinmastodon.org/entities/Notification). */
export const notificationEntity = (notification: StoredNotification, world: World, base: string): object => ({
  id: notification.id,
  type: notification.type,
  created_at: iso(notification.at),
  group_key: `ungrouped-${notification.id}`,
  account: accountEntity(notification.from, world),
  ...(notification.status === null ? {} : { status: statusEntity(notification.status, world, base) }),
});

/** Instance and V1::Instance (docs.joinmastodon.org/entities/Instance, V1_Instance). */
export const instanceEntity = (
  world: World,
  limits: { readonly maxCharacters: number; readonly imageBytes: number; readonly videoBytes: number },
  version: 1 | 2,
): object => {
  const configuration = {
    urls: { streaming: `wss://${world.domain}` },
    accounts: { max_featured_tags: 10 },
    statuses: {
      max_characters: limits.maxCharacters,
      max_media_attachments: 4,
      characters_reserved_per_url: 23,
    },
    media_attachments: {
      supported_mime_types: Object.keys(ending),
      image_size_limit: limits.imageBytes,
      image_matrix_limit: 33_177_600,
      video_size_limit: limits.videoBytes,
      video_frame_rate_limit: 120,
      video_matrix_limit: 8_294_400,
    },
    polls: { max_options: 4, max_characters_per_option: 50, min_expiration: 300, max_expiration: 2_629_746 },
  };
  const program = world.flavour === 'mastodon' ? '4.3.2' : '0.17.3+git';
  return version === 2
    ? { domain: world.domain, title: 'A server', version: program, configuration, rules: [] }
    : { uri: world.domain, title: 'A server', version: program, configuration, rules: [] };
};
