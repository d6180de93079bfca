import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUp, restore } from '#main/engine/store/backup.ts';
import { openReader, openWriter } from '#main/engine/store/driver.ts';
import { storeReason } from '#main/engine/store/failure.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { migrate } from '#main/engine/store/migrate.ts';
import { openVaultReader } from '#main/engine/store/vault.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

let workspace: TestWorkspace;
let account: AccountId;

beforeEach(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount('support@shop.example');
  workspace.ingest({ account, items: ['a', 'b'].map((id) => item({ id })) });
});

afterEach(() => {
  workspace.close();
});

const paths = (folder: string) => ({ database: join(folder, 'steward.db'), vault: join(folder, 'vault') });
const key = () => deriveKeys(workspace.root).database;

/** Opens what was restored and looks at all of it. */
const messagesIn = (folder: string): number => {
  const db = openReader({ path: paths(folder).database, key: key() });
  const vault = openVaultReader({ folder: paths(folder).vault, key: deriveKeys(workspace.root).vault });
  const report = verify(db, vault, { everyNthBlob: 1 });
  vault.close();
  db.close();
  expect(report.problems).toEqual([]);
  return report.checked.messages;
};

const backup = (name: string): string => {
  const target = join(workspace.folder, name);
  backUp(paths(workspace.folder), key(), target, present);
  return target;
};

const reasonOf = (work: () => unknown): string | null => {
  try {
    work();
    return 'done';
  } catch (error) {
    return storeReason(error);
  }
};

describe('a backup', () => {
  it('holds the workspace as it was, whatever is written afterwards', () => {
    const made = backup('one');
    workspace.ingest({ account, items: [item({ id: 'c' })] });
    const target = join(workspace.folder, 'restored');
    restore(made, key(), target, paths(target));
    expect(messagesIn(target)).toBe(2);
    expect(messagesIn(workspace.folder)).toBe(3);
  });

  it('is made while a transaction is open, and holds all of it or nothing', () => {
    const made = workspace.db.transaction(() => {
      workspace.db.run("INSERT INTO setting (name, value) VALUES ('half', 'done')");
      return backup('two');
    });
    const copy = openReader({ path: join(made, 'workspace.db'), key: key() });
    expect(copy.all("SELECT value FROM setting WHERE name = 'half'")).toEqual([]);
    copy.close();
  });

  it('is encrypted, and a restored workspace goes on as one', () => {
    const made = backup('three');
    for (const name of ['workspace.db', join('vault', '0001.seg')]) {
      expect(readFileSync(join(made, name)).includes('Words of')).toBe(false);
    }
    const target = join(workspace.folder, 'restored');
    restore(made, key(), target, paths(target));
    const db = openWriter({ path: paths(target).database, key: key() });
    migrate(db, paths(target).database);
    expect(db.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    db.close();
  });

  it('is not restored with another key, over something, or from what is no backup', () => {
    const made = backup('four');
    const target = join(workspace.folder, 'restored');
    expect(reasonOf(() => restore(made, new Uint8Array(32), target, paths(target)))).toBe('wrong-key');
    expect(existsSync(target)).toBe(false);
    mkdirSync(target);
    expect(() => restore(made, key(), target, paths(target))).toThrow('already');
    expect(readdirSync(target)).toEqual([]);
    expect(reasonOf(() => restore(workspace.folder, key(), join(workspace.folder, 'x'), paths('x')))).toBe(
      'damaged',
    );
  });

  it('is not made over an older one', () => {
    backup('five');
    expect(() => backup('five')).toThrow('already');
  });
});
