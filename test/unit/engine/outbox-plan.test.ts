import { describe, expect, it } from 'vitest';
import {
  afterError,
  afterLook,
  afterLostSource,
  afterResult,
  reconcileDelaysMs,
  retryAt,
  windowLeft,
} from '#main/engine/outbox/plan.ts';
import type { SendState } from '#main/engine/outbox/plan.ts';

const now = 1_800_000_000_000;
const state = (change: Partial<SendState> = {}): SendState => ({
  recipients: ['a@x.test', 'b@x.test', 'c@x.test'],
  pending: ['a@x.test', 'b@x.test', 'c@x.test'],
  attempts: 1,
  firstTryAt: now,
  handedOver: false,
  ...change,
});
const offline = { kind: 'offline', said: null, recipient: null } as const;

describe('after a try to send', () => {
  it('is sent when everybody was accepted', () => {
    const result = { kind: 'accepted', accepted: state().recipients, refused: [], externalId: null } as const;
    expect(afterResult(state(), result, now, 0.5)).toEqual({ kind: 'sent', externalId: null });
  });

  it('offers only the refused one of three again, and never by itself', () => {
    const refused = [{ recipient: 'b@x.test', said: '550 no such user', permanent: true }];
    const result = {
      kind: 'accepted',
      accepted: ['a@x.test', 'c@x.test'],
      refused,
      externalId: null,
    } as const;
    expect(afterResult(state(), result, now, 0.5)).toEqual({
      kind: 'failed',
      pending: ['b@x.test'],
      served: true,
      failure: { kind: 'refused-recipient', said: '550 no such user', recipient: 'b@x.test' },
    });
  });

  it('tries the one that was put off again by itself, and nobody else', () => {
    const refused = [{ recipient: 'c@x.test', said: '450 greylisted', permanent: false }];
    const result = {
      kind: 'accepted',
      accepted: ['a@x.test', 'b@x.test'],
      refused,
      externalId: null,
    } as const;
    expect(afterResult(state(), result, now, 0.5)).toMatchObject({
      kind: 'retry',
      at: now + 15_000,
      pending: ['c@x.test'],
      served: true,
    });
  });

  it('waits as long as the server asks', () => {
    const step = afterResult(state(), { kind: 'retry', said: '421', afterMs: 600_000 }, now, 0.5);
    expect(step).toMatchObject({ kind: 'retry', at: now + 600_000, served: false });
  });

  it('fails at once when the server refuses for good', () => {
    const step = afterResult(state(), { kind: 'rejected', said: '554 spam', code: '554' }, now, 0.5);
    expect(step).toMatchObject({
      kind: 'failed',
      served: false,
      failure: { kind: 'rejected', said: '554 spam' },
    });
  });

  it('gives up after a day of trying and says so', () => {
    const step = afterResult(
      state({ firstTryAt: now - 25 * 3_600_000 }),
      { kind: 'retry', said: '', afterMs: null },
      now,
      0.5,
    );
    expect(step).toMatchObject({ kind: 'failed', failure: { kind: 'given-up' } });
  });

  it('looks before anything else when the answer was lost after the body was handed over', () => {
    expect(afterResult(state(), { kind: 'unknown', said: 'reset' }, now, 0.5)).toEqual({
      kind: 'reconcile',
      at: now,
    });
    expect(afterError(state({ handedOver: true }), offline, now, 0.5)).toEqual({
      kind: 'reconcile',
      at: now,
    });
  });

  it('simply tries again when the connection was lost before', () => {
    expect(afterError(state(), offline, now, 0.5)).toMatchObject({
      kind: 'retry',
      failure: { kind: 'offline' },
    });
  });
});

