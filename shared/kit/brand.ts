declare const brand: unique symbol;

/** A string that the compiler keeps apart from other strings: an id of one kind cannot stand in for another. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** One conversation; a time-ordered UUID (RFC 9562, version 7). */
export type ConversationId = Brand<string, 'ConversationId'>;
/** One message; a hash of its channel, account scope and external id, so that pulling it again gives the same id. */
export type MessageId = Brand<string, 'MessageId'>;
/** One connected account; a time-ordered UUID. */
export type AccountId = Brand<string, 'AccountId'>;
/** One customer; a time-ordered UUID. */
export type CustomerId = Brand<string, 'CustomerId'>;
/** One member of the workspace; a time-ordered UUID. */
export type MemberId = Brand<string, 'MemberId'>;
/** One draft; a time-ordered UUID. */
export type DraftId = Brand<string, 'DraftId'>;
/** One thing to be sent; a time-ordered UUID that is also the attempt's idempotency key. */
export type OutboxId = Brand<string, 'OutboxId'>;
/** One follow-up, check or return timer; a time-ordered UUID. */
export type FollowUpId = Brand<string, 'FollowUpId'>;
/** One note; a time-ordered UUID. */
export type NoteId = Brand<string, 'NoteId'>;
/** One request to look at an answer; a time-ordered UUID. */
export type ReviewId = Brand<string, 'ReviewId'>;
/** Bytes in the vault: where their record lies and the SHA-256 of their plain content (see main/engine/store/vault.ts). */
export type BlobId = Brand<string, 'BlobId'>;
