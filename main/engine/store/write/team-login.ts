import type { WritableDb } from '../driver.ts';
import type { DeviceLogin } from '../read/team-login.ts';

/** Keeps how this device comes into its team's database; what was kept before is forgotten. */
export const keepLogin = (db: WritableDb, { device, credentials }: DeviceLogin): void => {
  const { role, password, authority = null, ...address } = credentials;
  db.run('INSERT OR REPLACE INTO team_login (one, device, address, secret) VALUES (1, ?, ?, ?)', [
    device,
    JSON.stringify({ ...address, authority }),
    JSON.stringify({ role, password }),
  ]);
};

/** Forgets it. */
export const forgetLogin = (db: WritableDb): void => {
  db.run('DELETE FROM team_login', []);
};
