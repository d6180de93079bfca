import type { DraftId } from '#shared/kit/brand.ts';
import type { DraftEdit } from '#shared/contract/compose.ts';
import { nextDue, nothingTyped, savingWords, stepSaving, unsavedEdit } from './draft-saving.ts';
import type { SavingEffect, SavingEvent, SavingState } from './draft-saving.ts';

/** What became of one save: written, to be tried again, or pointless because the draft is no more. */
export type SaveOutcome = 'saved' | 'failed' | 'gone';

/** What the keeper needs from outside; tests drive their own time and engine. */
export interface KeeperPorts {
  now(): number;
  /** Calls back once after `ms`; answers how to call it off. */
  after(ms: number, run: () => void): () => void;
  save(id: DraftId, edit: DraftEdit): Promise<SaveOutcome>;
}

/** Runs the rules of {@link stepSaving} for all drafts of the window, whichever of them is on the screen. */
export type DraftKeeper = {
  /** Takes what was typed; saved after the next pause. */
  readonly typed: (id: DraftId, edit: DraftEdit) => void;
  /** Saves now what is unsaved, of one draft or of all. */
  readonly flush: (id: DraftId | null) => void;
  /** Flushes and resolves once everything typed for the draft is saved, or rejects nothing: false when it could not be. */
  readonly settled: (id: DraftId) => Promise<boolean>;
  readonly forget: (id: DraftId) => void;
  /** The words typed last for a draft that are not confirmed as saved. */
  readonly unsaved: (id: DraftId) => DraftEdit | null;
  readonly stateOf: (id: DraftId) => 'saved' | 'unsaved' | 'failing';
  readonly subscribe: (listener: () => void) => () => void;
};

/** Makes the one keeper of a window. */
export const createDraftKeeper = (ports: KeeperPorts): DraftKeeper => {
  let state: SavingState = nothingTyped;
  let callOff: (() => void) | null = null;
  const listeners = new Set<() => void>();

  const run = (effect: SavingEffect): void => {
    void ports.save(effect.id, effect.edit).then(
      (outcome) => {
        if (outcome === 'gone') feed({ kind: 'forget', id: effect.id });
        // Of a forgotten draft only that the save is over counts.
        feed({
          kind: outcome === 'gone' ? 'failed' : outcome,
          id: effect.id,
          token: effect.token,
          at: ports.now(),
        });
      },
      () => feed({ kind: 'failed', id: effect.id, token: effect.token, at: ports.now() }),
    );
  };

  const feed = (event: SavingEvent): void => {
    const step = stepSaving(state, event);
    state = step.state;
    callOff?.();
    callOff = null;
    const due = nextDue(state);
    if (due !== null)
      callOff = ports.after(Math.max(0, due - ports.now()), () => feed({ kind: 'woke', at: ports.now() }));
    step.effects.forEach(run);
    listeners.forEach((listener) => listener());
  };

  const keeper: DraftKeeper = {
    typed: (id, edit) => feed({ kind: 'typed', id, edit, at: ports.now() }),
    flush: (id) => feed({ kind: 'flush', id, at: ports.now() }),
    forget: (id) => feed({ kind: 'forget', id }),
    unsaved: (id) => unsavedEdit(state, id),
    stateOf: (id) => savingWords(state, id),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: (id) =>
      new Promise((resolve) => {
        keeper.flush(id);
        const look = (): void => {
          const standing = keeper.stateOf(id);
          if (standing === 'unsaved') return;
          listeners.delete(look);
          resolve(standing === 'saved');
        };
        listeners.add(look);
        look();
      }),
  };
  return keeper;
};
