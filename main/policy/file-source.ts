import { lstatSync, readFileSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, parse } from 'node:path';
import { readJsonLines } from '#shared/domain/policy/json-lines.ts';
import type { PolicyDocument } from '#shared/domain/policy/read.ts';

/** A policy of more bytes is something else. */
const mostBytes = 1024 * 1024;

/** Whether only those who manage the machine can change a file; else the path that others can write to. */
export type Trust = (
  file: string,
) => { readonly kind: 'trusted' } | { readonly kind: 'open'; readonly path: string };

const unreadable = (
  where: string,
  problem: string,
  said = '',
  line: number | null = null,
): PolicyDocument => ({
  source: 'file',
  where,
  found: { kind: 'unreadable', problem, line, said },
});

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

/** Reads the text of a policy; what is wrong with it comes with its line. */
export const documentFromText = (where: string, text: string): PolicyDocument => {
  const read = readJsonLines(text);
  return read.kind === 'read'
    ? { source: 'file', where, found: { kind: 'read', entries: read.entries } }
    : unreadable(where, read.kind, '', read.line);
};

/** Reads bytes as UTF-8, strictly; null where they are no such text. */
const decode = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

/** Reads a policy file without asking whose it is; null where there is none. */
export const readPolicyFile = (path: string): PolicyDocument | null => {
  try {
    const bytes = readFileSync(path);
    if (bytes.byteLength > mostBytes) return unreadable(path, 'too-large', String(mostBytes));
    const text = decode(bytes);
    return text === null ? unreadable(path, 'not-text') : documentFromText(path, text);
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : unreadable(path, 'unreadable', code);
  }
};

/** Reads the machine's policy file; one that ordinary users could have written is refused. */
export const readTrustedFile = (path: string, trust: Trust): PolicyDocument | null => {
  const document = readPolicyFile(path);
  if (document === null) return null;
  const trusted = trust(path);
  return trusted.kind === 'trusted' ? document : unreadable(path, 'not-safe', trusted.path);
};

/** Group and others may write. */
const writableByOthers = 0o022;

const statOf = (path: string): Stats | null => lstatSync(path, { throwIfNoEntry: false }) ?? null;

/**
 * Trusts a file that belongs to `owner` (root) and that nobody else can write, in folders of which the same is true up to
 * the top: who can write a folder can put another file in the place of this one. A link is not followed.
 */
export const ownedBy =
  (owner: number, top = '/'): Trust =>
  (file) => {
    for (let path = file; ; path = dirname(path)) {
      const stat = statOf(path);
      const isLink = stat === null || stat.isSymbolicLink();
      if (isLink || stat.uid !== owner || (stat.mode & writableByOthers) !== 0) return { kind: 'open', path };
      if (path === top || path === parse(path).root) return { kind: 'trusted' };
    }
  };
