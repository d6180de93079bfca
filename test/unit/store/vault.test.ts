import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  growingSegments,
  openVaultReader,
  openVaultWriter,
  placeOfBlob,
  segmentPath,
  VaultError,
} from '#main/engine/store/vault.ts';
import type { VaultReader, VaultWriter } from '#main/engine/store/vault.ts';
import type { BlobId } from '#shared/kit/brand.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const words = (plain: Uint8Array): string => new TextDecoder().decode(plain);
const key = new Uint8Array(32).fill(3);

let temp: TempDirectory;
let folder: string;
let writer: VaultWriter;
let reader: VaultReader;

const open = (segmentBytes?: number) => {
  writer = openVaultWriter({ folder, key, ...(segmentBytes === undefined ? {} : { segmentBytes }) });
  reader = openVaultReader({ folder, key });
};

const failure = (blob: BlobId): string => {
  try {
    reader.read(blob);
    return 'read';
  } catch (error) {
    return error instanceof VaultError ? error.kind : 'other';
  }
};

const placeOf = (blob: BlobId) => {
  const place = placeOfBlob(blob);
  if (place === null) throw new Error('not a blob');
  return place;
};

beforeEach(() => {
  temp = makeTempDirectory('vault');
  folder = join(temp.path, 'vault');
  open();
});

afterEach(() => {
  writer.close();
  reader.close();
  temp.remove();
});

describe('the vault', () => {
  it('gives back what was put, also after it was opened again, and nothing of it is plain on disk', () => {
    const first = writer.put(bytes('CANARY one'));
    writer.sync();
    writer.close();
    reader.close();
    open();
    const second = writer.put(bytes('CANARY two'));
    expect([words(reader.read(first)), words(reader.read(second))]).toEqual(['CANARY one', 'CANARY two']);
    expect(readFileSync(segmentPath(folder, 1)).includes('CANARY')).toBe(false);
  });

  it('keeps empty files and files of many segments', () => {
    writer.close();
    reader.close();
    open(100);
    const blobs = ['', 'x'.repeat(500), 'y'.repeat(60), 'z'.repeat(60)].map((text) =>
      writer.put(bytes(text)),
    );
    expect(blobs.map((blob) => words(reader.read(blob)).length)).toEqual([0, 500, 60, 60]);
    expect(new Set(blobs.map((blob) => placeOf(blob).segment)).size).toBeGreaterThan(2);
  });

  it('notices every flipped byte', () => {
    const blob = writer.put(bytes('some words'));
    const path = segmentPath(folder, 1);
    const sound = readFileSync(path);
    for (let at = 0; at < sound.length; at += 1) {
      const damaged = Buffer.from(sound);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(path, damaged);
      expect(failure(blob)).toBe('damaged');
    }
  });

  it('notices records that have changed places', () => {
    const one = writer.put(bytes('same length 1'));
    const two = writer.put(bytes('same length 2'));
    const path = segmentPath(folder, 1);
    const sound = readFileSync(path);
    const half = placeOf(two).position;
    writeFileSync(path, Buffer.concat([sound.subarray(half), sound.subarray(0, half)]));
    expect([failure(one), failure(two)]).toEqual(['damaged', 'damaged']);
  });

  it('notices a cut file, a missing one and an id that is none', () => {
    const blob = writer.put(bytes('some words'));
    truncateSync(segmentPath(folder, 1), 10);
    expect(failure(blob)).toBe('missing');
    expect(failure(blob.replace(/^1\./u, '9.') as BlobId)).toBe('missing');
    expect(failure('../../etc/passwd' as BlobId)).toBe('missing');
  });

  it('does not open with another key', () => {
    const blob = writer.put(bytes('some words'));
    reader.close();
    reader = openVaultReader({ folder, key: new Uint8Array(32).fill(4) });
    expect(failure(blob)).toBe('damaged');
  });

  it('takes back what was put for a transaction that failed', () => {
    const kept = writer.put(bytes('kept'));
    writer.sync();
    const size = statSync(segmentPath(folder, 1)).size;
    writer.put(bytes('not kept'));
    writer.discard();
    expect(statSync(segmentPath(folder, 1)).size).toBe(size);
    const next = writer.put(bytes('next'));
    expect([words(reader.read(kept)), words(reader.read(next))]).toEqual(['kept', 'next']);
  });

  it('has two that append beside each other, each to files of its own, and each finds its last one again', () => {
    writer.close();
    const text = (who: string, n: number): string => `${who} ${String(n)} ${'.'.repeat(30)}`;
    const said = new Map<BlobId, string>();
    const segmentsOf = (who: string): readonly number[] => [
      ...new Set([...said].filter(([, one]) => one.startsWith(who)).map(([blob]) => placeOf(blob).segment)),
    ];
    for (let start = 0; start < 3; start += 1) {
      const two = (['writer', 'bulk'] as const).map((appender) => ({
        appender,
        vault: openVaultWriter({ folder, key, appender, segmentBytes: 200 }),
      }));
      for (let n = 0; n < 4; n += 1)
        for (const { appender, vault } of two)
          said.set(vault.put(bytes(text(appender, start * 4 + n))), text(appender, start * 4 + n));
      for (const { vault } of two) {
        vault.sync();
        vault.close();
      }
    }
    expect(said.size).toBe(24);
    for (const [blob, one] of said) expect(words(reader.read(blob))).toBe(one);
    expect(segmentsOf('writer')).toEqual([1, 3, 5, 7, 9, 11].slice(0, segmentsOf('writer').length));
    expect(segmentsOf('bulk')).toEqual([2, 4, 6, 8, 10, 12].slice(0, segmentsOf('bulk').length));
    expect(segmentsOf('bulk').length).toBeGreaterThan(2);
    writer = openVaultWriter({ folder, key });
  });

  it('goes on behind a record of which a kill left a part', () => {
    writer.close();
    const first = openVaultWriter({ folder, key, appender: 'bulk' });
    const kept = first.put(bytes('kept'));
    first.put(bytes('torn by a kill'));
    first.close();
    truncateSync(segmentPath(folder, 2), statSync(segmentPath(folder, 2)).size - 5);
    const second = openVaultWriter({ folder, key, appender: 'bulk' });
    const next = second.put(bytes('next'));
    second.close();
    expect([words(reader.read(kept)), words(reader.read(next))]).toEqual(['kept', 'next']);
    writer = openVaultWriter({ folder, key });
  });

  it('may still grow in the newest segment of each that appends, and nowhere else', () => {
    expect(growingSegments([])).toEqual([]);
    expect(growingSegments([1])).toEqual([1]);
    expect(growingSegments([1, 2, 4, 6])).toEqual([1, 6]);
    expect(growingSegments([1, 2, 3, 4, 5])).toEqual([4, 5]);
  });
});
