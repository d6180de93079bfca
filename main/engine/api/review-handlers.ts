import type { reviewCalls } from '#shared/contract/reviews.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { fail, ok } from '#shared/kit/result.ts';
import { sendingAccount } from '../store/read/colleague-account.ts';
import { readDraft } from '../store/read/draft.ts';
import { findConversation } from '../store/read/find-conversation.ts';
import { viewerOf } from '../store/read/members.ts';
import { listReviews, readReviews } from '../store/read/reviews.ts';
import type { Workspace } from '../workspace.ts';

/** Handlers for answers that colleagues look at before they are sent. */
export const reviewHandlers = ({ db, writer }: Workspace): Pick<Handlers, keyof typeof reviewCalls> => ({
  'review.ask': async ({ draft: id, of, note }) => {
    const draft = readDraft(db, id);
    if (draft === null) return fail({ kind: 'draft-gone' });
    const { conversation, to, cc, bcc, subject, html } = draft;
    // A review is told in a conversation's log; a first message has none yet.
    if (conversation === null) return fail({ kind: 'review-no-conversation' });
    const account = draft.account === null ? '' : (sendingAccount(db, draft.account)?.label ?? '');
    const attachments = draft.attachments.map(({ name, mimeType, size }) => ({ name, mimeType, size }));
    const answer = { to, cc, bcc, subject, html, account, attachments };
    return writer.run('review.ask', { conversation, of, note, answer });
  },
  'review.give': (input) => writer.run('review.give', input),
  'review.withdraw': (input) => writer.run('review.end', { ...input, reason: 'withdrawn' }),
  'review.get': ({ conversation }) => {
    const found = findConversation(db, conversation);
    return ok({ reviews: found.kind === 'gone' ? [] : readReviews(db, found.num, viewerOf(db).me) });
  },
  'review.list': () => ok({ rows: listReviews(db, viewerOf(db).me) }),
});
