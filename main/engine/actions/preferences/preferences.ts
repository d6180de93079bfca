import type { Preferences } from '#shared/contract/app.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import type { ActionContext } from '../action.ts';
import { customerAt } from '../../store/read/customer-state.ts';
import { recordAct } from '../audit/record-act.ts';
import { readPreferences } from '../../store/read/preferences.ts';

const set = (
  context: ActionContext,
  { change }: { readonly change: { readonly [Name in keyof Preferences]?: Preferences[Name] | undefined } },
): Preferences => {
  const { db, me, changed, team } = context;
  const before = readPreferences(db);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const { name, ...rest }: Preferences = { ...before, ...given };
  db.run("INSERT OR REPLACE INTO setting (name, value) VALUES ('preferences', ?)", [JSON.stringify(rest)]);
  db.run('UPDATE member SET name = ? WHERE id = ? AND name <> ?', [name, me, name]);
  if (rest.notificationPreview !== before.notificationPreview) {
    recordAct(context, { kind: rest.notificationPreview ? 'previews.shown' : 'previews.hidden' });
  }
  // Of all of it only the name is the team's as well.
  team?.save({ kind: 'action', name: 'member.rename', input: { name }, ids: [] });
  changed({ topic: 'preferences' });
  changed({ topic: 'app' });
  return readPreferences(db);
};

/** Whether an authenticated sender's remote pictures are shown without asking. */
const trustImages = (
  context: ActionContext,
  input: { readonly channel: string; readonly address: string; readonly trust: boolean },
): null => {
  const { db, changed } = context;
  const { channel } = input;
  const address = comparable(input.address);
  const rows = db.run(
    'UPDATE identity SET trusts_images = $trust WHERE channel = $channel AND address = $address AND trusts_images <> $trust',
    { trust: Number(input.trust), channel, address },
  );
  if (rows > 0) {
    const customer = customerAt(db, channel, address);
    recordAct(context, { kind: input.trust ? 'pictures.trusted' : 'pictures.asked', channel, customer });
  }
  changed({ topic: 'customers' });
  return null;
};

/** What a person sets for themselves. */
export const preferenceActions = { 'preferences.set': set, 'images.trust': trustImages } as const;
