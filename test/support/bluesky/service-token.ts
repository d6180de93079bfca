import { createPublicKey, verify } from 'node:crypto';

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** base58btc (https://datatracker.ietf.org/doc/html/draft-msporny-base58), without leading zeros, which keys do not have. */
function fromBase58(text: string): Buffer {
  let value = 0n;
  for (const letter of text) value = value * 58n + BigInt(alphabet.indexOf(letter));
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

/** The beginning of a public key of secp256k1 in the form that Node reads (RFC 5480), for a point in 33 or in 65 bytes. */
const keyHeads: ReadonlyMap<number, Buffer> = new Map([
  [33, Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex')],
  [65, Buffer.from('3056301006072a8648ce3d020106052b8104000a034200', 'hex')],
]);

/** The point in a written key: newer directories put the name of the curve before it (0xe7 0x01 is secp256k1), older ones do not. */
function pointIn(written: string): Buffer {
  const bytes = fromBase58(written.slice(1));
  return bytes.length === 35 && bytes[0] === 0xe7 && bytes[1] === 0x01 ? bytes.subarray(2) : bytes;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The signing key of an account as the directory has it (https://atproto.com/specs/cryptography). */
async function keyOf(directory: string, did: string): Promise<ReturnType<typeof createPublicKey> | null> {
  const response = await fetch(`${directory}/${encodeURIComponent(did)}`);
  const document: unknown = response.ok ? await response.json() : null;
  const methods = isRecord(document) ? document['verificationMethod'] : null;
  const found: unknown = Array.isArray(methods)
    ? methods.find((one: unknown) => isRecord(one) && String(one['id']).endsWith('#atproto'))
    : null;
  const written = isRecord(found) ? found['publicKeyMultibase'] : null;
  if (typeof written !== 'string' || !written.startsWith('z')) return null;
  const point = pointIn(written);
  const head = keyHeads.get(point.length);
  return head === undefined
    ? null
    : createPublicKey({ key: Buffer.concat([head, point]), format: 'der', type: 'spki' });
}

const json = (part: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
};

/**
 * Who asks, as their own server vouches with a token of its own (https://atproto.com/specs/xrpc#inter-service-authentication-jwt): signed
 * by the account's key, for this service and this method alone, and for a minute. The name of an error where it is not good.
 */
export async function whoAsks(
  token: string,
  expected: {
    readonly directory: string;
    readonly audience: string;
    readonly method: string;
    readonly now: number;
  },
): Promise<{ readonly did: string } | { readonly error: string }> {
  const [head = '', body = '', signature = ''] = token.split('.');
  const claims = json(body);
  const { iss, aud, exp, lxm } = claims;
  if (typeof iss !== 'string' || typeof exp !== 'number') return { error: 'BadJwt' };
  if (exp * 1_000 < expected.now) return { error: 'JwtExpired' };
  if (typeof aud !== 'string' || aud.split('#')[0] !== expected.audience) return { error: 'BadJwtAudience' };
  if (lxm !== expected.method) return { error: 'BadJwtLexiconMethod' };
  const did = iss.split('#')[0] ?? '';
  const key = json(head)['alg'] === 'ES256K' ? await keyOf(expected.directory, did) : null;
  const signed = Buffer.from(`${head}.${body}`);
  const good =
    key !== null &&
    verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  return good ? { did } : { error: 'BadJwtSignature' };
}
