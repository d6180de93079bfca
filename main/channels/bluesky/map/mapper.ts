import type { Correspondent } from '#shared/domain/message.ts';
import type { Inbound, MapContext, Mapper, RawItem, Understood } from '../../kit/inbound.ts';
import { packedPart, unpack } from '../../kit/packed.ts';
import { saidBy } from '../compose.ts';
import { postPage, readRecordUri } from '../names.ts';
import { tidTime } from '../tid.ts';
import { partsOf, picturesOfRecord, picturesOfView, wordsOfEmbed } from './embeds.ts';
import { readItem } from './items.ts';
import type { Item } from './items.ts';
import { plainText } from './rich-text.ts';
import type { Actor, MessageView, PostRecord } from './views.ts';

const longestText = 20_000;
const longestName = 200;
const longestWarning = 200;
const longestEmoji = 40;
const snippetLength = 160;

const person = ({ did, handle, displayName }: Actor): Correspondent => {
  const name = displayName.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return {
    name: (name !== '' ? name : handle === null ? '' : `@${handle}`).slice(0, longestName),
    address: did,
  };
};

const snippetOf = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, snippetLength);

const plausible = (at: number, now: number): number => Math.max(0, Math.min(at, now));

/** A time that a server gave, in ms UTC; null when it is none. */
const timeOf = (written: string): number | null => {
  const at = Date.parse(written);
  return Number.isNaN(at) ? null : at;
};

/** Labels of the content, the author's own and the network's; those with a mark of exclamation are rules for programs. */
function warningOf(
  record: PostRecord,
  labels: readonly { readonly val: string; readonly neg: boolean }[],
): string {
  const own = record.labels?.values.map(({ val }) => val) ?? [];
  const others = labels.filter(({ neg }) => !neg).map(({ val }) => val);
  const all = [...new Set([...own, ...others])].filter((val) => /^[a-z][a-z0-9-]*$/.test(val));
  return all.join(', ').slice(0, longestWarning);
}

/** What all messages of this channel have in common. */
type Common = Pick<Inbound, 'dedupe' | 'name' | 'from' | 'text' | 'at'> &
  Partial<Inbound> & { readonly room: string };

function message(common: Common, item: RawItem, context: MapContext): Inbound {
  const { room, ...facts } = common;
  const outgoing = context.own.includes(common.from.address);
  const text = common.text.slice(0, longestText);
  return {
    kind: 'message',
    key: item.key,
    direction: outgoing ? 'out' : 'in',
    clientId: null,
    atSource: 'server',
    sender: null,
    replyTo: [],
    to: [],
    cc: [],
    bcc: [],
    subject: '',
    snippet: snippetOf(text),
    hasHtml: false,
    html: null,
    thread: { self: null, parents: [], room },
    parts: [],
    invitation: null,
    automatic: null,
    bounce: null,
    oddities: [],
    // The network signs what an account writes, and our server has checked that.
    authenticatedFrom: outgoing ? null : common.from.address,
    listUnsubscribe: null,
    seen: item.seen,
    answered: item.answered,
    keepSource: true,
    ...facts,
    text,
    at: plausible(common.at, context.now),
  };
}

/** The text of a post with its links in full, and what it embeds in words. */
const wordsOf = (text: string, embedded: readonly string[]): string =>
  [text, ...embedded].filter((words) => words !== '').join('\n\n');

type Post = Extract<Item, { readonly is: 'post' | 'record' }>;

/** A post from either source in one form. Its time is when the network first saw it, because authors may claim any. */
function factsOf(post: Post): Pick<Common, 'text' | 'parts' | 'warning'> & {
  readonly uri: string;
  readonly by: Actor;
  readonly record: PostRecord;
  readonly at: number | null;
} {
  if (post.is === 'record') {
    const { uri, by, value: record } = post;
    const text = plainText(record.text, record.facets);
    const link = record.embed?.external ?? record.embed?.media?.external ?? null;
    const linked =
      link !== null && /^https?:\/\//i.test(link.uri) && !text.includes(link.uri) ? [link.uri] : [];
    const at = timeOf(record.createdAt) ?? tidTime(readRecordUri(uri)?.rkey ?? '');
    const parts = partsOf(picturesOfRecord(record.embed));
    return { uri, by, record, at, text: wordsOf(text, linked), parts, warning: warningOf(record, []) };
  }
  const { uri, author, record, embed, labels, indexedAt } = post.view;
  const text = plainText(record.text, record.facets);
  return {
    uri,
    by: author,
    record,
    at: timeOf(indexedAt) ?? timeOf(record.createdAt),
    text: wordsOf(text, wordsOfEmbed(embed, text)),
    parts: partsOf(picturesOfView(embed)),
    warning: warningOf(record, labels),
  };
}

