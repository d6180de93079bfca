import { createBlueskyChannel } from '#main/channels/bluesky/channel.ts';
import type { Channel, Cursor, Session } from '#main/channels/kit/channel.ts';
import type { Attempt } from '#main/channels/kit/outgoing.ts';
import { unpack } from '#main/channels/kit/packed.ts';
import type { HttpEmulator } from '../http-emulator/http-emulator.ts';
import { newAccountOfOurs } from '../bluesky/account.ts';
import type { OurAccount } from '../bluesky/account.ts';
import { ChatService } from '../bluesky/chat-service.ts';
import { startFront } from '../bluesky/front.ts';
import { startNetwork } from '../bluesky/network.ts';
import type { Network } from '../bluesky/network.ts';
import { mentionAtStart, newPerson } from '../bluesky/people.ts';
import type { Person } from '../bluesky/people.ts';
import type { Harness, StagedAccount } from './harness.ts';

const timing = { call: 20_000, notifications: 300, posts: 300, messages: 300, likes: 300 };
const longAgo = 1_700_000_000_000;
const postCollection = 'app.bsky.feed.post';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The words of an attempt, as they were frozen. */
function wordsOf(attempt: Attempt): string {
  const said = unpack(attempt.bytes)?.said;
  const text = isRecord(said) ? said['text'] : null;
  if (typeof text !== 'string') throw new Error('an attempt without words');
  return text;
}

const toLocal = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `history ${String(at + 1)}`);

/** What both harnesses share: the faults, and sessions that end with the stage. */
function staged(
  channel: Channel,
  ours: OurAccount,
  front: HttpEmulator,
  sessions: Set<Session>,
  counted: RegExp,
): Pick<
  StagedAccount,
  'context' | 'open' | 'throttle' | 'relent' | 'knocks' | 'silence' | 'loseVerdict' | 'expire'
> {
  return {
    context: ours.context,
    open: () => {
      const session = channel.open(ours.context);
      sessions.add(session);
      return session;
    },
    throttle: () => front.throttle(),
    relent: () => front.relent(),
    knocks: () => front.knocks(),
    silence: () => front.silence(),
    loseVerdict: (when) => front.lose(when, ({ url }) => counted.test(url.pathname)),
    expire: async () => {
      await ours.revoke();
      await ours.expireToken();
    },
  };
}

const elsewhere = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa//3aaaaaaaaaaa2';

/** Where a customer goes on: below our newest post, if there is one. */
async function replyBelow(ours: Person): Promise<Readonly<Record<string, unknown>>> {
  const params = { repo: ours.did, collection: postCollection, limit: '1' };
  const { records } = await ours.call('com.atproto.repo.listRecords', { params });
  const newest: unknown = Array.isArray(records) ? records[0] : undefined;
  if (!isRecord(newest) || !isRecord(newest['value'])) return {};
  const parent = { uri: newest['uri'], cid: newest['cid'] };
  const before = newest['value']['reply'];
  return { reply: { parent, root: isRecord(before) ? before['root'] : parent } };
}

async function writeMentions(
  network: Network,
  by: Person,
  to: Person,
  texts: readonly string[],
): Promise<void> {
  const reply = await replyBelow(to);
  for (const text of texts) {
    await by.post(`@${to.handle} ${text}`, { facets: [mentionAtStart(to.handle, to.did)], ...reply });
  }
  await network.settle();
}

/** A repository takes two hundred records at once (com.atproto.repo.applyWrites). */
const writesAtOnce = 200;

async function seedMentions(network: Network, by: Person, to: Person, count: number): Promise<void> {
  const texts = toLocal(count);
  for (let from = 0; from < count; from += writesAtOnce) {
    const writes = texts.slice(from, from + writesAtOnce).map((text, at) => ({
      $type: 'com.atproto.repo.applyWrites#create',
      collection: postCollection,
      value: {
        $type: postCollection,
        text: `@${to.handle} ${text}`,
        createdAt: new Date(longAgo + (from + at) * 60_000).toISOString(),
        facets: [mentionAtStart(to.handle, to.did)],
      },
    }));
    await by.call('com.atproto.repo.applyWrites', { input: { repo: by.did, writes } });
  }
  await network.settle();
}

