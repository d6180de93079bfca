import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { newPassword, scramVerifier } from '#main/engine/team/scram-verifier.ts';

/** The exchange of RFC 7677, section 3. */
const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
const said = [
  'n=user,r=rOprNGfwEbeRWgbNEkqO',
  'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
].join(',');
const proof = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64');
const serverSignature = '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

const partsOf = (verifier: string): { readonly stored: Buffer; readonly server: Buffer } => {
  const [stored = '', server = ''] = verifier.split('$')[2]?.split(':') ?? [];
  return { stored: Buffer.from(stored, 'base64'), server: Buffer.from(server, 'base64') };
};

test('a verifier proves what the exchange of RFC 7677 proves', () => {
  const { stored, server } = partsOf(scramVerifier('pencil', { salt, iterations: 4_096 }));
  expect(createHmac('sha256', server).update(said).digest('base64')).toBe(serverSignature);
  const signature = createHmac('sha256', stored).update(said).digest();
  const clientKey = proof.map((byte, index) => byte ^ (signature[index] ?? 0));
  expect(createHash('sha256').update(clientKey).digest()).toEqual(stored);
});

test('two verifiers of one password have nothing in common', () => {
  const password = newPassword();
  expect(password).toMatch(/^[\w-]{43}$/);
  expect(scramVerifier(password)).toMatch(
    /^SCRAM-SHA-256\$4096:[A-Za-z0-9+/=]{24}\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$/,
  );
  expect(scramVerifier(password)).not.toBe(scramVerifier(password));
});

test('a password that would first have to be prepared is refused', () => {
  for (const password of ['', 'grün', 'two words', 'line\n'])
    expect(() => scramVerifier(password)).toThrow(RangeError);
});
