import type { Inbound, InboundPart, StreamRole } from '#main/channels/kit/inbound.ts';
import type { ParsedItem } from '#main/engine/ingest/parsed-item.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import { seededRandom } from '../../support/mailbox-generator/seeded-random.ts';
import type { SeededRandom } from '../../support/mailbox-generator/seeded-random.ts';
import { makeVocabularies, pickVocabulary } from './vocabulary.ts';
import type { Vocabulary } from './vocabulary.ts';

/** How many messages a conversation has on average: most customers write once and get one answer or none. */
const perConversation = 1.2;
/** Over how many days they were written, the newest just now: what is younger than two weeks is still open. */
const days = 365;
/** How many words a text has on average, without what is quoted. */
const meanWords = 110;

/** One letter as it came from its mailbox. */
export type Letter = {
  readonly inbox: number;
  readonly stream: 'INBOX' | 'Sent';
  readonly role: StreamRole;
  readonly item: ParsedItem;
};

/** 2026-01-15 12:00 UTC. */
export const present = Date.UTC(2026, 0, 15, 12);

/** Addresses that customers write to, the busiest first. */
export const inboxes = ['support', 'orders', 'billing', 'press', 'jobs'].map(
  (name) => `${name}@shop.example`,
);
const shareOfInbox = [0.6, 0.85, 0.97, 0.995, 1];

const day = 24 * 60 * 60 * 1_000;
const noBytes = new Uint8Array(0);

/** Which conversation each message belongs to and which message came before it there; -1 for its first. */
type Plan = {
  readonly conversation: Int32Array;
  readonly before: Int32Array;
  readonly first: Int32Array;
};

/** How many conversations are talked in at the same time. */
const alive = 5_000;

const planOf = (messages: number): Plan => {
  const random = seededRandom(7);
  const conversation = new Int32Array(messages);
  const before = new Int32Array(messages).fill(-1);
  const first = new Int32Array(messages);
  const newest: number[] = [];
  let conversations = 0;
  for (let n = 0; n < messages; n += 1) {
    const place = random.below(newest.length);
    const earlier = newest[place];
    if (earlier === undefined || random.chance(1 / perConversation)) {
      conversation[n] = conversations;
      conversations += 1;
      first[n] = n;
      if (newest.length < alive) newest.push(n);
      else newest[random.below(alive)] = n;
    } else {
      conversation[n] = conversation[earlier] ?? 0;
      before[n] = earlier;
      first[n] = first[earlier] ?? 0;
      newest[place] = n;
    }
  }
  return { conversation, before, first };
};

type Talk = {
  readonly vocabulary: Vocabulary;
  readonly customer: Correspondent;
  readonly inbox: number;
  readonly subject: string;
  readonly customerBegan: boolean;
};

const sentence = (random: SeededRandom, { draw, space }: Vocabulary, length: number): string =>
  Array.from({ length }, () => draw(random)).join(space);

/** Customers come back: a few write hundreds of times, most once. */
const customerOf = (random: SeededRandom, vocabulary: Vocabulary, messages: number): Correspondent => {
  const number = Math.floor(random.next() ** 2 * (messages / 3));
  const own = seededRandom(number);
  const { names } = vocabulary.language;
  return {
    name: `${names[number % names.length] ?? names[0]} ${vocabulary.words[own.below(vocabulary.words.length)] ?? ''}`,
    address: `customer${String(number)}@${['mail', 'post', 'web', 'office'][number % 4] ?? 'mail'}${String(number % 40)}.example`,
  };
};

const talkOf = (conversation: number, vocabularies: readonly Vocabulary[], messages: number): Talk => {
  const random = seededRandom(1_000_003 + conversation);
  const vocabulary = pickVocabulary(vocabularies, random);
  const share = random.next();
  const { subjects } = vocabulary.language;
  return {
    vocabulary,
    customer: customerOf(random, vocabulary, messages),
    inbox: shareOfInbox.findIndex((until) => share < until),
    subject: `${subjects[random.below(subjects.length)] ?? ''} ${sentence(random, vocabulary, 1 + random.below(4))} ${String(10_000 + conversation)}`,
    customerBegan: !random.chance(0.06),
  };
};

