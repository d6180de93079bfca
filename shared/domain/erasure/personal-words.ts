/**
 * Words in a conversation's log that are about a person, by the kind of event: the fields of its payload. None of them is
 * part of a conversation's state. Here and in a team's database they are blanked where a log has to stay.
 */
export const personalWords: Readonly<Record<string, readonly string[]>> = {
  'note.added': ['text'],
  'contact.named': ['address'],
  'reply.bounced': ['recipient', 'status'],
  'reply.failed': ['reason'],
  'conversation.assigned': ['note'],
  'conversation.transferred': ['reason'],
  'follow-up.given': ['note'],
  'check.waived': ['reason'],
  'review.asked': ['note'],
  'review.given': ['note', 'html'],
};

/** The picture of an answer that is left of a review, as JSON. */
export const noPicture = JSON.stringify({
  to: [],
  cc: [],
  bcc: [],
  subject: '',
  html: '',
  account: '',
  attachments: [],
});
