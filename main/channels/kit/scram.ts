import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

/** One SCRAM exchange (RFC 5802, RFC 7677) without channel binding. All messages are plain text, not yet base64. */
export type Scram = {
  readonly first: string;
  /** The answer to the server's challenge; throws when the challenge is malformed or absurd. */
  final(serverFirst: string): string;
  /** Whether the server proved that it knows the password, too. */
  verify(serverFinal: string): boolean;
};

// RFC 5802 section 5.1: a name may hold neither "," nor "=".
const saslName = (user: string): string => user.replaceAll('=', '=3D').replaceAll(',', '=2C');

// RFC 7677 asks for 4,096 rounds at least; the upper bound keeps a hostile server from burning minutes of our time.
const fewestRounds = 4_096;
const mostRounds = 1_000_000;

function readAttributes(message: string): ReadonlyMap<string, string> {
  return new Map(message.split(',').map((item) => [item.slice(0, 1), item.slice(2)]));
}

/** Starts an exchange; the nonce must be fresh and printable. */
export function startScram(
  user: string,
  password: string,
  nonce: string,
  hash: 'sha1' | 'sha256' = 'sha256',
): Scram {
  const firstBare = `n=${saslName(user)},r=${nonce}`;
  let expected: Buffer = Buffer.alloc(0);
  return {
    first: `n,,${firstBare}`,
    final: (serverFirst) => {
      const attributes = readAttributes(serverFirst);
      const bothNonces = attributes.get('r') ?? '';
      const rounds = Number(attributes.get('i'));
      if (!bothNonces.startsWith(nonce) || bothNonces === nonce)
        throw new Error('SCRAM: the nonce is not ours');
      if (!Number.isInteger(rounds) || rounds < fewestRounds || rounds > mostRounds) {
        throw new Error('SCRAM: the number of rounds is out of bounds');
      }
      const salt = Buffer.from(attributes.get('s') ?? '', 'base64');
      const salted = pbkdf2Sync(password.normalize('NFKC'), salt, rounds, hash === 'sha1' ? 20 : 32, hash);
      const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
      const clientKey = hmac(salted, 'Client Key');
      const withoutProof = `c=biws,r=${bothNonces}`;
      const whole = `${firstBare},${serverFirst},${withoutProof}`;
      const signature = hmac(createHash(hash).update(clientKey).digest(), whole);
      const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)));
      expected = hmac(hmac(salted, 'Server Key'), whole);
      return `${withoutProof},p=${proof.toString('base64')}`;
    },
    verify: (serverFinal) => {
      const given = Buffer.from(readAttributes(serverFinal).get('v') ?? '', 'base64');
      return expected.length > 0 && given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