async function postsWith(by: Person, text: string): Promise<number> {
  const { records } = await by.call('com.atproto.repo.listRecords', {
    params: { repo: by.did, collection: postCollection, limit: '100' },
  });
  return Array.isArray(records)
    ? records.filter(
        (one: unknown) =>
          isRecord(one) && isRecord(one['value']) && String(one['value']['text']).includes(text),
      ).length
    : 0;
}

/** Everything that an account of ours needs: the network with its AppView, a line to it that can fail, and the service for messages. */
type Place = { readonly network: Network; readonly front: HttpEmulator; readonly chat: ChatService };

async function startPlace(): Promise<Place> {
  const network = await startNetwork({ appView: true });
  const [front, chat] = await Promise.all([startFront(network.pds), ChatService.start(network.directory)]);
  chat.known(await network.register('bsky_chat', 'BskyChatService', chat.http.base));
  return { network, front, chat };
}

async function meet({
  network,
  front,
  chat,
}: Place): Promise<{ readonly ours: OurAccount; readonly customer: Person }> {
  front.speak();
  const [ours, customer] = await Promise.all([
    newAccountOfOurs(network, { service: front.base, chat: chat.did }),
    newPerson(network, 'ana', 'Ana Pereira'),
  ]);
  chat.enter({ did: ours.person.did, handle: ours.person.handle });
  chat.enter({ did: customer.did, handle: customer.handle, displayName: 'Ana Pereira' });
  await network.settle();
  return { ours, customer };
}

const leave = async ({ network, front, chat }: Place, sessions: Iterable<Session>): Promise<void> => {
  await Promise.all([...sessions].map((session) => session.close()));
  await Promise.all([front.stop(), chat.http.stop()]);
  await network.stop();
};

/** Bluesky's own PDS and AppView, reached over a line that can fail; the customer is another account and mentions us. */
export const blueskyHarness: Harness = {
  kind: 'bluesky',
  without: [],
  start: async () => {
    const place = await startPlace();
    const { network, front } = place;
    const channel = createBlueskyChannel({ timing });
    const sessions = new Set<Session>();
    return {
      channel,
      newAccount: async () => {
        const { ours, customer } = await meet(place);
        return {
          ...staged(channel, ours, front, sessions, /putRecord$/),
          stream: 'notifications',
          sentStream: 'posts',
          customer: { name: 'Ana Pereira', address: customer.did },
          write: (texts) => writeMentions(network, customer, ours.person, texts),
          seed: (count) => seedMentions(network, customer, ours.person, count),
          taken: (attempt) => postsWith(ours.person, wordsOf(attempt)),
          strange: (cursor: Cursor) => ({ ...cursor, known: [[elsewhere, '9']], newest: '9' }),
        };
      },
      stop: () => leave(place, sessions),
    };
  },
};

/** Direct messages: an emulated service behind the real PDS, which vouches for us there. Everything that is said goes that way. */
export const blueskyChatHarness: Harness = {
  kind: 'bluesky',
  without: [],
  start: async () => {
    const place = await startPlace();
    const { front, chat } = place;
    const made = createBlueskyChannel({ timing });
    const channel: Channel = {
      ...made,
      compose: (message, settings) => made.compose({ ...message, visibility: 'direct' }, settings),
    };
    const sessions = new Set<Session>();
    return {
      channel,
      newAccount: async () => {
        const { ours, customer } = await meet(place);
        return {
          ...staged(channel, ours, front, sessions, /sendMessage$/),
          stream: 'messages',
          sentStream: 'messages',
          customer: { name: 'Ana Pereira', address: customer.did },
          write: async (texts) => chat.write(customer.did, ours.person.did, texts),
          seed: async (count) => chat.state.seed(customer.did, ours.person.did, toLocal(count), longAgo),
          taken: async (attempt) => chat.state.count(ours.person.did, wordsOf(attempt)),
          strange: (cursor: Cursor) => ({ ...cursor, log: '2222222222222' }),
        };
      },
      stop: () => leave(place, sessions),
    };
  },
};
