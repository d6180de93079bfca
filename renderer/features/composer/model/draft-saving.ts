import type { DraftId } from '#shared/kit/brand.ts';
import type { DraftEdit } from '#shared/contract/compose.ts';

/** A pause in typing after which a draft is saved, in ms; short enough that a crash takes one word at most. */
export const pauseMs = 400;
/** Somebody who types without a pause is saved at least this often, in ms. */
export const longestUnsavedMs = 2_000;
/** How long to wait after a failed save before trying again, in ms. */
const retryMs = 1_000;

/** What is known of one draft. `typed` is null when everything typed is saved or on its way. */
type Slot = {
  readonly typed: DraftEdit | null;
  readonly firstTypedAt: number;
  readonly dueAt: number;
  /** The save that is under way; at most one for each draft, so that an older text never lands on a newer one. */
  readonly saving: { readonly token: number; readonly edit: DraftEdit } | null;
  readonly failed: boolean;
  /** The draft was forgotten while this save was under way: what comes of it does not matter, but nothing may overtake it. */
  readonly abandoned: boolean;
};

/** All drafts with something to save. Everything is kept by draft, so that words cannot move to another one. */
export type SavingState = { readonly slots: ReadonlyMap<DraftId, Slot>; readonly nextToken: number };

export type SavingEvent =
  | { readonly kind: 'typed'; readonly id: DraftId; readonly edit: DraftEdit; readonly at: number }
  /** Time has passed: what is due is saved. */
  | { readonly kind: 'woke'; readonly at: number }
  /** Whatever is unsaved is saved now: the field lost the focus, the conversation is left, the window closes. */
  | { readonly kind: 'flush'; readonly id: DraftId | null; readonly at: number }
  | { readonly kind: 'saved'; readonly id: DraftId; readonly token: number; readonly at: number }
  | { readonly kind: 'failed'; readonly id: DraftId; readonly token: number; readonly at: number }
  /** The draft is gone (sent, discarded): what was typed for it has nowhere to go. */
  | { readonly kind: 'forget'; readonly id: DraftId };

export type SavingEffect = {
  readonly kind: 'save';
  readonly id: DraftId;
  readonly token: number;
  readonly edit: DraftEdit;
};

export type SavingStep = { readonly state: SavingState; readonly effects: readonly SavingEffect[] };

/** Nothing typed yet. */
export const nothingTyped: SavingState = { slots: new Map(), nextToken: 1 };

/** How a draft stands, for the words below the editor. */
export const savingWords = (state: SavingState, id: DraftId): 'saved' | 'unsaved' | 'failing' => {
  const slot = state.slots.get(id);
  if (slot === undefined || (slot.abandoned && slot.typed === null)) return 'saved';
  return slot.failed ? 'failing' : 'unsaved';
};

/** When the next draft is due, in ms; null when nothing waits for time to pass. */
export const nextDue = (state: SavingState): number | null => {
  const waiting = [...state.slots.values()].filter((slot) => slot.typed !== null && slot.saving === null);
  return waiting.length === 0 ? null : Math.min(...waiting.map((slot) => slot.dueAt));
};

const withSlot = (state: SavingState, id: DraftId, slot: Slot | null): SavingState => {
  const slots = new Map(state.slots);
  if (slot === null) slots.delete(id);
  else slots.set(id, slot);
  return { ...state, slots };
};

const startSave = (state: SavingState, id: DraftId, slot: Slot): SavingStep => {
  if (slot.typed === null || slot.saving !== null) return { state: withSlot(state, id, slot), effects: [] };
  const token = state.nextToken;
  const saving = { token, edit: slot.typed };
  const next = withSlot(state, id, { ...slot, typed: null, saving, abandoned: false });
  return {
    state: { ...next, nextToken: token + 1 },
    effects: [{ kind: 'save', id, token, edit: saving.edit }],
  };
};

const startWhere = (state: SavingState, ready: (slot: Slot, id: DraftId) => boolean): SavingStep => {
  let current = state;
  const effects: SavingEffect[] = [];
  for (const [id, slot] of state.slots) {
    if (!ready(slot, id)) continue;
    const step = startSave(current, id, slot);
    current = step.state;
    effects.push(...step.effects);
  }
  return { state: current, effects };
};

const typed = (state: SavingState, id: DraftId, edit: DraftEdit, at: number): SavingStep => {
  const before = state.slots.get(id);
  const firstTypedAt = before?.typed === null || before === undefined ? at : before.firstTypedAt;
  const slot: Slot = {
    typed: edit,
    firstTypedAt,
    dueAt: Math.min(at + pauseMs, firstTypedAt + longestUnsavedMs),
    saving: before?.saving ?? null,
    failed: before?.failed ?? false,
    abandoned: before?.abandoned ?? false,
  };
  return { state: withSlot(state, id, slot), effects: [] };
};

const settled = (state: SavingState, id: DraftId, token: number, at: number, good: boolean): SavingStep => {
  const slot = state.slots.get(id);
  if (slot?.saving?.token !== token) return { state, effects: [] };
  if (good || slot.abandoned) {
    if (slot.typed === null) return { state: withSlot(state, id, null), effects: [] };
    const next = { ...slot, saving: null, failed: false, abandoned: false };
    return slot.dueAt <= at ? startSave(state, id, next) : { state: withSlot(state, id, next), effects: [] };
  }
  const again: Slot = {
    typed: slot.typed ?? slot.saving.edit,
    firstTypedAt: slot.firstTypedAt,
    dueAt: at + retryMs,
    saving: null,
    failed: true,
    abandoned: false,
  };
  return { state: withSlot(state, id, again), effects: [] };
};

/** A save under way may land after whatever is typed next for the same draft, unless that waits for it. */
const forgotten = (state: SavingState, id: DraftId): SavingState => {
  const slot = state.slots.get(id);
  const underWay = slot !== undefined && slot.saving !== null;
  return withSlot(state, id, underWay ? { ...slot, typed: null, failed: false, abandoned: true } : null);
};

/** The edit that is not confirmed as saved; null where there is none, or nowhere for it to go. */
export const unsavedEdit = (state: SavingState, id: DraftId): DraftEdit | null => {
  const slot = state.slots.get(id);
  if (slot === undefined) return null;
  return slot.typed ?? (slot.abandoned ? null : (slot.saving?.edit ?? null));
};

/** The rules of saving drafts, as a pure step: what is known after an event, and which saves are to be started. */
export const stepSaving = (state: SavingState, event: SavingEvent): SavingStep => {
  switch (event.kind) {
    case 'typed':
      return typed(state, event.id, event.edit, event.at);
    case 'woke':
      return startWhere(state, (slot) => slot.dueAt <= event.at);
    case 'flush': {
      // A flush that finds a save under way makes what was typed since due at once.
      const slots = new Map(
        [...state.slots].map(([id, slot]) => [
          id,
          event.id === null || event.id === id ? { ...slot, dueAt: Math.min(slot.dueAt, event.at) } : slot,
        ]),
      );
      return startWhere({ ...state, slots }, (_slot, id) => event.id === null || event.id === id);
    }
    case 'saved':
      return settled(state, event.id, event.token, event.at, true);
    case 'failed':
      return settled(state, event.id, event.token, event.at, false);
    case 'forget':
      return { state: forgotten(state, event.id), effects: [] };
  }
};
