import { describe, expect, it } from 'vitest';
import { addressOf, looksLikeDatabase, wrongParts } from '#renderer/features/team/model/database-address.ts';
import { lineWords, railWords } from '#renderer/features/team/model/line-words.ts';
import { alike, triedWords, whyWords } from '#renderer/features/team/model/refusal-words.ts';
import type { InTeam } from '#renderer/features/team/model/use-team-status.ts';
import type { TeamConnection, TeamRefusal } from '#shared/contract/team.ts';
import type { ConversationId, DraftId, MemberId } from '#shared/kit/brand.ts';
import { en } from '#shared/messages/en.ts';
import { createWords } from '#shared/messages/format.ts';
import { createTimes } from '#shared/messages/times.ts';

const words = createWords('en-GB', en);
const times = createTimes('en-GB', 'UTC');
const at = Date.UTC(2026, 4, 12, 10, 42);
const now = at + 5 * 60_000;
const where = 'db.shop.test:5432';

const team = (connection: TeamConnection, pending = 0, refusals = 0): InTeam => ({
  kind: 'member',
  team: { name: 'Shop', where, database: 'shop' },
  me: { id: 'dana' as MemberId, name: 'Dana', role: 'agent' },
  connection,
  pending,
  refusals,
  aside: { refused: 0, failed: 0 },
  past: 'whole',
});
const away: TeamConnection = { kind: 'away', since: at, reason: 'connection-refused', retryAt: now + 9_000 };

describe('how the line to the team’s database stands', () => {
  it('is said with the time and the reason while the database is away', () => {
    expect(lineWords(away, where, words, times, now)).toBe(
      'Away since 10:42: nothing answers at db.shop.test:5432.',
    );
  });

  it.each(['password-refused', 'not-let-in'])(
    'says nobody was removed where the database only does not let them in (%s)',
    (reason) => {
      const said = lineWords({ ...away, reason }, where, words, times, now);
      expect(said).toMatch(/^Not let in since 10:42: the database does not .+ Ask an admin of the team\.$/u);
      expect(said).not.toContain('removed');
    },
  );

  it('has words for a reason that this page does not know yet', () => {
    const unknown: TeamConnection = { ...away, reason: 'eaten' };
    expect(lineWords(unknown, where, words, times, now)).toBe(
      'Away since 10:42: the database cannot be reached.',
    );
  });

  it('is not mentioned in the rail while everything is as it should be', () => {
    expect(railWords(team({ kind: 'connected', behind: 3 }, 2), words, times, now)).toBeNull();
    expect(railWords(team({ kind: 'connecting' }), words, times, now)).toBeNull();
  });

  it.each<[string, InTeam, string]>([
    ['away', team(away), 'away since 10:42'],
    ['away with work that waits', team(away, 2), 'away since 10:42, 2 conversations wait'],
    [
      'there, and does not let this computer in',
      team({ ...away, reason: 'password-refused' }),
      'not let in since 10:42',
    ],
    [
      'the same, with work that waits',
      team({ ...away, reason: 'not-let-in' }, 2),
      'not let in since 10:42, 2 conversations wait',
    ],
    ['too old', team({ kind: 'too-old' }), 'needs a newer Steward'],
    ['cut', team({ kind: 'cut' }), 'you were removed'],
    ['refused', team({ kind: 'connected', behind: 0 }, 0, 1), 'one thing was not accepted'],
    [
      'just joined',
      { ...team({ kind: 'connected', behind: 0 }), past: 'recent' },
      'the last 90 days are coming',
    ],
    ['far behind', team({ kind: 'connected', behind: 4_000 }), '4,000 changes still come'],
  ])('is in the rail where somebody has to know: %s', (_, status, said) => {
    expect(railWords(status, words, times, now)?.said).toBe(said);
  });
});

describe('what the team did not accept', () => {
  const refusal = (tried: string, why: TeamRefusal['why']): TeamRefusal => ({
    id: 'r1',
    conversation: null,
    subject: '',
    tried,
    at: now,
    why,
    draft: null,
  });

  it('names who was first, and when', () => {
    const taken = refusal('conversation.claim', { kind: 'owned', name: 'Ana', at });
    expect(whyWords(taken, words, times, now)).toBe('Ana took this at 10:42.');
    expect(triedWords(taken, words)).toBe('Your claim was not accepted.');
  });

  it('says once what is so for many', () => {
    const [one, other, third] = ['Ana', 'Ana', 'Bea'].map((name, index) => ({
      ...refusal('conversation.claim', { kind: 'owned', name, at }),
      ...{ id: String(index), conversation: String(index) as ConversationId },
    }));
    if (one === undefined || other === undefined || third === undefined) throw new Error('three are needed');
    const said = (each: TeamRefusal): string => whyWords(each, words, times, now);
    expect(alike([one, third, other], said)).toEqual([[one, other], [third]]);
    expect(whyWords(one, words, times, now, 12)).toBe('Ana took these 12 at 10:42.');
    expect(triedWords(one, words, 12)).toBe('Your claims were not accepted.');
    const givenBack = { ...other, draft: 'd1' as DraftId };
    expect(alike([one, givenBack], said)).toEqual([[one], [givenBack]]);
  });

  it('falls back on the refusal’s own words where nobody is known', () => {
    const said = whyWords(
      refusal('conversation.claim', { kind: 'not-open', name: '', at: null }),
      words,
      times,
      now,
    );
    expect(said).toBe('This is done. Reopen it first.');
  });

  it('has words for everything that can be tried', () => {
    const none = { kind: 'stale', name: '', at: null };
    expect(triedWords(refusal('check.confirm', none), words)).toBe('The end of your check was not accepted.');
    expect(triedWords(refusal('something.new', none), words)).toBe('A change of yours was not accepted.');
    expect(whyWords(refusal('something.new', none), words, times, now)).toBe(
      'Somebody changed this at the same time.',
    );
  });
});

describe('the address of a team’s database', () => {
  const parts = {
    host: 'db.shop.test',
    port: '5432',
    database: 'shop',
    user: 'owner',
    password: 'p@ss/word',
  };

  it('is made of its parts, whatever signs a password has', () => {
    expect(addressOf(parts)).toBe('postgres://owner:p%40ss%2Fword@db.shop.test:5432/shop');
    expect(addressOf({ ...parts, host: '::1', password: '' })).toBe('postgres://owner@[::1]:5432/shop');
  });

  it('says which part cannot be used', () => {
    expect(wrongParts(parts)).toEqual([]);
    expect(wrongParts({ ...parts, host: ' ', port: '70000' })).toEqual(['host', 'port']);
  });

  it('is told from the address of something else', () => {
    expect(looksLikeDatabase(' postgresql://db.shop.test/shop ')).toBe(true);
    expect(looksLikeDatabase('mysql://db.shop.test/shop')).toBe(false);
    expect(looksLikeDatabase('postgres://')).toBe(false);
  });
});
