import { app } from 'electron';
import { usualChannel } from '#shared/domain/update/decide-update.ts';
import type { UpdateState } from '#shared/contract/update.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { updateRules } from '#shared/domain/policy/updates.ts';
import type { UpdateAct } from '../../engine/shell-port.ts';
import { fetcherHere } from './fetcher.ts';
import { Updates } from './updates.ts';

/** Four times a day: often enough for a mending version, seldom enough for a feed with many readers. */
const lookEveryMs = 6 * 60 * 60 * 1_000;
/** The first look does not compete with the start of the engine. */
const firstLookMs = 60_000;

/** Updates as this installation and its admin have them. `bundles` is the folder of the built main files. */
export const openUpdates = (given: {
  readonly bundles: string;
  readonly policy: Policy;
  readonly changed: () => void;
}): Updates => {
  const version = app.getVersion();
  const rules = updateRules(given.policy);
  const channel = rules.channel ?? usualChannel(version);
  return new Updates({
    version,
    wish: { mode: rules.mode ?? 'auto', channel, pin: rules.pin, deferDays: rules.deferDays },
    ...fetcherHere(given.bundles, channel),
    clock: { now: () => Date.now() },
    changed: given.changed,
    quit: () => {
      app.quit();
    },
  });
};

/** Looks for newer versions by itself, as long as the application runs. */
export const keepLooking = (updates: Updates): void => {
  if (updates.state().by !== 'steward') return;
  const look = (): void => {
    void updates.check();
  };
  setTimeout(look, firstLookMs).unref();
  setInterval(look, lookEveryMs).unref();
};

/** Does what the page asked for; what takes long is told as it goes on. */
export const doAboutUpdates = async (updates: Updates, act: UpdateAct): Promise<UpdateState> => {
  switch (act) {
    case 'state':
      return updates.state();
    case 'check':
      void updates.check();
      return updates.state();
    case 'fetch':
      void updates.fetch();
      return updates.state();
    case 'install':
      return updates.install();
  }
};