function understandPost(post: Post, item: RawItem, context: MapContext): Inbound {
  const { uri, by, record, at, text, parts = [], warning = '' } = factsOf(post);
  const rkey = readRecordUri(uri)?.rkey ?? '';
  const common: Common = {
    dedupe: uri,
    name: uri,
    from: person(by),
    text,
    at: at ?? item.receivedAt ?? context.now,
    room: record.reply?.root.uri ?? uri,
    parts,
    visibility: 'public',
    warning,
    permalink: postPage(by.did, by.handle, rkey),
  };
  return message(common, item, context);
}

/** How a message of a conversation is called in the whole account. */
export const messageName = (convo: string, id: string): string => `${convo}/${id}`;

const memberOf = (members: readonly Actor[], did: string): Actor =>
  members.find((member) => member.did === did) ?? { did, handle: null, displayName: '' };

const wordsOfMessage = ({ text, facets, embed }: MessageView): string => {
  const plain = plainText(text, facets);
  return wordsOf(plain, wordsOfEmbed(embed, plain));
};

function understandMessage(
  { convo, message: said }: Extract<Item, { readonly is: 'message' }>,
  item: RawItem,
  context: MapContext,
): Inbound {
  const name = messageName(convo.id, said.id);
  const common: Common = {
    dedupe: name,
    name,
    from: person(memberOf(convo.members, said.sender.did)),
    to: convo.members.filter(({ did }) => did !== said.sender.did).map(person),
    text: wordsOfMessage(said),
    at: timeOf(said.sentAt) ?? item.receivedAt ?? context.now,
    room: convo.id,
    visibility: 'direct',
  };
  return message(common, item, context);
}

function understand(found: Item, item: RawItem, context: MapContext): Understood {
  const { key } = item;
  const { now } = context;
  switch (found.is) {
    case 'post':
    case 'record':
      return understandPost(found, item, context);
    case 'message':
      return understandMessage(found, item, context);
    case 'gone':
      return { kind: 'remove', key, about: { name: found.uri }, at: plausible(found.at, now) };
    case 'like': {
      const at = plausible(timeOf(found.at) ?? now, now);
      return {
        kind: 'reaction',
        key,
        about: { name: found.of },
        by: person(found.by),
        emoji: '❤️',
        on: true,
        at,
      };
    }
    case 'reaction': {
      const { convo, reaction, on } = found;
      const by = person(memberOf(convo.members, reaction.sender.did));
      const at = plausible(timeOf(reaction.createdAt) ?? now, now);
      const about = { name: messageName(convo.id, found.message.id) };
      return { kind: 'reaction', key, about, by, emoji: reaction.value.slice(0, longestEmoji), on, at };
    }
  }
}

function textOf(found: Item): string | null {
  switch (found.is) {
    case 'post':
    case 'record':
      return factsOf(found).text;
    case 'message':
      return wordsOfMessage(found.message);
    default:
      return null;
  }
}

/** Understands one source: pure, total, and the same answer for the same bytes. */
export const blueskyMapper: Mapper = {
  map: (item, context): Understood => {
    if (item.bytes.length === 0) return { kind: 'unreadable', key: item.key, reason: 'empty' };
    const found = readItem(item.bytes);
    if (found === null) return { kind: 'unreadable', key: item.key, reason: 'foreign' };
    return understand(found, item, context);
  },
  body: (source) => {
    const found = readItem(source);
    const text = found === null ? saidBy(unpack(source)?.said)?.text : textOf(found);
    return text === undefined || text === null ? null : { text, html: null, inline: [] };
  },
  part: packedPart,
};
