/** Somebody changed the conversation since the agent looked. */
export type Stale = { readonly kind: 'stale'; readonly rev: number };
