import type { EmulatedAnswer } from '../http-emulator/http-emulator.ts';
import { countedLength } from './content.ts';
import type { Parameters } from './parameters.ts';
import type { Person } from './person.ts';
import type { Media, StatusVisibility, StoredStatus, World } from './world.ts';

/** What a server allows in a post, and what it has posted under which key. */
export type Posting = {
  readonly world: World;
  readonly maxCharacters: number;
  readonly imageBytes: number;
  readonly videoBytes: number;
  /** How often a film or sound that was handed in is asked for in vain. */
  readonly mediaChecks: () => number;
  readonly keys: Map<string, { readonly status: StoredStatus; readonly at: number }>;
};

/** A refusal with the words of config/locales/en.yml. */
export const refused = (status: number, error: string): EmulatedAnswer => ({ status, json: { error } });

const hour = 3_600_000;
const mostMedia = 4;

const kinds: Readonly<Record<string, Media['type']>> = {
  'image/png': 'image',
  'image/jpeg': 'image',
  'image/gif': 'image',
  'image/webp': 'image',
  'video/mp4': 'video',
  'video/webm': 'video',
  'audio/mpeg': 'audio',
  'audio/ogg': 'audio',
};

const isVisibility = (text: string): text is StatusVisibility =>
  ['public', 'unlisted', 'private', 'direct'].includes(text);

const isMedia = (media: Media | undefined): media is Media => media !== undefined;

/** Who may be answered (Api::V1::StatusesController#set_thread): what one may see. */
function answeredBy({ world }: Posting, me: Person, id: string): StoredStatus | null {
  const status = world.statuses.get(id);
  return status !== undefined && world.canSee(me, status) ? status : null;
}

/** What is wrong with files of a post (PostStatusService#validate_media!), or null. */
function mediaProblem(ids: readonly string[], found: readonly Media[]): string | null {
  if (ids.length > mostMedia) return 'Cannot attach more than 4 files';
  const missing = ids.filter((id) => !found.some((media) => media.id === id));
  if (missing.length > 0) return `Media ${missing.join(', ')} not found or already attached to another post`;
  if (found.length > 1 && found.some(({ type }) => type !== 'image'))
    return 'Cannot attach a video to a post that already contains images';
  if (found.some(({ checks }) => checks > 0))
    return 'Cannot attach files that have not finished processing. Try again in a moment!';
  return null;
}

/** POST /api/v1/statuses (docs.joinmastodon.org/methods/statuses#create). */
export function postStatus(
  posting: Posting,
  me: Person,
  parameters: Parameters,
  key: string | null,
): StoredStatus | EmulatedAnswer {
  const { world, keys, maxCharacters } = posting;
  const replyTo = parameters.text('in_reply_to_id') ?? '';
  const inReplyTo = replyTo === '' ? null : answeredBy(posting, me, replyTo);
  if (replyTo !== '' && inReplyTo === null)
    return refused(404, 'The post you are trying to reply to does not appear to exist.');
  const ids = parameters.list('media_ids');
  const media = ids
    .map((id) => world.media.get(id))
    .filter(isMedia)
    .filter(({ owner, attached }) => owner === me.id && !attached);
  const known = key === null ? undefined : keys.get(`${me.id} ${key}`);
  // PostStatusService looks at the files first, which by then belong to the post that was made.
  if (
    known !== undefined &&
    ids.length === 0 &&
    world.now() - known.at < hour &&
    world.statuses.has(known.status.id)
  )
    return known.status;
  const problem = mediaProblem(ids, media);
  if (problem !== null) return refused(422, problem);
  const visibility = parameters.text('visibility') ?? 'public';
  if (!isVisibility(visibility)) return refused(422, `'${visibility}' is not a valid visibility`);
  const spoiler = parameters.text('spoiler_text') ?? '';
  const text = (parameters.text('status') ?? '').trim() === '' ? spoiler : (parameters.text('status') ?? '');
  if (text.trim() === '' && media.length === 0) return refused(422, "Validation failed: Text can't be blank");
  if (countedLength(text) + countedLength(spoiler) > maxCharacters)
    return refused(422, `Validation failed: Text character limit of ${String(maxCharacters)} exceeded`);
  const status = world.write(me, {
    text,
    visibility,
    inReplyTo,
    spoiler,
    sensitive: parameters.flag('sensitive') || spoiler !== '',
    language: parameters.text('language'),
    media,
    key,
  });
  if (key !== null && world.flavour === 'mastodon') keys.set(`${me.id} ${key}`, { status, at: world.now() });
  return status;
}

/** POST /api/v2/media (docs.joinmastodon.org/methods/media#v2): pictures are ready at once, films and sounds later. */
export function postMedia(posting: Posting, me: Person, parameters: Parameters): Media | EmulatedAnswer {
  const file = parameters.file('file');
  if (file === null) return refused(422, "Validation failed: File can't be blank");
  const type = Object.hasOwn(kinds, file.mimeType) ? kinds[file.mimeType] : undefined;
  if (type === undefined)
    return refused(422, 'Validation failed: File content type is invalid, File is invalid');
  const most = type === 'image' ? posting.imageBytes : posting.videoBytes;
  if (file.bytes.length > most)
    return refused(422, `Validation failed: File file size must be less than ${String(most)} bytes`);
  return posting.world.file(me, {
    type,
    mimeType: file.mimeType,
    bytes: file.bytes,
    description: parameters.text('description'),
    checks: type === 'image' ? 0 : posting.mediaChecks(),
  });
}
