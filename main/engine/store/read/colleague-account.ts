import type { AccountId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { connectedAccount, connectedAccounts } from './account.ts';
import type { ConnectedAccount } from './account.ts';

type Row = {
  readonly id: AccountId;
  readonly kind: string;
  readonly label: string;
  readonly address: string;
  readonly sender_name: string;
};

const sql = `SELECT t.id, t.kind, t.label, t.address, t.sender_name FROM team_account t
  WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = t.id AND a.removed_at IS NULL)`;

const toAccount = ({ id, kind, label, address, sender_name }: Row): ConnectedAccount => ({
  id,
  kind,
  label,
  address,
  senderName: sender_name,
  signature: '',
  settings: {},
  paused: false,
  plain: false,
  archive: false,
  lastReceivedAt: null,
  noReplyDays: null,
});

/** The team's accounts whose login is on colleagues' devices and not on this one; by id. */
export const colleagueAccounts = (db: ReadableDb): readonly ConnectedAccount[] =>
  db.all<Row>(`${sql} ORDER BY t.id`).map(toAccount);

/** One of them; null where there is none, or where its login is here. */
export const colleagueAccount = (db: ReadableDb, id: AccountId): ConnectedAccount | null => {
  const row = db.get<Row>(`${sql} AND t.id = ?`, [id]);
  return row === undefined ? null : toAccount(row);
};

/** An account that something can be sent from: by this device, or by a colleague's that has its login. */
export const sendingAccount = (db: ReadableDb, id: AccountId): ConnectedAccount | null =>
  connectedAccount(db, id) ?? colleagueAccount(db, id);

/** All accounts that something can be sent from, those of this device first. */
export const sendingAccounts = (db: ReadableDb): readonly ConnectedAccount[] => [
  ...connectedAccounts(db),
  ...colleagueAccounts(db),
];
