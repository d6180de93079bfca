import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  longestUnsavedMs,
  nextDue,
  nothingTyped,
  pauseMs,
  savingWords,
  stepSaving,
} from '#renderer/features/composer/model/draft-saving.ts';
import type {
  SavingEffect,
  SavingEvent,
  SavingState,
} from '#renderer/features/composer/model/draft-saving.ts';
import { createDraftKeeper } from '#renderer/features/composer/model/draft-keeper.ts';
import type { SaveOutcome } from '#renderer/features/composer/model/draft-keeper.ts';
import type { DraftEdit } from '#shared/contract/compose.ts';
import type { DraftId } from '#shared/kit/brand.ts';

const drafts = ['one', 'two', 'three'] as const satisfies readonly string[];
const idOf = (name: string): DraftId => name as DraftId;

/** An edit that says for which draft it was typed, so that it can be seen where it lands. */
const edit = (draft: string, text: string): DraftEdit => ({
  account: null,
  to: [],
  cc: [],
  bcc: [],
  subject: '',
  html: `${draft}: ${text}`,
  quote: false,
  plain: false,
});

type Command =
  | { readonly kind: 'type'; readonly draft: string; readonly text: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'leave'; readonly draft: string }
  | { readonly kind: 'leave-all' }
  | { readonly kind: 'answer'; readonly good: boolean; readonly which: number }
  | { readonly kind: 'forget'; readonly draft: string };

const draftName = fc.constantFrom(...drafts);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('type' as const), draft: draftName, text: fc.string() }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(1_500) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), draft: draftName }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave-all' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('answer' as const), good: fc.boolean(), which: fc.nat(5) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), draft: draftName }) },
);

/** Plays commands against the rules with an engine that answers when the script says so. */
const play = (commands: readonly Command[]) => {
  let state: SavingState = nothingTyped;
  let now = 0;
  let underWay: SavingEffect[] = [];
  const stored = new Map<string, string>();
  const typed = new Map<string, string>();
  const forgotten = new Set<string>();

  const feed = (event: SavingEvent): void => {
    const step = stepSaving(state, event);
    state = step.state;
    for (const effect of step.effects) {
      expect(effect.edit.html.startsWith(`${effect.id}: `), 'words moved to another draft').toBe(true);
      expect(
        underWay.some(({ id, token }) => id === effect.id && state.slots.get(id)?.saving?.token === token),
        'two saves of one draft at once',
      ).toBe(false);
    }
    underWay = [...underWay, ...step.effects];
  };
  const answer = (effect: SavingEffect, good: boolean): void => {
    underWay = underWay.filter((other) => other !== effect);
    if (good) stored.set(effect.id, effect.edit.html);
    feed({ kind: good ? 'saved' : 'failed', id: effect.id, token: effect.token, at: now });
  };

  for (const next of commands) {
    if (next.kind === 'type') {
      const words = edit(next.draft, next.text);
      typed.set(next.draft, words.html);
      forgotten.delete(next.draft);
      feed({ kind: 'typed', id: idOf(next.draft), edit: words, at: now });
    } else if (next.kind === 'wait') {
      now += next.ms;
      feed({ kind: 'woke', at: now });
    } else if (next.kind === 'leave') feed({ kind: 'flush', id: idOf(next.draft), at: now });
    else if (next.kind === 'leave-all') feed({ kind: 'flush', id: null, at: now });
    else if (next.kind === 'forget') {
      typed.delete(next.draft);
      forgotten.add(next.draft);
      feed({ kind: 'forget', id: idOf(next.draft) });
    } else {
      const effect = underWay[next.which % Math.max(1, underWay.length)];
      if (effect !== undefined) answer(effect, next.good);
    }
  }
  // The engine answers everything well from now on, and time passes.
  for (let round = 0; round < 20; round += 1) {
    for (const effect of [...underWay]) answer(effect, true);
    now += 2_000;
    feed({ kind: 'woke', at: now });
  }
  return { state, stored, typed };
};

describe('drafts, whatever is typed, left, saved or lost in which order', () => {
  it('end with the words typed last, each in the draft they were typed for', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const { state, stored, typed } = play(commands);
        for (const [draft, words] of typed) {
          expect(stored.get(draft)).toBe(words);
          expect(savingWords(state, idOf(draft))).toBe('saved');
        }
        expect(nextDue(state)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });
});

const type = (state: SavingState, text: string, at: number) =>
  stepSaving(state, { kind: 'typed', id: idOf('one'), edit: edit('one', text), at }).state;

