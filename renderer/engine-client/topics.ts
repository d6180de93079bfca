import type { CallName, Input } from '#shared/contract/contract.ts';
import type { Topic, TopicName } from '#shared/contract/events.ts';

/** The calls that only read, and the topics whose changes make their answers old. */
export const readers = {
  'account.kinds': [],
  'account.heads': ['accounts'],
  'account.list': ['accounts'],
  'account.templates': ['accounts'],
  'app.state': ['app', 'accounts'],
  'app.preferences': ['preferences'],
  'app.spelling': ['preferences'],
  'audit.list': ['audit', 'conversation', 'customers'],
  'balance.plan': ['lists', 'members', 'follow-ups'],
  'balance.suggest': ['lists', 'members'],
  'erasure.list': ['erasure'],
  'retention.count': ['erasure', 'lists'],
  'retention.state': ['erasure', 'team'],
  'export.progress': ['export'],
  'language.state': ['app'],
  'conversation.counts': ['lists', 'accounts', 'outbox', 'drafts'],
  'conversation.get': ['conversation', 'customers', 'drafts'],
  'conversation.list': ['lists'],
  'conversation.timeline': ['conversation'],
  'customer.get': ['customers', 'conversation'],
  'customer.conversations': ['lists', 'customers'],
  'customer.find': ['customers'],
  'customer.erasePreview': ['customers', 'lists', 'outbox'],
  'customer.mergePreview': ['customers', 'lists'],
  'customer.promises': ['follow-ups', 'lists', 'customers'],
  'customer.suggested': ['customers', 'lists'],
  'customer.suggestions': ['customers', 'lists'],
  'customer.waits': ['conversation', 'customers'],
  'day.summary': ['lists', 'follow-ups'],
  'draft.get': ['drafts'],
  'draft.picture': [],
  'draft.ways': ['drafts', 'accounts', 'customers'],
  'follow-up.counts': ['follow-ups'],
  'follow-up.missed': ['follow-ups', 'members'],
  'follow-up.list': ['follow-ups', 'members', 'lists'],
  'hand-over.preview': ['lists', 'members', 'follow-ups'],
  'member.list': ['members'],
  'tag.list': ['lists'],
  'target.settings': ['targets'],
  'team.invitations': ['team'],
  'team.members': ['members', 'team'],
  'team.opened': ['team'],
  'team.overview': ['lists', 'members', 'follow-ups'],
  'team.pending': ['team'],
  'team.presence': ['presence'],
  'team.refusals': ['team'],
  'team.searchServer': [],
  'team.status': ['team', 'members'],
  'teamAccount.list': ['accounts', 'members', 'team'],
  'teamSend.get': ['outbox'],
  'message.body': [],
  'message.inlinePart': [],
  'message.remoteImages': [],
  'message.source': [],
  'message.versions': ['conversation'],
  'outbox.list': ['outbox'],
  'policy.state': [],
  'people.suggest': [],
  'quarantine.list': ['quarantine'],
  'quarantine.source': [],
  'recovery.state': ['recovery', 'app'],
  'review.get': ['conversation', 'members'],
  'review.list': ['lists', 'members'],
  'search.run': ['lists', 'index'],
  'snippet.fill': ['snippets', 'drafts', 'customers'],
  'snippet.list': ['snippets'],
  'update.state': ['update'],
  'websiteChat.list': ['accounts'],
} as const satisfies Partial<Record<CallName, readonly TopicName[]>>;

/** A call whose answer may be kept and fetched again. */
export type ReaderName = keyof typeof readers;

/** How a live query is known: its call and its input. */
export type LiveKey<Name extends ReaderName = ReaderName> = readonly [Name, Input<Name>];

const isReader = (name: unknown): name is ReaderName =>
  typeof name === 'string' && Object.hasOwn(readers, name);

/** The conversation that a call is about, where it is about one: its `id` for the calls of a conversation. */
const conversationOf = (name: ReaderName, input: unknown): string | null =>
  name.startsWith('conversation.') && typeof input === 'object' && input !== null && 'id' in input
    ? String(input.id)
    : null;

/** Whether a change of these topics makes a kept answer old. */
export const isTouched = (key: readonly unknown[], topics: readonly Topic[]): boolean => {
  const [name, input] = key;
  if (!isReader(name)) return false;
  const heard: readonly TopicName[] = readers[name];
  const about = conversationOf(name, input);
  return topics.some((topic) => {
    if (!heard.includes(topic.topic)) return false;
    if (topic.topic === 'conversation') return about === null || about === topic.id;
    if (topic.topic === 'drafts' || topic.topic === 'presence')
      return about === null || about === topic.conversation;
    return true;
  });
};
