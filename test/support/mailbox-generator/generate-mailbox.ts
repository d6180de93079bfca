import { LANGUAGES } from './languages.ts';
import type { Language } from './languages.ts';
import { letter } from './letter.ts';
import type { LetterOptions } from './letter.ts';
import { automatic } from './automatic-mail.ts';
import type { GeneratedMail } from './generated-mail.ts';
import { seededRandom } from './seeded-random.ts';
import type { SeededRandom } from './seeded-random.ts';
import { HOUR, canEncode, domainOf, headOf, html, quote } from './writing.ts';
import type { Person, Turn } from './writing.ts';

/** What kind of mailbox to make. */
export type MailboxPlan = {
  readonly seed: number;
  /** How many mails in all folders together. */
  readonly count: number;
  /** The address whose mailbox it is; `help@shop.test` by default. */
  readonly owner?: string;
  /** When the newest mail came; earlier ones lie up to `days` before. A fixed day by default, so that runs repeat. */
  readonly until?: Date;
  readonly days?: number;
};

/**
 * Makes a mailbox of a shop, thread after thread, each thread in its own order of time. The same plan gives the same bytes.
 * Nine in ten threads are people (one in three of them with more than one mail); the rest are newsletters, absences and bounces.
 */
export function* generateMailbox(plan: MailboxPlan): Generator<GeneratedMail, void, undefined> {
  const random = seededRandom(plan.seed);
  const owner = plan.owner ?? 'help@shop.test';
  const until = (plan.until ?? new Date('2026-06-01T12:00:00Z')).getTime();
  const span = (plan.days ?? 365) * 24 * HOUR;
  let made = 0;
  for (let thread = 0; made < plan.count; thread += 1) {
    const start = new Date(until - Math.floor(random.next() * span));
    const mails = random.chance(0.9)
      ? conversation(random, { owner, thread, start, until, seed: plan.seed })
      : [automatic(random, { owner, thread, date: start, seed: plan.seed })];
    for (const mail of mails) {
      if (made >= plan.count) return;
      made += 1;
      yield mail;
    }
  }
}

type Setting = {
  readonly owner: string;
  readonly thread: number;
  readonly start: Date;
  readonly until: number;
  readonly seed: number;
};

function* conversation(random: SeededRandom, setting: Setting): Generator<GeneratedMail, void, undefined> {
  const { owner, thread, seed } = setting;
  const language = random.chance(0.5) ? LANGUAGES[0] : random.pick(LANGUAGES);
  const customer: Person = {
    name: random.pick(language.names),
    address: `customer${String(random.below(5_000))}@${random.pick(['customer.test', 'mail.test', 'example.test'])}`,
    language,
  };
  const shop: Person = { name: 'Shop Help', address: owner, language };
  const subject = `${random.pick(language.subjects)} #${String(10_000 + random.below(90_000))}`;
  const length = random.chance(0.67) ? 1 + random.below(2) : 2 + random.below(8);
  const archived = random.chance(0.4);
  const turns: Turn[] = [];
  let time = setting.start.getTime();
  for (let index = 0; index < length; index += 1) {
    const from = index % 2 === 0 ? customer : shop;
    const to = from === customer ? shop : customer;
    const previous = turns.at(-1);
    const date = new Date(Math.min(time, setting.until));
    const messageId = `<${String(seed)}.${String(thread)}.${String(index)}@${domainOf(from.address)}>`;
    const own = bodyText(random, from, from === shop);
    const text = previous === undefined ? own : `${own}\n\n${quote(previous)}`;
    const raw = letter({
      ...headOf({ from, to, subject, messageId, date }, turns),
      ...shape(random, text, language, from === customer),
    });
    turns.push({ messageId, text: own, date, from });
    const folder = from === shop ? 'Sent' : archived ? 'Archive' : 'INBOX';
    const kind = from === shop ? 'answer' : index === 0 ? 'question' : 'reply';
    const seen = folder !== 'INBOX' || index < length - 1 || random.chance(0.5);
    yield { raw, folder, date, thread, kind, messageId, flags: seen ? ['\\Seen'] : [] };
    time += Math.floor((0.2 + random.next() * 30) * HOUR);
  }
}

function bodyText(random: SeededRandom, from: Person, isShop: boolean): string {
  const { language } = from;
  const count = 1 + random.below(5);
  const list = isShop ? language.answers : language.sentences;
  const sentences = Array.from({ length: count }, () => random.pick(list));
  return `${language.greeting}\n\n${[...new Set(sentences)].join(' ')}\n\n${language.closing}\n${from.name}`;
}

/** Plain or HTML, old or new charset, with or without files: as many programs write it. */
function shape(random: SeededRandom, text: string, language: Language, mayAttach: boolean): LetterOptions {
  const charset = random.chance(0.7) ? 'utf-8' : random.pick(language.charsets);
  // Not every sign has a place in every old charset; such a mail goes as UTF-8, as real programs do it.
  const fits = charset === 'utf-8' || canEncode(text, charset);
  const files =
    mayAttach && random.chance(0.12)
      ? [
          {
            name: random.pick(['photo.jpg', 'Größe.pdf', 'invoice.pdf']),
            content: noise(random, 2_000 + random.below(30_000)),
          },
        ]
      : [];
  return {
    text,
    ...(random.chance(0.6) ? { html: html(text) } : {}),
    charset: fits ? charset : 'utf-8',
    ...(random.chance(0.5) ? { encoding: 'quoted-printable' as const } : {}),
    ...(files.length === 0 ? {} : { files }),
  };
}

function noise(random: SeededRandom, length: number): Buffer {
  const block = Buffer.from(Array.from({ length: 256 }, () => random.below(256)));
  return Buffer.alloc(length, block);
}
