import { describe, expect, it } from 'vitest';
import { decideUpdate, usualChannel, type UpdateWish } from '#shared/domain/update/decide-update.ts';
import { compareVersions, readVersion } from '#shared/domain/update/version.ts';

const day = 24 * 60 * 60 * 1_000;
const now = 100 * day;
const auto: UpdateWish = { mode: 'auto', channel: 'latest', pin: null, deferDays: 0 };
const decide = (
  running: string,
  offered: string,
  wish: Partial<UpdateWish> = {},
  publishedAt: number | null = now,
) => decideUpdate(running, { version: offered, publishedAt }, { ...auto, ...wish }, now);

describe('a version that is offered', () => {
  it('is taken where it is newer, or shown where a person decides', () => {
    expect(decide('1.2.3', '1.2.4')).toEqual({ kind: 'take' });
    expect(decide('1.9.0', '1.10.0')).toEqual({ kind: 'take' });
    expect(decide('1.2.3', '2.0.0', { mode: 'notify' })).toEqual({ kind: 'offered' });
  });

  it('is nothing where it runs already, where updates are off, or where it cannot be read', () => {
    expect(decide('1.2.3', '1.2.3')).toEqual({ kind: 'current' });
    expect(decide('1.2.3', '2.0.0', { mode: 'off' })).toEqual({ kind: 'current' });
    expect(decide('1.2.3', '2.0.0; rm -rf')).toEqual({ kind: 'current' });
    expect(decide('1.2.3', '')).toEqual({ kind: 'current' });
  });

  it('is never installed where it is older, not even by a pin', () => {
    expect(decide('2.0.0', '1.9.9')).toEqual({ kind: 'older' });
    expect(decide('2.0.0', '1.9.9', { pin: '1.9.9' })).toEqual({ kind: 'older' });
    expect(decide('2.0.0', '2.0.0-beta.9', { channel: 'beta' })).toEqual({ kind: 'older' });
  });

  it('stays out where another one is pinned', () => {
    expect(decide('1.0.0', '1.2.0', { pin: '1.1.0' })).toEqual({ kind: 'pinned', pin: '1.1.0' });
    expect(decide('1.0.0', '1.1.0', { pin: '1.1.0' })).toEqual({ kind: 'take' });
    expect(decide('1.0.0', '1.1.0', { pin: 'nonsense' })).toEqual({ kind: 'pinned', pin: 'nonsense' });
  });

  it('waits for the days an admin asks for, and without a date for ever', () => {
    expect(decide('1.0.0', '1.1.0', { deferDays: 7 }, now - 6 * day)).toEqual({
      kind: 'waits',
      until: now + day,
    });
    expect(decide('1.0.0', '1.1.0', { deferDays: 7 }, now - 7 * day)).toEqual({ kind: 'take' });
    expect(decide('1.0.0', '1.1.0', { deferDays: 7 }, null)).toEqual({ kind: 'waits', until: Infinity });
  });

  it('is a preview only for who hears of previews', () => {
    expect(decide('1.0.0', '1.1.0-beta.1')).toEqual({ kind: 'current' });
    expect(decide('1.0.0', '1.1.0-beta.1', { channel: 'beta' })).toEqual({ kind: 'take' });
    expect(decide('1.1.0-beta.2', '1.1.0')).toEqual({ kind: 'take' });
    expect(usualChannel('1.1.0-beta.2')).toBe('beta');
    expect(usualChannel('1.1.0')).toBe('latest');
  });
});

describe('versions', () => {
  it('come in the order of semver.org', () => {
    const inOrder = [
      ...['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2'],
      ...['1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.0.1', '1.10.0'],
    ].flatMap((text) => readVersion(text) ?? []);
    expect(inOrder.length).toBe(10);
    for (const [place, version] of inOrder.entries()) {
      for (const [other, against] of inOrder.entries()) {
        expect(Math.sign(compareVersions(version, against))).toBe(Math.sign(place - other));
      }
    }
  });
});
