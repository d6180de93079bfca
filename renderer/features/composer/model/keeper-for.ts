import type { DraftId } from '#shared/kit/brand.ts';
import type { EngineClient } from '#renderer/engine-client/index.ts';
import { createDraftKeeper } from './draft-keeper.ts';
import type { DraftKeeper } from './draft-keeper.ts';

/** One keeper for each engine client, so that drafts are saved on after their composer has left the screen. */
const keepers = new WeakMap<EngineClient, DraftKeeper>();

const make = (engine: EngineClient): DraftKeeper => {
  const keeper = createDraftKeeper({
    now: () => Date.now(),
    after: (ms, run) => {
      const timer = window.setTimeout(run, ms);
      return () => window.clearTimeout(timer);
    },
    save: async (id, edit) => {
      const answer = await engine.call('draft.save', { id, edit });
      if (answer.ok) return 'saved';
      return answer.failure.kind === 'draft-gone' ? 'gone' : 'failed';
    },
  });
  // A message to the engine that is posted while the window closes still arrives.
  window.addEventListener('pagehide', () => keeper.flush(null));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keeper.flush(null);
  });
  return keeper;
};

/** The window's keeper of drafts. */
export const keeperFor = (engine: EngineClient): DraftKeeper => {
  const known = keepers.get(engine);
  if (known !== undefined) return known;
  const made = make(engine);
  keepers.set(engine, made);
  return made;
};

/** Saves now what is typed for a draft; answers whether the engine has all of it. */
export const settleDraft = (engine: EngineClient, id: DraftId): Promise<boolean> =>
  keeperFor(engine).settled(id);
