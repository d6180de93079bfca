import { createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** The longest-lived name of a device: its X25519 key pair (RFC 7748). The private half never leaves this workspace. */
export type DeviceKey = {
  readonly secret: KeyObject;
  /** 32 bytes, as colleagues seal for it. */
  readonly open: Uint8Array;
};

// The fixed heads of RFC 8410 in DER: what is before the 32 bytes of a private and of a public X25519 key.
const secretHead = Buffer.from('302e020100300506032b656e04220420', 'hex');
const openHead = Buffer.from('302a300506032b656e032100', 'hex');

/** An X25519 private key from its 32 bytes. */
export const secretKeyFrom = (bytes: Uint8Array): KeyObject => {
  if (bytes.byteLength !== 32) throw new RangeError('an X25519 key has 32 bytes');
  return createPrivateKey({ key: Buffer.concat([secretHead, bytes]), format: 'der', type: 'pkcs8' });
};

/** An X25519 public key from its 32 bytes. */
export const openKeyFrom = (bytes: Uint8Array): KeyObject => {
  if (bytes.byteLength !== 32) throw new RangeError('an X25519 key has 32 bytes');
  return createPublicKey({ key: Buffer.concat([openHead, bytes]), format: 'der', type: 'spki' });
};

/** The 32 bytes of a key's public half. */
export const openBytesOf = (key: KeyObject): Uint8Array => {
  const open = key.type === 'private' ? createPublicKey(key) : key;
  return new Uint8Array(open.export({ format: 'der', type: 'spki' }).subarray(openHead.byteLength));
};

/**
 * The key pair of this device in a team, derived from the workspace's 256-bit root by HKDF-SHA256 (RFC 5869): nothing to keep, nothing to
 * lose, and another one in every team, so that two teams cannot tell that a device is in both.
 */
export const deviceKey = (root: Uint8Array, team: string): DeviceKey => {
  if (root.byteLength !== 32) throw new RangeError('a workspace root key has 32 bytes');
  const bytes = hkdfSync('sha256', root, new Uint8Array(0), `steward device key 1 ${team}`, 32);
  const secret = secretKeyFrom(new Uint8Array(bytes));
  return { secret, open: openBytesOf(secret) };
};
