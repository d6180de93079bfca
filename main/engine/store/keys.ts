import { hkdfSync } from 'node:crypto';

/** The keys of one workspace; each is 32 bytes and useless for finding the other. */
export type WorkspaceKeys = {
  readonly database: Uint8Array;
  readonly vault: Uint8Array;
  /** For the list of erasures beside the database, and for the hashes of what was erased. */
  readonly erasures: { readonly seal: Uint8Array; readonly names: Uint8Array };
};

/** Derives the keys of a workspace from its 256-bit root by HKDF-SHA256 (RFC 5869), one label for each purpose. */
export const deriveKeys = (root: Uint8Array): WorkspaceKeys => {
  if (root.byteLength !== 32) throw new RangeError('a workspace root key has 32 bytes');
  const derive = (label: string) => new Uint8Array(hkdfSync('sha256', root, new Uint8Array(0), label, 32));
  return {
    database: derive('steward database 1'),
    vault: derive('steward vault 1'),
    erasures: { seal: derive('steward erasures 1'), names: derive('steward erased names 1') },
  };
};
