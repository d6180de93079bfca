import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReader, openWriter } from '#main/engine/store/driver.ts';
import type { WritableDb } from '#main/engine/store/driver.ts';
import { storeReason } from '#main/engine/store/failure.ts';
import { migrate, migrations, schemaNumber } from '#main/engine/store/migrate.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const key = new Uint8Array(32).fill(1);
const steps = [
  { number: 10, sql: 'CREATE TABLE one (x INTEGER NOT NULL) STRICT; INSERT INTO one VALUES (1);' },
  { number: 20, sql: 'CREATE TABLE two (x INTEGER NOT NULL) STRICT; INSERT INTO two SELECT x FROM one;' },
];
const failing = {
  number: 30,
  sql: 'CREATE TABLE three (x INTEGER NOT NULL) STRICT; INSERT INTO nowhere VALUES (1);',
};

let temp: TempDirectory;
let path: string;
let db: WritableDb;

const reasonOf = (work: () => unknown): string | null => {
  try {
    work();
    return 'done';
  } catch (error) {
    return storeReason(error);
  }
};

beforeEach(() => {
  temp = makeTempDirectory('migrate');
  path = join(temp.path, 'workspace.db');
  db = openWriter({ path, key });
});

afterEach(() => {
  db.close();
  temp.remove();
});

describe('a database', () => {
  it('is brought up from nothing by every step there is, once', () => {
    expect(migrate(db, path)).toEqual({ from: 0, to: migrations.at(-1)?.number });
    expect(migrate(db, path)).toEqual({ from: migrations.at(-1)?.number, to: migrations.at(-1)?.number });
    expect(db.all('PRAGMA foreign_key_check')).toEqual([]);
  });

  it('has steps whose numbers grow by tens', () => {
    const numbers = migrations.map((step) => step.number);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
    expect(numbers.every((number) => number % 10 === 0)).toBe(true);
  });

  it('of an earlier version is copied before it is changed, and keeps what it held', () => {
    migrate(db, path, steps.slice(0, 1));
    migrate(db, path, steps);
    expect(db.get('SELECT x FROM two')).toEqual({ x: 1 });
    const copy = openReader({ path: `${path}.before-10`, key });
    expect(schemaNumber(copy)).toBe(10);
    expect(copy.get('SELECT x FROM one')).toEqual({ x: 1 });
    copy.close();
  });

  it('stays between two steps when one fails', () => {
    migrate(db, path, steps);
    expect(() => migrate(db, path, [...steps, failing])).toThrow('nowhere');
    expect(schemaNumber(db)).toBe(20);
    expect(db.all("SELECT 1 AS there FROM sqlite_master WHERE name = 'three'")).toEqual([]);
  });

  it('of a newer version is refused and left alone', () => {
    migrate(db, path, [...steps, { number: 40, sql: 'CREATE TABLE later (x INTEGER) STRICT;' }]);
    expect(reasonOf(() => migrate(db, path, steps))).toBe('from-the-future');
    expect(readdirSync(temp.path).filter((name) => name.includes('before-40'))).toEqual([]);
  });

  it('does not open with another key, and is not harmed by the try', () => {
    migrate(db, path, steps);
    expect(reasonOf(() => openWriter({ path, key: new Uint8Array(32).fill(2) }))).toBe('wrong-key');
    expect(db.get('SELECT x FROM one')).toEqual({ x: 1 });
  });

  it('cannot be written by a reader', () => {
    migrate(db, path, steps);
    const reader = openReader({ path, key });
    expect(reasonOf(() => reader.all('DELETE FROM one RETURNING x'))).toBe('read-only');
    reader.close();
  });

  it('is not made where there is no folder for it', () => {
    expect(reasonOf(() => openWriter({ path: join(temp.path, 'nowhere', 'workspace.db'), key }))).toBe(
      'read-only',
    );
    expect(existsSync(join(temp.path, 'nowhere'))).toBe(false);
  });
});
