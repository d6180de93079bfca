import { createCipheriv } from 'node:crypto';
import { LANGUAGES } from './languages.ts';
import { letter } from './letter.ts';
import type { LetterFile, LetterOptions } from './letter.ts';
import type { GeneratedMail } from './generated-mail.ts';
import { seededRandom } from './seeded-random.ts';
import type { SeededRandom } from './seeded-random.ts';
import { paragraph } from './vocabulary.ts';
import { HOUR, canEncode, domainOf, headOf, html, quote } from './writing.ts';
import type { Person, Turn } from './writing.ts';

/** A mailbox as long use leaves it. */
export type BusyPlan = {
  readonly seed: number;
  readonly count: number;
  /** `help@shop.test` by default. */
  readonly owner?: string;
};

const until = Date.parse('2026-06-01T12:00:00Z');
/** Mails a day: a larger mailbox is an older one. */
const perDay = 40;
/** Of what begins, so much is a newsletter, which with threads of three makes one mail in four. */
const newsletters = 0.52;
/** Of what customers write, so much has files: one mail in twenty of all. */
const withFiles = 0.112;

/** What begins at some point of a mailbox. */
type Beginning = {
  readonly owner: string;
  readonly thread: number;
  readonly at: number;
  readonly seed: number;
};

/** An open thread: when its next mail comes, and how many there will be. */
type Thread = { nextAt: number; left: number; readonly write: () => GeneratedMail };

/**
 * Makes a mailbox in order of time, its threads interleaved: mail between people in nine languages and their charsets, in threads of
 * three on average that quote what they answer; newsletters, one mail in four; files in one of twenty. 10 000 mails are about 580 MB.
 * The same plan gives the same bytes; only open threads are held in memory.
 */
export function* generateBusyMailbox(plan: BusyPlan): Generator<GeneratedMail, void, undefined> {
  const random = seededRandom(plan.seed);
  const files = fileSource(random);
  const open: Thread[] = [];
  const step = (24 * HOUR) / perDay;
  let thread = 0;
  for (let made = 0; made < plan.count; made += 1) {
    const at = until - (plan.count - made) * step;
    const due = (open[0]?.nextAt ?? Number.POSITIVE_INFINITY) <= at ? open.shift() : undefined;
    if (due === undefined && random.chance(newsletters)) {
      thread += 1;
      yield newsletter(random, { owner: plan.owner ?? 'help@shop.test', thread, at, seed: plan.seed });
      continue;
    }
    if (due === undefined) thread += 1;
    const line =
      due ??
      conversation(random, { owner: plan.owner ?? 'help@shop.test', thread, at, seed: plan.seed }, files);
    const mail = line.write();
    if (line.left > 0) insert(open, line);
    yield mail;
  }
}

/** Keeps open threads in the order of their next mails. */
const insert = (open: Thread[], thread: Thread): void => {
  const place = open.findIndex(({ nextAt }) => nextAt > thread.nextAt);
  open.splice(place < 0 ? open.length : place, 0, thread);
};

const conversation = (random: SeededRandom, beginning: Beginning, files: FileSource): Thread => {
  const { owner, thread, seed, at } = beginning;
  const language = random.chance(0.5) ? LANGUAGES[0] : random.pick(LANGUAGES);
  const customer: Person = {
    name: random.pick(language.names),
    address: `customer${String(random.below(20_000))}@${random.pick(['customer.test', 'mail.test', 'example.test'])}`,
    language,
  };
  const shop: Person = { name: 'Shop Help', address: owner, language };
  const subject = `${random.pick(language.subjects)} #${String(10_000 + random.below(900_000))}`;
  const turns: Turn[] = [];
  const archived = random.chance(0.4);
  const write = (): GeneratedMail => {
    const from = turns.length % 2 === 0 ? customer : shop;
    const previous = turns.at(-1);
    const date = new Date(line.nextAt);
    const own = [
      language.greeting,
      paragraph(random, language, 2 + random.below(5)),
      paragraph(random, language, 1 + random.below(6)),
      `${language.closing}\n${from.name}`,
    ].join('\n\n');
    const text = previous === undefined ? own : `${own}\n\n${quote(previous)}`;
    const messageId = `<${String(seed)}.${String(thread)}.${String(turns.length)}@${domainOf(from.address)}>`;
    const to = from === customer ? shop : customer;
    const raw = letter({
      ...headOf({ from, to, subject, messageId, date }, turns),
      ...shape(random, text, from),
      ...(from === customer && random.chance(withFiles) ? { files: files() } : {}),
    });
    turns.push({ messageId, text: own, date, from });
    line.left -= 1;
    line.nextAt += Math.floor((0.2 + random.next() * 30) * HOUR);
    const folder = from === shop ? 'Sent' : archived ? 'Archive' : 'INBOX';
    const kind = from === shop ? 'answer' : previous === undefined ? 'question' : 'reply';
    const isSeen = folder !== 'INBOX' || line.left > 0 || random.chance(0.5);
    return { raw, folder, date, thread, kind, messageId, flags: isSeen ? ['\\Seen'] : [] };
  };
  const line: Thread = {
    nextAt: at,
    left: random.chance(0.7) ? 1 + random.below(3) : 3 + random.below(8),
    write,
  };
  return line;
};

