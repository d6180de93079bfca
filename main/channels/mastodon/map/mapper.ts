import type { Visibility } from '#shared/domain/message.ts';
import type {
  Inbound,
  InboundFact,
  MapContext,
  Mapper,
  RawItem,
  SourceBody,
  Understood,
} from '../../kit/inbound.ts';
import { packedPart } from '../../kit/packed.ts';
import type { Status } from '../api/entities.ts';
import { readFrozen } from '../frozen.ts';
import { roomOf } from '../names.ts';
import { partsOf } from './media-parts.ts';
import { odditiesOf, oneLine, personOf } from './person.ts';
import { readSaid } from './read-said.ts';
import type { ReadSaid } from './read-said.ts';
import { addressesIn, snippetOf, wordsIn } from './words.ts';

const longestWarning = 1_000;
const longestUrl = 2_000;

const ourId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What a server calls a visibility. One that is not known, such as a relative's own, counts as the narrowest: an answer is never wider. */
const visibilityOf = (name: string): Visibility => {
  switch (name) {
    case 'public':
    case 'unlisted':
    case 'direct':
      return name;
    case 'private':
      return 'followers';
    default:
      return 'direct';
  }
};

const timeOf = (text: string | null, otherwise: number, now: number): number => {
  const at = Date.parse(text ?? '');
  return Math.max(0, Math.min(Number.isNaN(at) ? otherwise : at, now));
};

const webPage = (url: string | null): string | null =>
  url !== null && url.length <= longestUrl && /^https?:\/\//i.test(url) && URL.canParse(url)
    ? new URL(url).href
    : null;

function understandStatus(
  said: Extract<ReadSaid, { readonly as: 'status' }>,
  item: RawItem,
  context: MapContext,
): Inbound | null {
  const { status, home, root, client, aside } = said;
  const from = personOf(status.account, home);
  if (from === null) return null;
  const isOurs = context.own.includes(from.address);
  const named = addressesIn(status, home);
  const text = wordsIn(status, home, isOurs);
  const warning = oneLine(status.spoiler_text, longestWarning);
  const visibility = visibilityOf(status.visibility);
  const at = timeOf(status.created_at, item.receivedAt ?? context.now, context.now);
  const permalink = webPage(status.url ?? status.uri);
  return {
    kind: 'message',
    // Ids differ between servers; the URI is the same everywhere. A server that leaves it out is its own world.
    dedupe: status.uri === '' ? `${home} ${status.id}` : status.uri.slice(0, longestUrl),
    key: item.key,
    direction: isOurs ? 'out' : 'in',
    clientId: isOurs && client !== null && ourId.test(client) ? client : null,
    at,
    atSource: 'server',
    from,
    sender: null,
    replyTo: [],
    to: named.map((address) => ({ name: '', address })),
    cc: [],
    bcc: [],
    subject: '',
    text,
    snippet: snippetOf(text, warning, named),
    hasHtml: false,
    html: null,
    thread: { self: status.id, parents: [], room: roomOf(root, visibility, [from.address, ...named]) },
    parts: partsOf(status.media_attachments),
    invitation: null,
    automatic: null,
    bounce: null,
    oddities: isOurs ? [] : odditiesOf(from),
    // Servers prove to each other who wrote a post (ActivityPub, HTTP signatures).
    authenticatedFrom: isOurs ? null : from.address,
    listUnsubscribe: null,
    seen: item.seen,
    answered: item.answered,
    name: status.id,
    visibility,
    ...(warning === '' ? {} : { warning }),
    ...(permalink === null ? {} : { permalink }),
    ...(status.edited_at === null ? {} : { editedAt: timeOf(status.edited_at, at, context.now) }),
    ...(aside ? { aside } : {}),
    keepSource: true,
  };
}

function understandEdit(status: Status, home: string, item: RawItem, context: MapContext): InboundFact {
  const author = personOf(status.account, home);
  const text = wordsIn(status, home, author !== null && context.own.includes(author.address));
  const warning = oneLine(status.spoiler_text, longestWarning);
  return {
    kind: 'edit',
    key: item.key,
    about: { name: status.id },
    // A date in ISO 8601, so that later ones are greater as text.
    version: (status.edited_at ?? '').slice(0, 40),
    at: timeOf(status.edited_at, item.receivedAt ?? context.now, context.now),
    text,
    snippet: snippetOf(text, warning, addressesIn(status, home)),
    html: null,
  };
}

function understand(said: ReadSaid, item: RawItem, context: MapContext): Understood | null {
  switch (said.as) {
    case 'status':
      return understandStatus(said, item, context);
    case 'edit':
      return understandEdit(said.status, said.home, item, context);
    case 'gone':
      return {
        kind: 'remove',
        key: item.key,
        about: { name: said.id },
        at: Math.max(0, Math.min(said.at, context.now)),
      };
    case 'favourite': {
      const { account, created_at: at } = said.notification;
      const by = account === null ? null : personOf(account, said.home);
      if (by === null) return { kind: 'nothing', key: item.key };
      return {
        kind: 'reaction',
        key: item.key,
        about: { name: said.about },
        by,
        emoji: '⭐',
        on: true,
        at: timeOf(at, item.receivedAt ?? context.now, context.now),
      };
    }
  }
}

/** Understands what the pull brought: pure, total, and the same answer for the same bytes. */
export const mastodonMapper: Mapper = {
  map: (item: RawItem, context: MapContext): Understood => {
    if (item.bytes.length === 0) return { kind: 'unreadable', key: item.key, reason: 'empty' };
    const said = readSaid(item.bytes);
    const understood = said === null ? null : understand(said, item, context);
    return understood ?? { kind: 'unreadable', key: item.key, reason: 'foreign' };
  },
  body: (source): SourceBody | null => {
    const said = readSaid(source);
    if (said?.as === 'status')
      return { text: wordsIn(said.status, said.home, false), html: null, inline: [] };
    const frozen = readFrozen(source);
    return frozen === null ? null : { text: frozen.text, html: null, inline: [] };
  },
  part: packedPart,
};
