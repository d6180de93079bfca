import type { HostilePiece } from '../../support/hostile-html.ts';
import type { MailServer } from '../../support/mail-server/mail-server.ts';
import { letter } from '../../support/mailbox-generator/letter.ts';

/** So many mails of a conversation are drawn at once, wherever it is scrolled to. */
const perConversation = 10;

/** Conversations come in as open ones only when they are young. */
const apart = 20 * 60_000;

/** A conversation with hostile mails, each with one piece or with several after another. */
export type HostileBatch = {
  readonly subject: string;
  readonly mails: readonly (readonly HostilePiece[])[];
};

const chunks = <T>(list: readonly T[], length: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / length) }, (_, index) =>
    list.slice(index * length, (index + 1) * length),
  );

/** Puts so many pieces into each mail, and the mails into conversations. */
export const inBatches = (
  pieces: readonly HostilePiece[],
  perMail: number,
  title: string,
): readonly HostileBatch[] =>
  chunks(chunks(pieces, perMail), perConversation).map((mails, index) => ({
    subject: `${title} ${String(index + 1).padStart(2, '0')}`,
    mails,
  }));

/** A mark behind the piece of this place: where it is missing, the piece has swallowed what followed it. */
export const markAfter = (place: number): string => `hostile-end-${place}`;

const htmlOf = (pieces: readonly HostilePiece[]): string =>
  pieces.length === 1
    ? (pieces[0]?.html ?? '')
    : pieces.map(({ html }, place) => `${html}<p class="${markAfter(place)}">.</p>`).join('\n');

/** Writes the batches into the mailbox, as unread HTML mails. */
export const seedBatches = (server: MailServer, owner: string, batches: readonly HostileBatch[]): void => {
  const now = Date.now();
  batches.forEach(({ subject, mails }, batch) => {
    const idOf = (index: number): string => `<${subject.replaceAll(' ', '-')}.${index}@evil.test>`;
    server.seed(
      owner,
      'INBOX',
      mails.map((pieces, index) => {
        const date = new Date(now - (batch + 1) * apart + index * 60_000);
        const raw = letter({
          from: 'Mallory Finch <mallory@evil.test>',
          to: owner,
          subject: index === 0 ? subject : `Re: ${subject}`,
          date,
          html: htmlOf(pieces),
          encoding: 'base64',
          messageId: idOf(index),
          ...(index === 0 ? {} : { inReplyTo: idOf(0), references: [idOf(0)] }),
        });
        return { raw, receivedAt: date };
      }),
    );
  });
};
