import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWake } from '#main/engine/team/sync-notices.ts';

describe('what is heard from a team’s database', () => {
  it('is a push, somebody’s presence, or a change of members', () => {
    const presence = { member: 'm', device: 'd', conversation: null, doing: 'looking', at: 1 };
    expect(readWake('seq:42')).toEqual({ kind: 'seq', seq: 42 });
    expect(readWake('members')).toEqual({ kind: 'members' });
    expect(readWake(`presence:${JSON.stringify(presence)}`)).toEqual({ kind: 'presence', presence });
  });

  it('is nothing where it is none of ours, whoever sent it', () => {
    for (const text of [
      '',
      'seq:',
      'seq:-1',
      'seq:1e9',
      `seq:${'9'.repeat(16)}`,
      'presence:',
      'presence:{',
      'presence:[]',
    ]) {
      expect(readWake(text), text).toBeNull();
    }
    expect(readWake(`presence:${'x'.repeat(9_000)}`)).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        readWake(text);
        readWake(`presence:${text}`);
      }),
    );
  });
});
