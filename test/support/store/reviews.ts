import type { ReadableDb } from '#main/engine/store/driver.ts';
import { reviewsOf } from '#main/engine/store/read/conversation-state.ts';
import type { Picture } from '#shared/domain/conversation/review.ts';
import type { ConversationId, ReviewId } from '#shared/kit/brand.ts';

/** An answer as a test shows it to colleagues. */
export const shownAnswer: Picture = {
  to: [{ name: 'Anna', address: 'anna@customer.example' }],
  cc: [],
  bcc: [],
  subject: 'Re: An order',
  html: '<p>It leaves today.</p>',
  account: 'Support',
  attachments: [{ name: 'invoice.pdf', mimeType: 'application/pdf', size: 100 }],
};

/** The open reviews of a conversation as its row has them. */
export const openReviews = (db: ReadableDb, conversation: ConversationId): readonly ReviewId[] =>
  reviewsOf(
    db.get<{ reviews: string }>('SELECT reviews FROM conversation WHERE id = ?', [conversation])?.reviews ??
      '[]',
  ).map(({ id }) => id);
