import * as v from 'valibot';
import { preferences } from '#shared/contract/app.ts';
import type { Preferences } from '#shared/contract/app.ts';
import type { ReadableDb } from '../driver.ts';
import { memberOfWorkspace } from './account.ts';

/** What holds until a person says otherwise. Ten seconds are enough to notice a slip and short enough to forget. */
const defaults = {
  theme: 'system',
  undoSeconds: 10,
  notifications: true,
  notificationPreview: true,
  spelling: true,
  searchOrder: 'newest',
} as const;

const stored = v.partial(v.object(preferences.entries));

/** The preferences, with defaults for what was never set or cannot be read any more. */
export const readPreferences = (db: ReadableDb): Preferences => {
  const row = db.get<{ value: string }>("SELECT value FROM setting WHERE name = 'preferences'");
  const parsed = v.safeParse(stored, row === undefined ? {} : JSON.parse(row.value));
  const set = parsed.success ? parsed.output : {};
  return {
    theme: set.theme ?? defaults.theme,
    undoSeconds: set.undoSeconds ?? defaults.undoSeconds,
    notifications: set.notifications ?? defaults.notifications,
    notificationPreview: set.notificationPreview ?? defaults.notificationPreview,
    spelling: set.spelling ?? defaults.spelling,
    spellingLanguages: set.spellingLanguages ?? [],
    searchOrder: set.searchOrder ?? defaults.searchOrder,
    name: memberOfWorkspace(db).name,
  };
};
