import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { defaultSchedule } from '#shared/domain/business-hours/schedule.ts';
import type { Schedule } from '#shared/domain/business-hours/schedule.ts';
import { chooseTargets, dueBy, noTargets, stateOfTarget } from '#shared/domain/targets/targets.ts';
import type { TargetFacts, Targets } from '#shared/domain/targets/targets.ts';
import type { AccountId } from '#shared/kit/brand.ts';

const hour = 3_600_000;
const minute = 60_000;
const zone = 'Europe/Berlin';
const schedule = defaultSchedule(zone);
const local = (text: string): number => DateTime.fromISO(text, { zone }).toMillis();

const targets: Targets = { firstAnswer: 4 * hour, nextAnswer: 8 * hour, resolution: 40 * hour };

/** Somebody wrote on a Friday at 15:00 and nobody has answered. */
const friday = local('2026-11-20T15:00');
const facts: TargetFacts = {
  waitingSince: friday,
  firstInboundAt: friday,
  everAnswered: false,
  openedAt: friday,
  status: 'open',
};

describe('what falls due', () => {
  it('is the first answer, four working hours after a Friday afternoon', () => {
    expect(dueBy(targets, facts, schedule)).toEqual({
      kind: 'first-answer',
      from: friday,
      at: local('2026-11-23T11:00'),
    });
  });

  it('is the next answer once one was given and the customer wrote again', () => {
    const again = local('2026-11-24T10:00');
    expect(dueBy(targets, { ...facts, everAnswered: true, waitingSince: again }, schedule)).toEqual({
      kind: 'next-answer',
      from: again,
      at: local('2026-11-25T10:00'),
    });
  });

  it('is the resolution while nobody waits', () => {
    expect(dueBy(targets, { ...facts, everAnswered: true, waitingSince: null }, schedule)).toEqual({
      kind: 'resolution',
      from: friday,
      at: local('2026-11-27T15:00'),
    });
  });

  it('is the resolution when that comes before the answer', () => {
    const late = local('2026-11-27T14:00');
    const found = dueBy(targets, { ...facts, everAnswered: true, waitingSince: late }, schedule);
    expect(found?.kind).toBe('resolution');
  });

  it('is nothing once the conversation is not open, or where nothing is promised', () => {
    for (const status of ['resolved', 'done', 'merged'] as const)
      expect(dueBy(targets, { ...facts, status }, schedule)).toBeNull();
    expect(dueBy(noTargets, facts, schedule)).toBeNull();
    expect(dueBy({ ...noTargets, nextAnswer: hour }, facts, schedule)).toBeNull();
  });

  it('is nothing when it is never open', () => {
    const never: Schedule = {
      ...schedule,
      days: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] },
    };
    expect(dueBy(targets, facts, never)).toBeNull();
  });
});

describe('a target', () => {
  const from = local('2026-11-23T09:00');
  const due = from + 8 * hour;

  it('is calm for three quarters of its time, then soon, then late', () => {
    expect(stateOfTarget(due, from, from)).toBe('calm');
    expect(stateOfTarget(due, from, due - 2 * hour - 1)).toBe('calm');
    expect(stateOfTarget(due, from, due - 2 * hour)).toBe('soon');
    expect(stateOfTarget(due, from, due - 1)).toBe('soon');
    expect(stateOfTarget(due, from, due)).toBe('late');
  });

  it('warns at least half an hour before, however short it is', () => {
    expect(stateOfTarget(from + hour, from, from + 29 * minute)).toBe('calm');
    expect(stateOfTarget(from + hour, from, from + 30 * minute)).toBe('soon');
    expect(stateOfTarget(from + 20 * minute, from, from)).toBe('soon');
  });
});

describe('which targets apply', () => {
  const account = 'account-1' as AccountId;
  const other = 'account-2' as AccountId;
  const ofTag: Targets = { ...noTargets, firstAnswer: 1 };
  const ofAccount: Targets = { ...noTargets, firstAnswer: 2 };
  const settings = {
    workspace: targets,
    byAccount: new Map([[account, ofAccount]]),
    byTag: [
      { tag: 'vip', targets: ofTag },
      { tag: 'slow', targets: noTargets },
    ],
  };

  it('is decided by the tag before the account before the workspace', () => {
    expect(chooseTargets(settings, { tags: ['vip'], account })).toBe(ofTag);
    expect(chooseTargets(settings, { tags: ['billing'], account })).toBe(ofAccount);
    expect(chooseTargets(settings, { tags: [], account: other })).toBe(targets);
    expect(chooseTargets(settings, { tags: [], account: null })).toBe(targets);
  });

  it('is decided by the tag that the settings name first, and a tag without promises silences the others', () => {
    expect(chooseTargets(settings, { tags: ['slow', 'vip'], account })).toBe(ofTag);
    expect(chooseTargets(settings, { tags: ['slow'], account })).toBe(noTargets);
  });
});
