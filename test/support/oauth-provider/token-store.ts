import type { Adapter, AdapterPayload } from 'oidc-provider';

/** Everything the provider remembers, in memory, by the provider's kinds of records ("AccessToken", "Grant", ...). */
export type TokenStore = {
  readonly adapterFor: (kind: string) => Adapter;
  /** Forgets tokens and grants of one account, or of all; returns how many tokens were alive. */
  readonly revoke: (kinds: readonly string[], accountId?: string) => number;
};

type Entry = { readonly kind: string; payload: AdapterPayload; readonly expiresAt: number };

/** An empty store. */
export function createTokenStore(): TokenStore {
  const entries = new Map<string, Entry>();
  const alive = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    if (entry !== undefined && entry.expiresAt > Date.now()) return entry;
    entries.delete(key);
    return undefined;
  };
  const search = (kind: string, fits: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const [key, entry] of entries) {
      if (entry.kind === kind && fits(entry.payload) && alive(key) !== undefined) return entry.payload;
    }
    return undefined;
  };
  return {
    adapterFor: (kind) => ({
      upsert: async (id, payload, expiresIn) => {
        const expiresAt = expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1_000;
        entries.set(`${kind}:${id}`, { kind, payload, expiresAt });
      },
      find: async (id) => alive(`${kind}:${id}`)?.payload,
      findByUid: async (uid) => search(kind, (payload) => payload.uid === uid),
      findByUserCode: async (code) => search(kind, (payload) => payload.userCode === code),
      consume: async (id) => {
        const entry = alive(`${kind}:${id}`);
        if (entry !== undefined)
          entry.payload = { ...entry.payload, consumed: Math.floor(Date.now() / 1_000) };
      },
      destroy: async (id) => {
        entries.delete(`${kind}:${id}`);
      },
      revokeByGrantId: async (grantId) => {
        for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key);
      },
    }),
    revoke: (kinds, accountId) => {
      let count = 0;
      for (const [key, { kind, payload }] of entries) {
        if (!kinds.includes(kind) || (accountId !== undefined && payload.accountId !== accountId)) continue;
        entries.delete(key);
        if (kind.endsWith('Token')) count += 1;
      }
      return count;
    },
  };
}
