import type { HostilePiece } from '../../support/hostile-html.ts';
import type { MailServer } from '../../support/mail-server/mail-server.ts';
import { letter } from '../../support/mailbox-generator/letter.ts';

/** The page fetches this many messages of a conversation at once. */
const perConversation = 60;

/** Conversations that carry the pieces, one unread HTML mail for each piece. */
export type HostileBatch = { readonly subject: string; readonly pieces: readonly HostilePiece[] };

const day = 86_400_000;

/** Puts the pieces into conversations. Each has a mail of its own, so that none can hide behind another. */
export const inBatches = (pieces: readonly HostilePiece[], title: string): readonly HostileBatch[] =>
  Array.from({ length: Math.ceil(pieces.length / perConversation) }, (_, index) => ({
    subject: `${title} ${String(index + 1).padStart(2, '0')}`,
    pieces: pieces.slice(index * perConversation, (index + 1) * perConversation),
  }));

/** Writes the batches into the mailbox; the first one is the newest. */
export const seedBatches = (
  server: MailServer,
  owner: string,
  batches: readonly HostileBatch[],
  until: Date,
): void => {
  batches.forEach(({ subject, pieces }, batch) => {
    const first = `<${subject.replace(' ', '-')}.0@evil.test>`;
    server.seed(
      owner,
      'INBOX',
      pieces.map(({ html }, index) => {
        const date = new Date(until.getTime() - (batch + 1) * day + index * 60_000);
        const raw = letter({
          from: 'Mallory Finch <mallory@evil.test>',
          to: owner,
          subject: index === 0 ? subject : `Re: ${subject}`,
          date,
          html,
          encoding: 'base64',
          messageId: first.replace('.0@', `.${index}@`),
          ...(index === 0 ? {} : { inReplyTo: first, references: [first] }),
        });
        return { raw, receivedAt: date };
      }),
    );
  });
};
