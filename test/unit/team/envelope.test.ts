import { diffieHellman } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  deviceKey,
  openBytesOf,
  openKeyFrom,
  secretKeyFrom,
} from '#main/engine/team/credentials/device-key.ts';
import { SealBroken, seal, unseal } from '#main/engine/team/credentials/envelope.ts';

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const text = (words: string): Uint8Array => new Uint8Array(Buffer.from(words, 'utf8'));

// RFC 7748, section 6.1: Bob's private key, Alice's public key and what they share.
const bobSecret = secretKeyFrom(bytesOf('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'));
const bobOpen = 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f';
const aliceOpen = '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a';
const theirs = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';

// Made by another implementation (pyca/cryptography) from the words at the head of envelope.ts.
const vector = [
  '0113be4feaeaf204c7fd3358fc9c00721881d174278128227ec674f37f7fe97b6d14d4823d1308a2bac5d410c8c2123a',
  'e6bfc657d7402995a44e82f27116b6744cc93f0926cb7a0a1767e9c02349435c09564ce68dfeb9ab5241f0a11e869ba3',
  'a98c27bfe65a953e8960eee6ff6ff3b150f5fe7b39f248ae035186be26120af41b3ef06db4a1284f8200c7876c2ded35',
  'ec16e87cd355b4b578c745dc62d193ecd7e257a10b94128e2f94aab04169e3c6901be69781d5be81812ab6a78da0a43f',
  'b7883b0db9d8bb7117b61e867c27a32a208c09512c98b86dde14c458fecd9a0763951fc806fa47d0b5fe499c8565ad50',
  'fd6f7623b8f670ff4a3c14ae9dd4dc07e203227db327be78d376c6ef6c8fc728ee6db16221ca35afb5ae20611c2486e5',
  '4e840b3230fe883c26a0510a21bfd21569',
].join('');
const vectorPlace = { team: 'steward_shop', account: 'a-1', device: 'd-ben' };
const vectorText = '{"password":"Grüße, 1234"}';

const ana = deviceKey(new Uint8Array(32).fill(1), 'steward_shop');
const place = { team: 'steward_shop', account: 'a-1', device: 'd-ana' };
const login = text('{"password":"correct horse battery staple"}');

const whyBroken = (open: () => unknown): string => {
  try {
    open();
  } catch (error) {
    if (error instanceof SealBroken) return error.why;
    throw error;
  }
  return 'opened';
};

describe('a key of a device', () => {
  it('agrees with others as RFC 7748 says', () => {
    expect(hexOf(openBytesOf(bobSecret))).toBe(bobOpen);
    const shared = diffieHellman({ privateKey: bobSecret, publicKey: openKeyFrom(bytesOf(aliceOpen)) });
    expect(hexOf(shared)).toBe(theirs);
  });

  it('is the same at every start and another one in every team and workspace', () => {
    expect(hexOf(ana.open)).toBe('d80d6882ad47263691e63b299a942a1efa13a752af5da1bdbbb352c510a73372');
    expect(hexOf(deviceKey(new Uint8Array(32).fill(1), 'steward_shop').open)).toBe(hexOf(ana.open));
    expect(hexOf(deviceKey(new Uint8Array(32).fill(1), 'steward_other').open)).not.toBe(hexOf(ana.open));
    expect(hexOf(deviceKey(new Uint8Array(32).fill(2), 'steward_shop').open)).not.toBe(hexOf(ana.open));
  });
});

describe('a sealed login', () => {
  it('is byte for byte what another implementation of the same words makes', () => {
    const ephemeral = secretKeyFrom(new Uint8Array(32).fill(7));
    const sealed = seal(text(vectorText), bytesOf(bobOpen), vectorPlace, ephemeral);
    expect(hexOf(sealed)).toBe(vector);
    expect(Buffer.from(unseal(bytesOf(vector), bobSecret, vectorPlace)).toString('utf8')).toBe(vectorText);
  });

  it('opens on the device that it is for, and no two are alike', () => {
    const one = seal(login, ana.open, place);
    const other = seal(login, ana.open, place);
    expect(hexOf(one)).not.toBe(hexOf(other));
    expect(unseal(one, ana.secret, place)).toEqual(login);
    expect(unseal(other, ana.secret, place)).toEqual(login);
    expect(unseal(seal(text(''), ana.open, place), ana.secret, place)).toEqual(text(''));
  });

  it('hides how long the password is', () => {
    const lengths = ['a', 'a'.repeat(100), 'a'.repeat(200)].map(
      (password) => seal(text(password), ana.open, place).byteLength,
    );
    expect(new Set(lengths).size).toBe(1);
  });

  it('opens for no other device, team or account', () => {
    const sealed = seal(login, ana.open, place);
    expect(whyBroken(() => unseal(sealed, bobSecret, place))).toBe('damaged');
    for (const wrong of [{ team: 'steward_shoq' }, { account: 'a-2' }, { device: 'd-ben' }]) {
      expect(whyBroken(() => unseal(sealed, ana.secret, { ...place, ...wrong }))).toBe('damaged');
    }
    // Fields are kept apart: moving a letter from one to the next is another place.
    const shifted = { team: 'steward_shopa', account: '-1', device: 'd-ana' };
    expect(whyBroken(() => unseal(sealed, ana.secret, shifted))).toBe('damaged');
  });

  it('notices a change of any one byte, and every shortening', () => {
    const sealed = seal(login, ana.open, place);
    for (let at = 0; at < sealed.byteLength; at += 1) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x04;
      expect(whyBroken(() => unseal(changed, ana.secret, place))).toBe(at === 0 ? 'version' : 'damaged');
    }
    for (let length = 0; length < sealed.byteLength; length += 1) {
      expect(whyBroken(() => unseal(sealed.slice(0, length), ana.secret, place))).not.toBe('opened');
    }
    expect(whyBroken(() => unseal(new Uint8Array([...sealed, 0]), ana.secret, place))).toBe('damaged');
  });

  it('is never made for a key with which nothing can be shared', () => {
    expect(() => seal(login, new Uint8Array(32), place)).toThrow();
    expect(() => seal(login, new Uint8Array(31), place)).toThrow(RangeError);
  });
});
