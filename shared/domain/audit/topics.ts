import type { ConversationEventKind } from '../conversation/events.ts';
import type { CustomerEvent } from '../customer/events.ts';
import type { ActKind } from './act.ts';

/** What an audit can be narrowed to. */
export const auditTopics = [
  'ownership',
  'answers',
  'promises',
  'customers',
  'accounts',
  'team',
  'privacy',
] as const;
type AuditTopic = (typeof auditTopics)[number];

/** What kind of thing happened in the life of a customer. */
type CustomerEventKind = CustomerEvent['kind'];

/** Which topic each thing that happens to a conversation belongs to. */
const ofConversations: Readonly<Record<ConversationEventKind, AuditTopic>> = {
  'conversation.opened': 'answers',
  'message.received': 'answers',
  'message.answered': 'answers',
  'conversation.claimed': 'ownership',
  'conversation.assigned': 'ownership',
  'conversation.transferred': 'ownership',
  'conversation.returned': 'ownership',
  'conversation.covered': 'ownership',
  'conversation.given-back': 'ownership',
  'conversation.orphaned': 'ownership',
  'conversation.resolved': 'ownership',
  'conversation.closed': 'ownership',
  'conversation.reopened': 'ownership',
  'conversation.snoozed': 'promises',
  'conversation.woken': 'promises',
  'conversation.merged': 'ownership',
  'conversation.absorbed': 'ownership',
  'conversation.restored': 'ownership',
  'conversation.released': 'ownership',
  'conversation.split': 'ownership',
  'conversation.rejoined': 'ownership',
  'conversation.undone': 'ownership',
  'follow-up.promised': 'promises',
  'follow-up.moved': 'promises',
  'follow-up.fell-due': 'promises',
  'follow-up.given': 'promises',
  'follow-up.kept': 'promises',
  'follow-up.cancelled': 'promises',
  'check.confirmed': 'promises',
  'check.waived': 'promises',
  'tag.added': 'ownership',
  'tag.removed': 'ownership',
  'note.added': 'answers',
  'review.asked': 'answers',
  'review.given': 'answers',
  'review.ended': 'answers',
  'reply.queued': 'answers',
  'reply.withdrawn': 'answers',
  'reply.sent': 'answers',
  'reply.failed': 'answers',
  'reply.uncertain': 'answers',
  'contact.named': 'customers',
  'reply.bounced': 'answers',
};

/** Everything that happens to customers is one topic. */
const ofCustomers: Readonly<Record<CustomerEventKind, 'customers'>> = {
  'identity.added': 'customers',
  'identity.moved-in': 'customers',
  'identity.moved-out': 'customers',
  'customer.renamed': 'customers',
  'company.changed': 'customers',
  'note.changed': 'customers',
  'customers.merged': 'customers',
  'customer.joined': 'customers',
  'merge.undone': 'customers',
  'customer.parted': 'customers',
  'suggestion.dismissed': 'customers',
  'suggestion.restored': 'customers',
};

/** Which topic each act belongs to. */
const ofActs: Readonly<Record<ActKind, AuditTopic>> = {
  'account.added': 'accounts',
  'account.removed': 'accounts',
  'account.paused': 'accounts',
  'account.resumed': 'accounts',
  'account.login-changed': 'accounts',
  'pictures.trusted': 'privacy',
  'pictures.asked': 'privacy',
  'previews.shown': 'privacy',
  'previews.hidden': 'privacy',
  'policies.changed': 'privacy',
  'team.founded': 'team',
  'team.joined': 'team',
  'team.left': 'team',
  'member.invited': 'team',
  'invitation.revoked': 'team',
  'member.role-changed': 'team',
  'member.removed': 'team',
  'customer.exported': 'privacy',
  'messages.exported': 'privacy',
  'audit.exported': 'privacy',
  'customer.erased': 'privacy',
  'backup.restored': 'privacy',
};

/** Where what happened is written down. */
export type AuditSource = 'act' | 'customer' | 'conversation';

const bySource: Readonly<Record<AuditSource, Readonly<Record<string, AuditTopic>>>> = {
  act: ofActs,
  customer: ofCustomers,
  conversation: ofConversations,
};

/** The kinds in one log that belong to a topic. */
export const kindsOf = (source: AuditSource, topic: AuditTopic): readonly string[] =>
  Object.entries(bySource[source]).flatMap(([kind, of]) => (of === topic ? [kind] : []));