describe('a draft', () => {
  it('is saved after a pause, and at the latest when it was unsaved for two seconds', () => {
    let state = type(nothingTyped, 'a', 1_000);
    expect(nextDue(state)).toBe(1_000 + pauseMs);
    for (let at = 1_100; at < 5_000; at += 100) state = type(state, 'b', at);
    expect(nextDue(state)).toBe(1_000 + longestUnsavedMs);
  });

  it('is saved at once when it is left', () => {
    const step = stepSaving(type(nothingTyped, 'a', 0), { kind: 'flush', id: idOf('one'), at: 1 });
    expect(step.effects.map((effect) => effect.edit.html)).toEqual(['one: a']);
  });

  it('that was sent is not saved again by an answer that comes late', () => {
    const saving = stepSaving(type(nothingTyped, 'a', 0), { kind: 'flush', id: null, at: 1 });
    const gone = stepSaving(saving.state, { kind: 'forget', id: idOf('one') }).state;
    const late = stepSaving(gone, { kind: 'failed', id: idOf('one'), token: 1, at: 2 });
    expect(late.effects).toEqual([]);
    expect(nextDue(late.state)).toBeNull();
  });
});

describe('a draft that was forgotten during a save and is there again', () => {
  it('is not saved before that save is over, so that the older words cannot land last', () => {
    const saving = stepSaving(type(nothingTyped, 'old', 0), { kind: 'flush', id: null, at: 1 });
    const gone = stepSaving(saving.state, { kind: 'forget', id: idOf('one') }).state;
    expect(savingWords(gone, idOf('one'))).toBe('saved');
    const again = stepSaving(type(gone, 'new', 2), { kind: 'flush', id: null, at: 3 });
    expect(again.effects).toEqual([]);
    const over = stepSaving(again.state, { kind: 'failed', id: idOf('one'), token: 1, at: 4 });
    expect(over.effects.map((effect) => effect.edit.html)).toEqual(['one: new']);
  });
});

describe('the keeper of drafts', () => {
  /** Time and engine that the test drives. */
  const start = (outcome: () => SaveOutcome) => {
    const saved: string[] = [];
    const timers = new Set<{ readonly at: number; readonly run: () => void }>();
    let now = 0;
    const keeper = createDraftKeeper({
      now: () => now,
      after: (ms, run) => {
        const timer = { at: now + ms, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      save: async (_id, words) => {
        saved.push(words.html);
        return outcome();
      },
    });
    const pass = async (ms: number): Promise<void> => {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.run();
      }
      await Promise.resolve();
      await Promise.resolve();
    };
    return { keeper, saved, pass };
  };

  it('saves by itself after a pause, once', async () => {
    const { keeper, saved, pass } = start(() => 'saved');
    keeper.typed(idOf('one'), edit('one', 'a'));
    await pass(100);
    keeper.typed(idOf('one'), edit('one', 'ab'));
    await pass(pauseMs);
    await pass(10_000);
    expect(saved).toEqual(['one: ab']);
    expect(keeper.stateOf(idOf('one'))).toBe('saved');
  });

  it('has the words of a draft whose save is still under way', () => {
    const { keeper } = start(() => 'saved');
    keeper.typed(idOf('one'), edit('one', 'a'));
    keeper.flush(null);
    expect(keeper.unsaved(idOf('one'))?.html).toBe('one: a');
    expect(keeper.unsaved(idOf('two'))).toBeNull();
  });

  it('says whether everything is saved before something is sent', async () => {
    const good = start(() => 'saved');
    good.keeper.typed(idOf('one'), edit('one', 'a'));
    await expect(good.keeper.settled(idOf('one'))).resolves.toBe(true);
    await expect(good.keeper.settled(idOf('two'))).resolves.toBe(true);
    const bad = start(() => 'failed');
    bad.keeper.typed(idOf('one'), edit('one', 'a'));
    await expect(bad.keeper.settled(idOf('one'))).resolves.toBe(false);
  });

  it('tries again after a failure, and gives up on a draft that is gone', async () => {
    let outcome: SaveOutcome = 'failed';
    const { keeper, saved, pass } = start(() => outcome);
    keeper.typed(idOf('one'), edit('one', 'a'));
    await pass(pauseMs);
    expect(keeper.stateOf(idOf('one'))).toBe('failing');
    outcome = 'saved';
    await pass(2_000);
    expect(saved).toEqual(['one: a', 'one: a']);
    expect(keeper.stateOf(idOf('one'))).toBe('saved');
    outcome = 'gone';
    keeper.typed(idOf('one'), edit('one', 'b'));
    await pass(pauseMs);
    await pass(10_000);
    expect(saved).toHaveLength(3);
  });
});