/** Few long ones and many short ones, with the mean that is asked for. */
const lengthOf = (random: SeededRandom, mean: number): number =>
  3 + Math.floor(-Math.log(1 - random.next()) * (mean - 3));

const textOf = (random: SeededRandom, { vocabulary }: Talk, n: number): string => {
  const { language, space } = vocabulary;
  const lines = [language.greeting, ''];
  for (let left = lengthOf(random, meanWords); left > 0;) {
    const length = Math.min(left, 6 + random.below(14));
    lines.push(`${sentence(random, vocabulary, length)}${space === '' ? '。' : '.'}`);
    left -= length;
    if (random.chance(0.15)) lines.push(language.sentences[random.below(language.sentences.length)] ?? '');
  }
  if (random.chance(0.3)) lines.push(`${language.subjects[0]} A-${String(100_000 + n)}`);
  return [...lines, '', language.closing].join('\n');
};

const files = ['invoice.pdf', 'photo.jpg', 'Lieferschein.pdf', 'order-form.xlsx'] as const;

const partOf = (random: SeededRandom, n: number): InboundPart => ({
  part: '2',
  name: `${String(n)}-${random.pick(files)}`,
  mimeType: 'application/pdf',
  size: 40_000 + random.below(400_000),
  contentId: null,
  inline: false,
  kind: 'file',
});

const nameOf = (n: number): string =>
  `m${String(n)}.${((n * 2_654_435_761) >>> 0).toString(36)}@mail.example`;

/** How many letters make so many conversations. */
export const lettersFor = (conversations: number): number => Math.round(conversations * perConversation);

/** Every one of so many letters by its number; the oldest is 0. They are the same in whatever order they are asked for. */
export const makeLetters = (messages: number): ((n: number) => Letter) => {
  const vocabularies = makeVocabularies();
  const plan = planOf(messages);
  const every = (days * day) / messages;
  return (n) => {
    const random = seededRandom(500_009 + n * 3);
    const conversation = plan.conversation[n] ?? 0;
    const before = plan.before[n] ?? -1;
    const first = plan.first[n] ?? n;
    const talk = talkOf(conversation, vocabularies, messages);
    const us: Correspondent = { name: 'Lamps & More', address: inboxes[talk.inbox] ?? '' };
    const out = before < 0 ? !talk.customerBegan : random.chance(0.45);
    const text = textOf(random, talk, n);
    const seen = out || random.chance(0.97);
    const result: Inbound = {
      kind: 'message',
      dedupe: nameOf(n),
      key: `1:${String(n + 1)}`,
      direction: out ? 'out' : 'in',
      clientId: null,
      at: Math.floor(present - (messages - n) * every),
      atSource: 'server',
      from: out ? us : talk.customer,
      sender: null,
      replyTo: [],
      to: [out ? talk.customer : us],
      cc: random.chance(0.1)
        ? [{ name: 'Zoé Martin', address: `copy${String(random.below(500))}@post.example` }]
        : [],
      bcc: [],
      subject: before < 0 ? talk.subject : `${talk.vocabulary.language.replyPrefix}${talk.subject}`,
      text,
      snippet: text.slice(0, 200).replace(/\s+/gu, ' ').trim(),
      hasHtml: random.chance(0.7),
      html: null,
      thread: {
        self: nameOf(n),
        parents: before < 0 ? [] : [...new Set([nameOf(first), nameOf(before)])],
        room: null,
      },
      parts: random.chance(0.05) ? [partOf(random, n)] : [],
      invitation: null,
      automatic: !out && random.chance(0.05) ? 'bulk' : null,
      bounce: null,
      oddities: [],
      authenticatedFrom: out ? null : talk.customer.address,
      listUnsubscribe: null,
      seen,
      answered: false,
      keepSource: false,
    };
    return {
      inbox: talk.inbox,
      stream: out ? 'Sent' : 'INBOX',
      role: out ? 'sent' : 'inbox',
      item: {
        key: result.key,
        seen,
        answered: false,
        partial: false,
        size: text.length,
        bytes: noBytes,
        result,
      },
    };
  };
};
