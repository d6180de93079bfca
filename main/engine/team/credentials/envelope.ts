import { createCipheriv, createDecipheriv, diffieHellman, generateKeyPairSync, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { openBytesOf, openKeyFrom } from './device-key.ts';

/** What a sealed text is bound to: put at another account's or device's place it cannot be opened. */
export type SealContext = { readonly team: string; readonly account: string; readonly device: string };

/** A sealed text that cannot be opened here: changed on the way, meant for another place, or of a version unknown to this one. */
export class SealBroken extends Error {
  readonly why: 'version' | 'damaged';

  constructor(why: 'version' | 'damaged', cause?: unknown) {
    super(`a sealed text cannot be opened: ${why}`, { cause });
    this.name = 'SealBroken';
    this.why = why;
  }
}

/*
 * Version 1: [1] [ephemeral public key, 32] [AES-256-GCM of the padded text] [tag, 16].
 * Key and nonce: HKDF-SHA256(X25519(ephemeral, device), salt = ephemeral public || device public, info = label || context), 32 + 12 bytes.
 * The pair is used once, so the nonce may be derived with the key. Additional data: version || context.
 * Padding: length (4 bytes, big endian), text, zeros up to the next 256: the length of a password is nobody's business.
 */
const version = 1;
const openLength = 32;
const tagLength = 16;
const padTo = 256;
/** A login with its settings is some hundred bytes; what is larger than this is none. */
const longestText = 256 * 1024;

const field = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.byteLength);
  return Buffer.concat([length, bytes]);
};

const contextBytes = ({ team, account, device }: SealContext): Buffer =>
  Buffer.concat([Buffer.from([version]), field(team), field(account), field(device)]);

type Keys = { readonly key: Buffer; readonly nonce: Buffer };

const keysOf = (shared: Uint8Array, ephemeral: Uint8Array, device: Uint8Array, context: Buffer): Keys => {
  const salt = Buffer.concat([ephemeral, device]);
  const info = Buffer.concat([Buffer.from('steward sealed 1', 'utf8'), context]);
  const both = Buffer.from(hkdfSync('sha256', shared, salt, info, 32 + 12));
  return { key: both.subarray(0, 32), nonce: both.subarray(32) };
};

const padded = (text: Uint8Array): Buffer => {
  if (text.byteLength > longestText) throw new RangeError('too long to be sealed');
  const whole = Buffer.alloc(Math.ceil((4 + text.byteLength) / padTo) * padTo);
  whole.writeUInt32BE(text.byteLength);
  whole.set(text, 4);
  return whole;
};

const unpadded = (whole: Buffer): Uint8Array => {
  const length = whole.byteLength >= 4 ? whole.readUInt32BE() : -1;
  if (length < 0 || 4 + length > whole.byteLength) throw new SealBroken('damaged');
  return new Uint8Array(whole.subarray(4, 4 + length));
};

/**
 * Seals a text for one device: nobody else can open it, the sender included, and not at another place than `context`.
 * `ephemeral` is made anew for every text; only tests give one. Throws on a public key with which no secret can be shared.
 */
export const seal = (
  text: Uint8Array,
  device: Uint8Array,
  context: SealContext,
  ephemeral: KeyObject = generateKeyPairSync('x25519').privateKey,
): Uint8Array => {
  const open = openBytesOf(ephemeral);
  const shared = diffieHellman({ privateKey: ephemeral, publicKey: openKeyFrom(device) });
  const bound = contextBytes(context);
  const { key, nonce } = keysOf(shared, open, device, bound);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(bound);
  const body = Buffer.concat([cipher.update(padded(text)), cipher.final()]);
  return new Uint8Array(Buffer.concat([Buffer.from([version]), open, body, cipher.getAuthTag()]));
};

/** Opens what was sealed for this device at this place. Throws {@link SealBroken}, whatever the bytes. */
export const unseal = (sealed: Uint8Array, secret: KeyObject, context: SealContext): Uint8Array => {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes[0] !== version) throw new SealBroken('version');
  if (bytes.byteLength < 1 + openLength + padTo + tagLength) throw new SealBroken('damaged');
  const ephemeral = bytes.subarray(1, 1 + openLength);
  const body = bytes.subarray(1 + openLength, -tagLength);
  try {
    const shared = diffieHellman({ privateKey: secret, publicKey: openKeyFrom(ephemeral) });
    const bound = contextBytes(context);
    const { key, nonce } = keysOf(shared, ephemeral, openBytesOf(secret), bound);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
    decipher.setAAD(bound);
    decipher.setAuthTag(bytes.subarray(-tagLength));
    return unpadded(Buffer.concat([decipher.update(body), decipher.final()]));
  } catch (error) {
    throw error instanceof SealBroken ? error : new SealBroken('damaged', error);
  }
};
