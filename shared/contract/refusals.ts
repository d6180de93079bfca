import type { ConversationRefusal } from '../domain/conversation/commands.ts';
import type { ConversationId, MemberId } from '../kit/brand.ts';

/** Somebody changed the conversation since the agent looked. */
export type Stale = { readonly kind: 'stale'; readonly rev: number };

/** A refusal with the names of the members it is about, for its words under `refusal.<kind>`. */
export type Refused = ConversationRefusal & {
  /** The member a refusal names; empty where it names none. */
  readonly name: string;
};

/** What a change of one or many conversations came to; what was refused stays as it was and says why. */
export type Changed = {
  /** How many changed; those that were already so are not among them. */
  readonly done: number;
  /** The key for `conversation.undo`. */
  readonly undo: string;
  readonly refused: readonly { readonly id: ConversationId; readonly why: Refused }[];
};

/** Only the owner, or a lead, may say that it is solved. */
export type NotOwner = { readonly kind: 'not-owner'; readonly owner: MemberId; readonly name: string };
