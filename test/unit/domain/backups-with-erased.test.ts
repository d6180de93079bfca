import { describe, expect, it } from 'vitest';
import { backupsWithErased } from '#shared/domain/erasure/backups-with-erased.ts';

const old = { id: 'old', at: 10, verified: true };
const atTheTime = { id: 'at-the-time', at: 20, verified: true };
const fresh = { id: 'fresh', at: 30, verified: true };

describe('backups after an erasure', () => {
  it('all stay where nothing was erased', () => {
    expect(backupsWithErased([old, fresh], null)).toEqual([]);
  });

  it('from before it go once one from after it is known to be whole', () => {
    expect(backupsWithErased([old, atTheTime, fresh], 20)).toEqual([old, atTheTime]);
  });

  it('stay as long as there is no other to go back to', () => {
    expect(backupsWithErased([old, atTheTime], 20)).toEqual([]);
    expect(backupsWithErased([old, { ...fresh, verified: false }], 20)).toEqual([]);
  });

  it('made after it stay', () => {
    expect(backupsWithErased([fresh], 20)).toEqual([]);
  });
});
