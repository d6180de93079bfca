import * as v from 'valibot';
import type { TeamCredentials } from '../../team/wire.ts';
import type { ReadableDb } from '../driver.ts';

/** A device's own way into its team's database. */
export type DeviceLogin = { readonly device: string; readonly credentials: TeamCredentials };

const place = v.object({ host: v.string(), port: v.number() });
const addressShape = v.object({
  ...place.entries,
  others: v.optional(v.array(place), []),
  database: v.string(),
  schema: v.string(),
  pin: v.nullable(v.string()),
  authority: v.nullable(v.string()),
});
const secretShape = v.object({ role: v.string(), password: v.string() });

type LoginRow = { readonly device: string; readonly address: string; readonly secret: string };

/** The login that joining has begun with, whether or not it came to an end; null where none was begun. */
export const begunLogin = (db: ReadableDb): DeviceLogin | null => {
  const row = db.get<LoginRow>('SELECT device, address, secret FROM team_login WHERE one = 1');
  if (row === undefined) return null;
  const address = v.parse(addressShape, JSON.parse(row.address));
  return { device: row.device, credentials: { ...address, ...v.parse(secretShape, JSON.parse(row.secret)) } };
};

/** How this device comes into the database of the team it belongs to; null for people alone. */
export const teamLogin = (db: ReadableDb): DeviceLogin | null =>
  db.get('SELECT 1 FROM team_link WHERE one = 1') === undefined ? null : begunLogin(db);
