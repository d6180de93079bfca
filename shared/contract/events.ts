import type { ConversationId } from '../kit/brand.ts';

/** What a change touched; ids and no bodies, so the page fetches again only what is on screen. */
export type Topic =
  | { readonly topic: 'conversation'; readonly id: ConversationId }
  /** Lists and counts may have other rows now. */
  | { readonly topic: 'lists' }
  /** Follow-ups were made, moved, ended or came up. */
  | { readonly topic: 'follow-ups' }
  | { readonly topic: 'members' }
  /** Targets or working hours were set. */
  | { readonly topic: 'targets' }
  | { readonly topic: 'accounts' }
  | { readonly topic: 'outbox' }
  | { readonly topic: 'drafts'; readonly conversation: ConversationId | null }
  | { readonly topic: 'customers' }
  | { readonly topic: 'preferences' }
  | { readonly topic: 'quarantine' }
  | { readonly topic: 'snippets' }
  /** The line to the team's database, what waits for it, what it did not accept, or an invitation that was opened. */
  | { readonly topic: 'team' }
  /** Colleagues came to a conversation, left it, or write. */
  | { readonly topic: 'presence'; readonly conversation: ConversationId }
  /** A newer version was looked for, found or fetched. */
  | { readonly topic: 'update' }
  /** Recovery words, backups, what was moved aside. */
  | { readonly topic: 'recovery' }
  /** How far an export is. */
  | { readonly topic: 'export' }
  /** Somebody did what stands in the audit. */
  | { readonly topic: 'audit' }
  /** Something is being erased, or the rule for it was set. */
  | { readonly topic: 'erasure' }
  | { readonly topic: 'index' }
  | { readonly topic: 'app' };

export type TopicName = Topic['topic'];

/** What the engine tells the page without being asked. */
export type EngineEvent =
  | { readonly event: 'changed'; readonly topics: readonly Topic[] }
  /** New customer mail, for the live region; words come from the catalogue. */
  | { readonly event: 'arrived'; readonly conversations: readonly ConversationId[] }
  /** Follow-ups of the person here came up, `late` of them while nobody was there; for the live region. */
  | {
      readonly event: 'fell-due';
      readonly conversations: readonly ConversationId[];
      readonly late: number;
    }
  /** The person clicked a notification. */
  | { readonly event: 'show'; readonly conversation: ConversationId }
  /** The person clicked a notification about several follow-ups. */
  | { readonly event: 'show-follow-ups' };
