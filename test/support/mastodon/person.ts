/** Somebody whom a server knows: one of its own people, or of another server. */
export type Person = {
  readonly id: string;
  readonly username: string;
  /** Null for people of this server. */
  readonly domain: string | null;
  readonly acct: string;
  readonly url: string;
  displayName: string;
  readonly emojis: readonly string[];
  readonly followers: Set<string>;
};
