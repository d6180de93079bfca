import type { MailServer } from '../mail-server/mail-server.ts';
import type { GeneratedMail } from './generated-mail.ts';

/** Puts made mails into the folders they belong to, as they came there: with their dates and flags. */
export const seedMails = (server: MailServer, user: string, mails: readonly GeneratedMail[]): void => {
  for (const folder of ['INBOX', 'Sent', 'Archive'] as const) {
    server.seed(
      user,
      folder,
      mails
        .filter((mail) => mail.folder === folder)
        .map(({ raw, date, flags }) => ({ raw, receivedAt: date, flags })),
    );
  }
};
