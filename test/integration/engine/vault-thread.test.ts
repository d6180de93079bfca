import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openThreadBulkVault } from '#main/engine/bulk-vault/thread-bulk-vault.ts';
import type { BulkVault } from '#main/engine/bulk-vault/bulk-vault.ts';
import { openVaultReader, openVaultWriter, placeOfBlob, segmentPath } from '#main/engine/store/vault.ts';
import type { VaultReader } from '#main/engine/store/vault.ts';
import { WriteError } from '#main/engine/writer/writer.ts';
import type { BlobId } from '#shared/kit/brand.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const bundle = join(import.meta.dirname, '..', '..', '..', 'dist', 'main', 'vault.cjs');
const key = new Uint8Array(32).fill(3);

let temp: TempDirectory;
let folder: string;
let bulk: BulkVault;
let reader: VaultReader;

beforeEach(() => {
  temp = makeTempDirectory('vault-thread');
  folder = join(temp.path, 'vault');
  reader = openVaultReader({ folder, key });
  bulk = openThreadBulkVault(bundle, { folder, key });
});

afterEach(async () => {
  await bulk.close();
  reader.close();
  temp.remove();
});

/** Bytes of a buffer of their own, as a mail's are. */
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const words = (blob: BlobId): string => new TextDecoder().decode(reader.read(blob));
const segmentOf = (blob: BlobId): number | undefined => placeOfBlob(blob)?.segment;
const long = (text: string): string => text.padEnd(20_000, '.');

describe('the vault’s thread', () => {
  it('puts away what it is given, in order, beside a writer that appends too', async () => {
    const writer = openVaultWriter({ folder, key });
    const texts = Array.from({ length: 12 }, (_, n) => long(`source ${String(n)}`));
    const asked = [0, 4, 8].map((from) => bulk.put(texts.slice(from, from + 4).map(bytes)));
    const own: BlobId[] = [];
    for (let n = 0; n < 12; n += 1) {
      own.push(writer.put(bytes(`row ${String(n)}`)));
      await turn();
    }
    writer.sync();
    writer.close();
    const blobs = (await Promise.all(asked)).flat();
    expect(blobs.map(words)).toEqual(texts);
    expect(own.map(words)).toEqual(own.map((_, n) => `row ${String(n)}`));
    expect(new Set(blobs.map(segmentOf))).toEqual(new Set([2]));
    expect(new Set(own.map(segmentOf))).toEqual(new Set([1]));
  });

  it('takes the bytes with it and copies none', async () => {
    const source = bytes(long('moved'));
    const [blob] = await bulk.put([source]);
    expect(source.byteLength).toBe(0);
    expect(blob === undefined ? null : words(blob)).toBe(long('moved'));
  });

  it('begins again where it ended, as often as there was nothing to do', async () => {
    const idle = openThreadBulkVault(bundle, { folder, key }, 0);
    try {
      const blobs: BlobId[] = [];
      for (let n = 0; n < 6; n += 1) {
        blobs.push(...(await idle.put([bytes(long(`turn ${String(n)}`))])));
        // Its time is over with the next look at the clock; the next one comes while it ends.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      expect(blobs.map(words)).toEqual(blobs.map((_, n) => long(`turn ${String(n)}`)));
      const places = blobs.map((blob) => placeOfBlob(blob)?.position ?? -1);
      expect(places).toEqual(places.toSorted((one, other) => one - other));
      expect(new Set(places).size).toBe(blobs.length);
    } finally {
      await idle.close();
    }
  });

  it('says what the disk said, and goes on when that is over', async () => {
    mkdirSync(segmentPath(folder, 2), { recursive: true });
    await expect(bulk.put([bytes('nowhere to go')])).rejects.toThrow(WriteError);
    rmdirSync(segmentPath(folder, 2));
    const [blob] = await bulk.put([bytes('put after all')]);
    expect(blob === undefined ? null : words(blob)).toBe('put after all');
  });

  it('lets nobody wait for it who asked after its end, or when it could not begin', async () => {
    const broken = openThreadBulkVault(join(temp.path, 'nothing.cjs'), { folder, key });
    await expect(broken.put([bytes('x')])).rejects.toThrow(WriteError);
    await broken.close();
    await bulk.close();
    await expect(bulk.put([bytes('x')])).rejects.toThrow('closed');
  });

  it('finishes what it was asked before it ends', async () => {
    const putting = bulk.put([bytes(long('last words'))]);
    await Promise.resolve();
    await bulk.close();
    const [blob] = await putting;
    expect(blob === undefined ? null : words(blob)).toBe(long('last words'));
  });
});