describe('after a look for what became of it', () => {
  it('is sent when it was found', () => {
    expect(afterLook(state(), 'accepted', { looks: 1, sendClass: 'findable' }, now)).toEqual({
      kind: 'sent',
      externalId: null,
    });
  });

  it('looks for a minute, because providers file sent mail half a minute late', () => {
    expect(reconcileDelaysMs).toEqual([0, 3_000, 10_000, 20_000, 30_000]);
    const pauses = reconcileDelaysMs.map((_, at) =>
      afterLook(state(), 'absent', { looks: at + 1, sendClass: 'findable' }, now),
    );
    expect(pauses.map((step) => (step.kind === 'reconcile' ? step.at - now : step.kind))).toEqual([
      ...reconcileDelaysMs.slice(1),
      'retry',
    ]);
  });

  it('never sends again by itself when nobody can know', () => {
    let looks = 1;
    let step = afterLook(state(), 'unknown', { looks, sendClass: 'findable' }, now);
    while (step.kind === 'reconcile') {
      looks += 1;
      step = afterLook(state(), 'unknown', { looks, sendClass: 'findable' }, now);
    }
    expect(step.kind).toBe('unknown');
    expect(looks).toBe(reconcileDelaysMs.length);
  });

  it('sends again only after several looks have proven its absence', () => {
    expect(afterLook(state(), 'absent', { looks: 1, sendClass: 'findable' }, now).kind).toBe('reconcile');
    expect(
      afterLook(state(), 'absent', { looks: reconcileDelaysMs.length, sendClass: 'findable' }, now),
    ).toMatchObject({
      kind: 'retry',
      at: now,
    });
  });

  it('sends again at once where the server knows a repetition by its key', () => {
    const step = afterLook(state(), 'absent', { looks: 1, sendClass: 'key' }, now);
    expect(step).toMatchObject({ kind: 'retry', at: now });
  });

  it('asks at once where nothing can be found', () => {
    expect(afterLook(state(), 'unknown', { looks: 1, sendClass: 'none' }, now).kind).toBe('unknown');
  });

  it('takes over the name under which the server has it', () => {
    const found = { acceptedAs: 'status 17' };
    expect(afterLook(state(), found, { looks: 1, sendClass: 'findable' }, now)).toEqual({
      kind: 'sent',
      externalId: 'status 17',
    });
  });
});

describe('a send that a person has to decide about', () => {
  it('says that the database stepped back where that is why nobody knows, whatever was found', () => {
    for (const found of ['absent', 'unknown'] as const) {
      const doubtful = state({ handedOver: true, doubtful: true });
      expect(afterLook(doubtful, found, { looks: 1, sendClass: 'none' }, now)).toEqual({
        kind: 'unknown',
        failure: { kind: 'stepped-back', said: null, recipient: null },
      });
    }
    const certain = state({ handedOver: true });
    expect(afterLook(certain, 'unknown', { looks: 1, sendClass: 'none' }, now)).toMatchObject({
      failure: { kind: 'unknown' },
    });
  });

  it('is not tried again where its bytes are lost, and may have gone out only where it was handed over', () => {
    const why = { kind: 'source-damaged', said: null, recipient: null };
    expect(afterLostSource(state({ handedOver: true }))).toEqual({ kind: 'unknown', failure: why });
    expect(afterLostSource(state())).toEqual({
      kind: 'failed',
      pending: state().pending,
      served: false,
      failure: why,
    });
    expect(afterLostSource(state({ pending: ['b@x.test'] }))).toMatchObject({ kind: 'failed', served: true });
  });
});

describe('the undo window', () => {
  const item = { createdAt: now, sendsAt: now + 10_000 };

  it('is what is left of it after a restart', () => {
    expect(windowLeft(item, now + 4_000)).toBe(6_000);
    expect(windowLeft(item, now + 60_000)).toBe(0);
  });

  it('is never longer than itself when the clock was set back', () => {
    expect(windowLeft(item, now - 3_600_000)).toBe(10_000);
  });
});

describe('the pause between two tries', () => {
  it('doubles up to half an hour and is spread by a quarter either way', () => {
    expect(retryAt(0, 1, 0.5, null)).toBe(15_000);
    expect(retryAt(0, 2, 0.5, null)).toBe(30_000);
    expect(retryAt(0, 40, 0.5, null)).toBe(1_800_000);
    expect(retryAt(0, 1, 0, null)).toBe(11_250);
    expect(retryAt(0, 1, 0.999, null)).toBeLessThanOrEqual(18_750);
  });
});