/** Plain or with HTML, old or new charset, in all four encodings. */
const shape = (random: SeededRandom, text: string, { language }: Person): LetterOptions => {
  const charset = random.chance(0.7) ? 'utf-8' : random.pick(language.charsets);
  const fits = charset === 'utf-8' || canEncode(text, charset);
  const encoding = random.pick([undefined, 'quoted-printable', 'quoted-printable', '8bit']);
  return {
    text,
    charset: fits ? charset : 'utf-8',
    ...(random.chance(0.6) ? { html: html(text) } : {}),
    ...(encoding === undefined ? {} : { encoding }),
  };
};

/** In these most letters are themselves in quoted-printable; senders choose base64 for the others. */
const mostlyAscii: ReadonlySet<Person['language']['code']> = new Set(['en', 'de', 'fr', 'es', 'pl']);

const newsletter = (random: SeededRandom, { owner, thread, at, seed }: Beginning): GeneratedMail => {
  const language = random.pick(LANGUAGES);
  const issue = String(1 + random.below(4_000));
  const date = new Date(at);
  const messageId = `<${String(seed)}.${String(thread)}.news@mailer.test>`;
  const sender = random.below(60);
  const offers = Array.from({ length: 25 + random.below(30) }, () => paragraph(random, language, 1));
  const rows = offers.map(
    (offer, row) =>
      `<tr><td style="padding:12px 16px;border-bottom:1px solid #dde3ea;font-family:Helvetica,Arial,sans-serif;font-size:15px">` +
      `<a href="https://news.test/${issue}/offer/${String(row)}?utm_source=mail&amp;utm_medium=weekly&amp;utm_content=${String(row)}" ` +
      `style="color:#1a56a0;text-decoration:none"><img src="https://img.news.test/${issue}/${String(row)}.png" width="180" height="120" ` +
      `alt="" style="display:block;border:0;outline:none;margin:0 auto"></a></td>` +
      `<td style="padding:12px 16px;border-bottom:1px solid #dde3ea;font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:22px">${offer}</td></tr>`,
  );
  const raw = letter({
    from: `Supplier ${String(sender)} <news${String(sender)}@news.test>`,
    to: owner,
    subject: `${language.subjects[0]} no. ${issue}`,
    date,
    messageId,
    headers: [
      ['List-Id', `<weekly${String(sender)}.news.test>`],
      ['List-Unsubscribe', `<https://news.test/leave/${issue}>, <mailto:leave@news.test>`],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
      ['Precedence', 'bulk'],
    ],
    text: offers.join('\n\n'),
    html: `<html><head><style>td{vertical-align:top}</style></head><body><table width="640">\n${rows.join('\n')}\n</table></body></html>`,
    ...(mostlyAscii.has(language.code) ? { encoding: 'quoted-printable' as const } : {}),
  });
  return {
    raw,
    folder: 'INBOX',
    date,
    thread,
    kind: 'newsletter',
    messageId,
    flags: random.chance(0.6) ? ['\\Seen'] : [],
  };
};

type FileSource = () => readonly LetterFile[];

/** Bytes of a line of base64 with its end, and what it stands for (RFC 2045, 6.8). */
const encodedLine = 78;
const noiseLines = 60_000;

/** Files without any pattern, as pictures and archives are: pieces of one long noise that is encoded once. */
const fileSource = (random: SeededRandom): FileSource => {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  const noise = cipher.update(Buffer.alloc(noiseLines * 57)).toString('base64');
  const encoded = Buffer.from(noise.replace(/.{76}/g, '$&\r\n'), 'latin1');
  return () => {
    const lines = 1_000 + random.below(20_500);
    const from = random.below(noiseLines - lines) * encodedLine;
    return [
      {
        name: random.pick(['photo.jpg', 'Größe.pdf', 'invoice.pdf', 'scan 1.png', 'order.zip']),
        type: random.pick(['image/jpeg', 'application/pdf', 'application/octet-stream']),
        content: '',
        encoded: encoded.subarray(from, from + lines * encodedLine),
      },
    ];
  };
};
