import type { GeneratedMail } from './generated-mail.ts';
import { LANGUAGES } from './languages.ts';
import { letter, rfcDate } from './letter.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What a mail that no person wrote is about. */
export type AutomaticSetting = {
  readonly owner: string;
  readonly thread: number;
  readonly date: Date;
  readonly seed: number;
};

/** A newsletter, an absence notice (RFC 3834) or a bounce (RFC 3464). */
export function automatic(random: SeededRandom, setting: AutomaticSetting): GeneratedMail {
  const { thread, date } = setting;
  const kind = random.pick(['newsletter', 'newsletter', 'auto-reply', 'bounce']);
  const messageId = `<${String(setting.seed)}.${String(thread)}.auto@mailer.test>`;
  const raw =
    kind === 'newsletter'
      ? newsletter(random, setting, messageId)
      : kind === 'bounce'
        ? bounce(random, setting, messageId)
        : absence(random, setting, messageId);
  return { raw, folder: 'INBOX', date, thread, kind, messageId, flags: random.chance(0.6) ? ['\\Seen'] : [] };
}

function newsletter(random: SeededRandom, { owner, date }: AutomaticSetting, messageId: string): Buffer {
  const issue = String(1 + random.below(400));
  const rows = Array.from(
    { length: 4 + random.below(12) },
    (_, row) =>
      `<tr><td><img src="https://news.test/${issue}/${String(row)}.png" alt=""></td><td>Offer ${String(row)}</td></tr>`,
  );
  return letter({
    from: 'Supplier News <news@news.test>',
    to: owner,
    subject: `Offers of the week, no. ${issue}`,
    date,
    messageId,
    headers: [
      ['List-Id', '<weekly.news.test>'],
      ['List-Unsubscribe', `<https://news.test/leave/${issue}>, <mailto:leave@news.test>`],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
      ['Precedence', 'bulk'],
    ],
    text: `Offers of the week, no. ${issue}: https://news.test/${issue}`,
    html: `<html><body><table width="600">${rows.join('\n')}</table></body></html>`,
    encoding: 'quoted-printable',
  });
}

function absence(random: SeededRandom, { owner, date }: AutomaticSetting, messageId: string): Buffer {
  const language = random.pick(LANGUAGES);
  return letter({
    from: `${random.pick(language.names)} <customer${String(random.below(5_000))}@customer.test>`,
    to: owner,
    subject: `${random.pick(['Out of office', 'Automatic reply'])}: ${random.pick(language.subjects)}`,
    date,
    messageId,
    inReplyTo: `<gone.${String(random.below(1_000_000))}@shop.test>`,
    headers: [
      ['Auto-Submitted', 'auto-replied'],
      ['X-Auto-Response-Suppress', 'All'],
    ],
    text: language.away,
  });
}

function bounce(random: SeededRandom, { owner, date }: AutomaticSetting, messageId: string): Buffer {
  const gone = `nobody${String(random.below(5_000))}@customer.test`;
  const boundary = `report${String(random.below(1_000_000))}`;
  const lines = [
    `Date: ${rfcDate(date)}`,
    'From: Mail Delivery System <MAILER-DAEMON@mx.mail.test>',
    `To: ${owner}`,
    'Subject: Undelivered Mail Returned to Sender',
    `Message-ID: ${messageId}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `<${gone}>: the mailbox does not exist`,
    '',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.mail.test',
    `Arrival-Date: ${rfcDate(date)}`,
    '',
    `Final-Recipient: rfc822; ${gone}`,
    `Original-Recipient: rfc822;${gone}`,
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 no such mailbox',
    '',
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    `From: ${owner}`,
    `To: ${gone}`,
    'Subject: Your order',
    `Message-ID: <lost.${String(random.below(1_000_000))}@shop.test>`,
    '',
    `--${boundary}--`,
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}
