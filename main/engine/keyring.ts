import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeWhole } from './recovery/write-whole.ts';
import type { ShellPort } from './shell-port.ts';

/** Where the workspace's key comes from when no one is asked: a file or the environment, in 64 hex digits. */
export type KeySource =
  | { readonly kind: 'shell' }
  | { readonly kind: 'given'; readonly hex: string }
  /** A workspace that is thrown away: a key that lives in memory only. */
  | { readonly kind: 'in-memory' };

/** Who needs a passphrase: whoever has no key store, new workspaces, or all of them, the next time they are opened. */
export type PassphraseRule = 'as-needed' | 'for-new' | 'for-all';

/** What the keyring can say without asking a person. */
export type KeyState =
  | { readonly kind: 'open'; readonly root: Uint8Array; readonly sealedBy: 'os' | 'passphrase' | 'file' }
  | { readonly kind: 'choose-passphrase' }
  | { readonly kind: 'locked' }
  | { readonly kind: 'unusable'; readonly detail: string };

/** 2^17 * 8 * 128 bytes = 128 MiB and some 300 ms for each guess (OWASP Password Storage Cheat Sheet, scrypt). */
const scryptCost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const;
const rootBytes = 32;

const base64 = v.pipe(v.string(), v.base64());
const keyFile = v.variant('sealedBy', [
  v.object({ version: v.literal(1), sealedBy: v.literal('os'), sealed: base64 }),
  v.object({
    version: v.literal(1),
    sealedBy: v.literal('passphrase'),
    salt: base64,
    cost: v.object({ N: v.number(), r: v.number(), p: v.number() }),
    nonce: base64,
    wrapped: base64,
    tag: base64,
  }),
]);
type KeyFile = v.InferOutput<typeof keyFile>;
type Wrapped = Extract<KeyFile, { sealedBy: 'passphrase' }>;

/** The name of the key's file in a workspace or a backup. */
export const keyName = 'key.json';
const pathIn = (workspaceDir: string): string => join(workspaceDir, keyName);
const decode = (text: string): Buffer => Buffer.from(text, 'base64');
const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Reads 64 hex digits, with white space around them; null when it is anything else. */
const parseHexKey = (text: string): Uint8Array | null => {
  const hex = text.trim();
  return /^[0-9a-f]{64}$/i.test(hex) ? new Uint8Array(Buffer.from(hex, 'hex')) : null;
};

