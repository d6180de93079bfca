import { describe, expect, it } from 'vitest';
import { leaves } from '#renderer/features/list/model/leaves.ts';
import { marksOf } from '#renderer/features/list/model/row-marks.ts';
import { waitOf } from '#renderer/features/list/model/waiting.ts';
import { partsOf, sectionOf } from '#renderer/features/follow-ups/model/sections.ts';
import { dayBounds } from '#renderer/features/day/day-bounds.ts';
import type { ConversationRow } from '#shared/contract/conversations.ts';
import type { FollowUpRow } from '#shared/contract/ownership.ts';
import type { ConversationId, CustomerId, FollowUpId, MemberId } from '#shared/kit/brand.ts';

const hour = 3_600_000;
/** A Wednesday at noon, on this computer's clock. */
const now = new Date(2026, 10, 18, 12).getTime();
const me = 'me' as MemberId;
const omar = { id: 'omar' as MemberId, name: 'Omar' };

const row = (more: Partial<ConversationRow> = {}): ConversationRow => ({
  id: 'one' as ConversationId,
  rev: 1,
  channel: 'email',
  account: null,
  subject: 'A bell',
  snippet: '',
  customer: { id: 'customer' as CustomerId, name: 'Ines', address: 'ines@x.test' },
  status: 'open',
  owner: null,
  coveredFor: null,
  hadBy: null,
  snoozedUntil: null,
  followUp: null,
  checks: 0,
  tags: [],
  turn: 'ours',
  waitingSince: now - 2 * hour,
  customerWaitingSince: now - 5 * hour,
  target: null,
  lastAt: now - 2 * hour,
  messages: 1,
  unread: 0,
  attachments: false,
  draft: false,
  outbox: 'none',
  ...more,
});

const followUp = (dueAt: number, more: Partial<FollowUpRow> = {}): FollowUpRow => ({
  id: String(dueAt) as FollowUpId,
  owner: me,
  ownerName: 'Dana',
  dueAt,
  purpose: 'promise',
  ifNoReply: false,
  every: null,
  why: '',
  fellAt: null,
  conversation: row(),
  ...more,
});

describe('how long a customer waits', () => {
  it('counts from the first unanswered message anywhere', () => {
    expect(waitOf(row(), now).since).toBe(now - 5 * hour);
  });

  it('does not count while an answer is on its way, the conversation sleeps or it is their turn', () => {
    expect(waitOf(row({ outbox: 'waiting' }), now).since).toBeNull();
    expect(waitOf(row({ snoozedUntil: now + hour }), now).since).toBeNull();
    expect(waitOf(row({ waitingSince: null }), now).since).toBeNull();
  });

  it('is judged by the target where there is one: in time, soon late, late', () => {
    const target = (at: number) => ({ kind: 'first-answer', from: now - 5 * hour, at }) as const;
    expect(waitOf(row({ target: target(now + 10 * hour) }), now)).toMatchObject({
      tone: 'calm',
      pressing: null,
    });
    expect(waitOf(row({ target: target(now + hour / 2) }), now).tone).toBe('soon');
    expect(waitOf(row({ target: target(now) }), now).tone).toBe('late');
  });
});

describe('a row of the list', () => {
  it('does not say what the list says already', () => {
    expect(marksOf(row({ owner: omar }), 'inbox', me).owner).toEqual(omar);
    expect(marksOf(row({ owner: omar }), 'member', me).owner).toBeNull();
    expect(marksOf(row({ status: 'done' }), 'all', me).status).toBe('done');
    expect(marksOf(row({ status: 'done' }), 'done', me).status).toBeNull();
    expect(marksOf(row({ draft: true }), 'drafts', me).draft).toBe(false);
  });

  it('names a few tags and counts the others', () => {
    expect(marksOf(row({ tags: ['a', 'b', 'c', 'd'] }), 'inbox', me)).toMatchObject({
      tags: ['a', 'b'],
      moreTags: 2,
    });
  });

  it('shows an open check once', () => {
    const check = { id: 'f' as FollowUpId, owner: me, dueAt: now, purpose: 'check', fellAt: null } as const;
    expect(marksOf(row({ checks: 1, followUp: check }), 'inbox', me).check).toBe(false);
    expect(marksOf(row({ checks: 1 }), 'inbox', me).check).toBe(true);
  });
});

describe('what is done to a conversation', () => {
  it('takes it out of the lists it no longer belongs to, and of no other', () => {
    expect(leaves('my-turn', 'resolve')).toBe(true);
    expect(leaves('all', 'resolve')).toBe(false);
    expect(leaves('my-turn', 'transfer')).toBe(true);
    expect(leaves('inbox', 'transfer')).toBe(false);
    expect(leaves('unowned', 'claim')).toBe(false);
    expect(leaves('snoozed', 'wake')).toBe(true);
    expect(leaves('done', 'reopen')).toBe(true);
  });
});

describe('follow-ups', () => {
  it('stand under the day on which they are due', () => {
    const days = (n: number): number => new Date(2026, 10, 18 + n, 9).getTime();
    expect(sectionOf(followUp(now - 1), now)).toBe('due');
    expect(sectionOf(followUp(now + hour), now)).toBe('today');
    expect(sectionOf(followUp(days(1)), now)).toBe('tomorrow');
    expect(sectionOf(followUp(days(4)), now)).toBe('week');
    expect(sectionOf(followUp(days(5)), now)).toBe('later');
  });

  it('have no empty parts, and nothing twice where two pages overlap', () => {
    const rows = [followUp(now - hour), followUp(now + hour), followUp(now + hour)];
    expect(partsOf(rows, now).map((part) => [part.section, part.rows.length])).toEqual([
      ['due', 1],
      ['today', 1],
    ]);
  });
});

describe('the day', () => {
  it('begins and ends at midnight on this computer', () => {
    const { today, tomorrow, end } = dayBounds(now);
    expect([today, tomorrow, end].map((at) => new Date(at).getHours())).toEqual([0, 0, 0]);
    expect(today).toBeLessThanOrEqual(now);
    expect(tomorrow).toBeGreaterThan(now);
    expect(end).toBeGreaterThan(tomorrow);
  });
});
