import type { Preferences } from '#shared/contract/app.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import type { ActionContext } from '../action.ts';
import { readPreferences } from '../../store/read/preferences.ts';

const set = (
  { db, me, changed, team }: ActionContext,
  { change }: { readonly change: { readonly [Name in keyof Preferences]?: Preferences[Name] | undefined } },
): Preferences => {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const { name, ...rest }: Preferences = { ...readPreferences(db), ...given };
  db.run("INSERT OR REPLACE INTO setting (name, value) VALUES ('preferences', ?)", [JSON.stringify(rest)]);
  db.run('UPDATE member SET name = ? WHERE id = ? AND name <> ?', [name, me, name]);
  // Of all of it only the name is the team's as well.
  team?.save({ kind: 'action', name: 'member.rename', input: { name }, ids: [] });
  changed({ topic: 'preferences' });
  changed({ topic: 'app' });
  return readPreferences(db);
};

/** Whether an authenticated sender's remote pictures are shown without asking. */
const trustImages = (
  { db, changed }: ActionContext,
  input: { readonly channel: string; readonly address: string; readonly trust: boolean },
): null => {
  db.run('UPDATE identity SET trusts_images = ? WHERE channel = ? AND address = ?', [
    Number(input.trust),
    input.channel,
    comparable(input.address),
  ]);
  changed({ topic: 'customers' });
  return null;
};

/** What a person sets for themselves. */
export const preferenceActions = { 'preferences.set': set, 'images.trust': trustImages } as const;
