import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Keyring } from '#main/engine/keyring.ts';
import { testShell } from '#test/support/engine.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let folder: TempDirectory;
beforeEach(() => {
  folder = makeTempDirectory('key');
});
afterEach(() => folder.remove());

const ring = (sealing: 'os' | 'none'): Keyring =>
  new Keyring(folder.path, { kind: 'shell' }, testShell({ sealing }).shell);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('the key of a workspace', () => {
  it('is made once, sealed by the system, and opened again', async () => {
    const first = await ring('os').state(false);
    const second = await ring('os').state(true);
    if (first.kind !== 'open' || second.kind !== 'open') throw new Error('not opened');
    expect(hex(second.root)).toBe(hex(first.root));
    expect(first.sealedBy).toBe('os');
    const written = readFileSync(join(folder.path, 'key.json'), 'utf8');
    expect(written).not.toContain(Buffer.from(first.root).toString('base64'));
    expect(written).not.toContain(hex(first.root));
  });

  it('asks for a passphrase where the system keeps no secrets, and opens with that one alone', async () => {
    expect((await ring('none').state(false)).kind).toBe('choose-passphrase');
    const root = await ring('none').choosePassphrase('correct horse battery');
    expect((await ring('none').state(true)).kind).toBe('locked');
    expect(await ring('none').unlock('correct horse batterie')).toBeNull();
    const opened = await ring('none').unlock('correct horse battery');
    expect(opened === null ? '' : hex(opened)).toBe(hex(root));
  });

  it('takes a passphrase typed in another normal form', async () => {
    await ring('none').choosePassphrase('Schlu\u0308ssel-Wort');
    expect(await ring('none').unlock('Schl\u00fcssel-Wort')).not.toBeNull();
  });

  it('is never replaced: not by another passphrase, not when its file is gone or broken', async () => {
    await ring('none').choosePassphrase('correct horse battery');
    await expect(ring('none').choosePassphrase('another one')).rejects.toThrow('already has a key');
    writeFileSync(join(folder.path, 'key.json'), '{"version":1');
    expect((await ring('os').state(true)).kind).toBe('unusable');
    const empty = makeTempDirectory('key');
    const lost = new Keyring(empty.path, { kind: 'shell' }, testShell().shell);
    expect((await lost.state(true)).kind).toBe('unusable');
    empty.remove();
  });

  it('does not spend an hour on a planted cost', async () => {
    await ring('none').choosePassphrase('correct horse battery');
    const path = join(folder.path, 'key.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"N":131072', '"N":1073741824'));
    expect(await ring('none').unlock('correct horse battery')).toBeNull();
  });

  it('may be given in 64 hex digits, and nothing else', async () => {
    const given = (text: string): Keyring =>
      new Keyring(folder.path, { kind: 'given', hex: text }, testShell().shell);
    expect(await given(`${'ab'.repeat(32)}\n`).state(true)).toMatchObject({ kind: 'open', sealedBy: 'file' });
    expect((await given('ab'.repeat(31)).state(true)).kind).toBe('unusable');
    expect((await given('zz'.repeat(32)).state(true)).kind).toBe('unusable');
  });
});
