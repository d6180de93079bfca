import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { writeWhole } from './write-whole.ts';
import { entropyOf, newWords } from './words.ts';
import type { BadWords } from './words.ts';

/** The name of the file that recovery words open, beside key.json and in every backup. */
export const recoveryName = 'recovery.json';

const base64 = v.pipe(v.string(), v.base64());
const shape = v.object({
  version: v.literal(1),
  /** When the words were made, ms UTC, and whether somebody has typed some of them again. */
  at: v.number(),
  confirmed: v.boolean(),
  salt: base64,
  nonce: base64,
  wrapped: base64,
  tag: base64,
});
type RecoveryFile = v.InferOutput<typeof shape>;

const decode = (text: string): Buffer => Buffer.from(text, 'base64');
const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const wrappingKey = (entropy: Uint8Array, salt: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', entropy, salt, 'steward recovery 1', 32));

/** Reads the file of a workspace or a backup; null where there is none or it cannot be used. */
const readRecoveryFile = (folder: string): RecoveryFile | null => {
  const path = join(folder, recoveryName);
  if (!existsSync(path)) return null;
  try {
    const parsed = v.safeParse(shape, JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
};

/** Whether there are words for a workspace or a backup, and whether somebody has shown to have them. */
export const wordsIn = (folder: string): { readonly at: number; readonly confirmed: boolean } | null => {
  const file = readRecoveryFile(folder);
  return file === null ? null : { at: file.at, confirmed: file.confirmed };
};

/** Makes new words that open the root key; the file of the old ones is gone with it. */
export const makeWords = (workspaceDir: string, root: Uint8Array, at: number): readonly string[] => {
  const words = newWords();
  const entropy = entropyOf(words.join(' '));
  if (!entropy.ok) throw new Error('new words do not read as such');
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', wrappingKey(entropy.value, salt), nonce);
  const wrapped = Buffer.concat([cipher.update(root), cipher.final()]);
  const file: RecoveryFile = {
    version: 1,
    at,
    confirmed: false,
    salt: encode(salt),
    nonce: encode(nonce),
    wrapped: encode(wrapped),
    tag: encode(cipher.getAuthTag()),
  };
  writeWhole(join(workspaceDir, recoveryName), JSON.stringify(file));
  return words;
};

/** Somebody has typed some of the words again. */
export const confirmWords = (workspaceDir: string): void => {
  const file = readRecoveryFile(workspaceDir);
  if (file === null) return;
  writeWhole(
    join(workspaceDir, recoveryName),
    JSON.stringify({ ...file, confirmed: true } satisfies RecoveryFile),
  );
};

/** The root key that words open; `place` says which word is none, null where they belong to something else. */
export const openWithWords = (folder: string, typed: string): Result<Uint8Array, BadWords> => {
  const entropy = entropyOf(typed);
  if (!entropy.ok) return entropy;
  const file = readRecoveryFile(folder);
  if (file === null) return fail({ place: null });
  try {
    const key = wrappingKey(entropy.value, decode(file.salt));
    const decipher = createDecipheriv('aes-256-gcm', key, decode(file.nonce), { authTagLength: 16 });
    decipher.setAuthTag(decode(file.tag));
    return ok(new Uint8Array(Buffer.concat([decipher.update(decode(file.wrapped)), decipher.final()])));
  } catch {
    return fail({ place: null });
  }
};
