/** Conversations a message could belong to, as the store found them; each number once or more. */
export type ThreadFacts = {
  /** Conversations that one of the message's names, or of its ancestors' names, leads to. */
  readonly byName: readonly number[];
  /** Conversations found by subject and people within days (see {@link subjectWindowMs}). */
  readonly bySubject: readonly number[];
};

/** Where a message goes. */
export type ThreadDecision =
  | { readonly kind: 'new' }
  | { readonly kind: 'join'; readonly conversation: number }
  /** The message shows that these are one conversation. */
  | { readonly kind: 'merge'; readonly conversations: readonly number[] };

/** How far apart two mails without usable headers may lie and still belong together by subject: 14 days. */
export const subjectWindowMs = 14 * 24 * 60 * 60 * 1_000;

/**
 * Decides from the facts alone. Joining all that a message's names lead to is what makes the grouping independent
 * of the order of arrival: the conversations are the connected components of "shares a name with".
 */
export const decideThread = ({ byName, bySubject }: ThreadFacts): ThreadDecision => {
  const found = [...new Set([...byName, ...bySubject])].sort((a, b) => a - b);
  const [first] = found;
  if (first === undefined) return { kind: 'new' };
  return found.length === 1 ? { kind: 'join', conversation: first } : { kind: 'merge', conversations: found };
};

/** What decides which conversation goes on after a merge: its oldest message. */
export type MergeCandidate = {
  readonly conversation: number;
  readonly firstAt: number;
  readonly firstMessage: string;
};

/** The conversation that goes on: the one with the oldest message; equal times are settled by the message's id. */
export const survivorOf = (candidates: readonly MergeCandidate[]): MergeCandidate | null =>
  [...candidates].sort((a, b) => a.firstAt - b.firstAt || (a.firstMessage < b.firstMessage ? -1 : 1))[0] ??
  null;