const readKeyFile = (workspaceDir: string): KeyFile | 'absent' | 'broken' => {
  const path = pathIn(workspaceDir);
  if (!existsSync(path)) return 'absent';
  try {
    const parsed = v.safeParse(keyFile, JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.output : 'broken';
  } catch {
    return 'broken';
  }
};

const stretch = (passphrase: string, salt: Uint8Array, cost: Wrapped['cost']): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // The same words typed on another system may come in another normal form.
    scrypt(passphrase.normalize('NFKC'), salt, 32, { ...cost, maxmem: scryptCost.maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });

/**
 * The key of one workspace. It is 256 random bits, sealed by the system's key store where there is one and wrapped with
 * a passphrase where there is none; a key that is given is used as it is and never written down.
 */
export class Keyring {
  readonly #dir: string;
  readonly #source: KeySource;
  readonly #shell: Pick<ShellPort, 'sealing' | 'seal' | 'open'>;
  readonly #passphrase: PassphraseRule;
  /** A key that the system still guards and that is to be wrapped with a passphrase instead. */
  #unwrapped: Uint8Array | null = null;

  constructor(
    workspaceDir: string,
    source: KeySource,
    shell: Pick<ShellPort, 'sealing' | 'seal' | 'open'>,
    passphrase: PassphraseRule = 'as-needed',
  ) {
    this.#passphrase = passphrase;
    this.#dir = workspaceDir;
    this.#source = source;
    this.#shell = shell;
  }

  /** The key when it can be had without a person. `exists` says whether there is a database already. */
  async state(exists: boolean): Promise<KeyState> {
    switch (this.#source.kind) {
      case 'given': {
        if (this.#passphrase === 'for-all' || (this.#passphrase === 'for-new' && !exists))
          return {
            kind: 'unusable',
            detail: 'a policy asks for a passphrase, and a key that is given is none',
          };
        const root = parseHexKey(this.#source.hex);
        return root === null
          ? { kind: 'unusable', detail: 'the key must be 64 hexadecimal digits' }
          : { kind: 'open', root, sealedBy: 'file' };
      }
      case 'in-memory':
        return { kind: 'open', root: new Uint8Array(randomBytes(rootBytes)), sealedBy: 'file' };
      case 'shell':
        return this.#fromShell(exists);
    }
  }

  async #fromShell(exists: boolean): Promise<KeyState> {
    const kept = readKeyFile(this.#dir);
    if (kept === 'broken') return { kind: 'unusable', detail: 'key.json cannot be read' };
    if (kept === 'absent') {
      if (exists) return { kind: 'unusable', detail: 'key.json is missing' };
      const byOs = this.#passphrase === 'as-needed' && (await this.#shell.sealing()) === 'os';
      return byOs ? this.#sealNew() : { kind: 'choose-passphrase' };
    }
    if (kept.sealedBy === 'passphrase') return { kind: 'locked' };
    try {
      const root = new Uint8Array(await this.#shell.open(decode(kept.sealed)));
      if (root.length !== rootBytes)
        return { kind: 'unusable', detail: 'the sealed key has the wrong length' };
      if (this.#passphrase === 'for-all') {
        this.#unwrapped = root;
        return { kind: 'choose-passphrase' };
      }
      return { kind: 'open', root, sealedBy: 'os' };
    } catch {
      return { kind: 'unusable', detail: 'the key store did not open the key' };
    }
  }

  async #sealNew(): Promise<KeyState> {
    return this.#seal(new Uint8Array(randomBytes(rootBytes)), this.#dir);
  }

  async #seal(root: Uint8Array, folder: string): Promise<KeyState> {
    const sealed = await this.#shell.seal(root);
    const file: KeyFile = { version: 1, sealedBy: 'os', sealed: encode(sealed) };
    // Losing this file is losing the workspace: it is on the disk before the database is made with its key.
    writeWhole(pathIn(folder), JSON.stringify(file));
    return { kind: 'open', root, sealedBy: 'os' };
  }

  /**
   * Guards a key that was found another way, such as by recovery words, in the file of `folder`: as a new one would be.
   * Where that takes a passphrase, the file is written when one is chosen, and this keyring knows the key until then.
   */
  async adopt(root: Uint8Array, folder: string = this.#dir): Promise<KeyState> {
    if (this.#source.kind !== 'shell') return { kind: 'open', root, sealedBy: 'file' };
    if (this.#passphrase !== 'as-needed' || (await this.#shell.sealing()) !== 'os') {
      this.#unwrapped = root;
      return { kind: 'choose-passphrase' };
    }
    return this.#seal(root, folder);
  }

  /**
   * Makes a new key and wraps it with a passphrase; where a passphrase is required, the key that the system guarded
   * until now. Refuses where a key is kept already.
   */
  async choosePassphrase(passphrase: string): Promise<Uint8Array> {
    const kept = this.#unwrapped;
    if (kept === null && readKeyFile(this.#dir) !== 'absent')
      throw new Error('this workspace already has a key');
    const root = kept ?? new Uint8Array(randomBytes(rootBytes));
    const salt = randomBytes(16);
    const nonce = randomBytes(12);
    const { N, r, p } = scryptCost;
    const cipher = createCipheriv('aes-256-gcm', await stretch(passphrase, salt, { N, r, p }), nonce);
    const wrapped = Buffer.concat([cipher.update(root), cipher.final()]);
    const file: KeyFile = {
      version: 1,
      sealedBy: 'passphrase',
      salt: encode(salt),
      cost: { N, r, p },
      nonce: encode(nonce),
      wrapped: encode(wrapped),
      tag: encode(cipher.getAuthTag()),
    };
    writeWhole(pathIn(this.#dir), JSON.stringify(file));
    this.#unwrapped = null;
    return root;
  }

  /** The key when the passphrase is right, else null. */
  async unlock(passphrase: string): Promise<Uint8Array | null> {
    const kept = readKeyFile(this.#dir);
    if (kept === 'absent' || kept === 'broken' || kept.sealedBy !== 'passphrase') return null;
    // A planted file must not make one guess take an hour or all memory.
    if (kept.cost.N > 2 ** 20 || kept.cost.r > 16 || kept.cost.p > 4) return null;
    try {
      const key = await stretch(passphrase, decode(kept.salt), kept.cost);
      const decipher = createDecipheriv('aes-256-gcm', key, decode(kept.nonce), { authTagLength: 16 });
      decipher.setAuthTag(decode(kept.tag));
      return new Uint8Array(Buffer.concat([decipher.update(decode(kept.wrapped)), decipher.final()]));
    } catch {
      return null;
    }
  }
}
