import { letter } from '../../support/mailbox-generator/letter.ts';
import type { GeneratedMail } from '../../support/mailbox-generator/generated-mail.ts';

/** As many as Missive holds in one conversation before it begins another. */
const length = 400;

const minute = 60_000;
const newest = Date.UTC(2026, 5, 2, 12);
const customer = 'Ana Long <ana.long@customer.test>';

const idOf = (turn: number): string => `<long.${turn}@customer.test>`;

const paragraph = (turn: number): string =>
  `Point ${turn} of our list: the crate that came on Monday holds ${turn + 3} lamps, and two of them have a crack in the glass. ` +
  'We took pictures before we unpacked the others. Please tell us whether we should send them back or keep them for parts.';

const htmlOf = (turn: number): string =>
  `<html><body style="font-family:sans-serif"><p>Hello,</p>${Array.from(
    { length: 3 + (turn % 5) },
    (_, at) => `<p style="margin:0 0 8px">${paragraph(turn + at)}</p>`,
  ).join('')}<table><tr><td>Lamp</td><td><b>${turn}</b></td></tr></table><p>Regards</p></body></html>`;

/** What its customer writes now; with it the conversation is the newest of all. */
export const longConversationGoesOn = (owner: string, date: Date): GeneratedMail => {
  const previous = idOf(length - 1);
  const raw = letter({
    from: customer,
    to: owner,
    subject: 'Re: The long list of lamps',
    date,
    messageId: idOf(length),
    inReplyTo: previous,
    references: [previous],
    text: paragraph(length),
    html: htmlOf(length),
  });
  return { raw, folder: 'INBOX', date, thread: -1, kind: 'reply', messageId: idOf(length), flags: [] };
};

/** One conversation of 400 messages, formatted as customers' programs do it; the last few are unread. */
export function* longConversation(owner: string): Generator<GeneratedMail> {
  const ids = Array.from({ length }, (_, turn) => idOf(turn));
  for (const [turn, messageId] of ids.entries()) {
    const ours = turn % 2 === 1 && turn < length - 5;
    const date = new Date(newest - (length - turn) * 7 * minute);
    const previous = ids[turn - 1];
    const raw = letter({
      from: ours ? `Shop Help <${owner}>` : customer,
      to: ours ? customer : owner,
      subject: `${turn === 0 ? '' : 'Re: '}The long list of lamps`,
      date,
      messageId,
      ...(previous === undefined
        ? {}
        : { inReplyTo: previous, references: ids.slice(Math.max(0, turn - 10), turn) }),
      text: paragraph(turn),
      ...(turn % 4 === 3 ? {} : { html: htmlOf(turn) }),
    });
    yield {
      raw,
      folder: ours ? 'Sent' : 'INBOX',
      date,
      thread: -1,
      kind: ours ? 'answer' : 'reply',
      messageId,
      flags: turn < length - 3 ? ['\\Seen'] : [],
    };
  }
}
