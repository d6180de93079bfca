import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** What PostgreSQL itself uses. */
const usualIterations = 4_096;
const saltLength = 16;

/** A password of 256 random bits, in letters, digits, `-` and `_`. */
export const newPassword = (): string => randomBytes(32).toString('base64url');

/**
 * What PostgreSQL keeps of a password (RFC 5802 and 7677): with it nobody can log in, so the server never learns the
 * password itself. Takes ASCII only, as `newPassword` makes it: SASLprep (RFC 4013) changes nothing of that.
 */
export const scramVerifier = (
  password: string,
  {
    salt = randomBytes(saltLength),
    iterations = usualIterations,
  }: { readonly salt?: Uint8Array; readonly iterations?: number } = {},
): string => {
  if (!/^[\x21-\x7e]+$/u.test(password)) throw new RangeError('a password of printable ASCII is expected');
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyed = (label: string): Buffer => createHmac('sha256', salted).update(label).digest();
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64');
  const serverKey = keyed('Server Key').toString('base64');
  return `SCRAM-SHA-256$${String(iterations)}:${Buffer.from(salt).toString('base64')}$${storedKey}:${serverKey}`;
};
