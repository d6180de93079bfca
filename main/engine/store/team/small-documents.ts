import * as v from 'valibot';
import { roles } from '#shared/domain/member.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { DocumentKind, JsonObject, TeamDocument } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { targetKeys } from '../read/targets.ts';

const text = v.nullable(v.string());
const number = v.nullable(v.number());

const none = (kind: DocumentKind, id: string): TeamDocument => ({
  kind,
  id,
  account: null,
  activeAt: 0,
  body: null,
});

const memberShape = v.object({
  name: v.string(),
  address: v.string(),
  role: v.picklist(roles),
  away: v.nullable(v.object({ until: v.number(), substitute: text })),
  goneAt: number,
  createdAt: v.number(),
});

type MemberRow = {
  readonly name: string;
  readonly address: string;
  readonly role: 'agent' | 'lead' | 'admin';
  readonly away_until: number | null;
  readonly substitute_id: string | null;
  readonly gone_at: number | null;
  readonly created_at: number;
};

/** Reads a member's document. */
export const readMember = (db: ReadableDb, id: string): TeamDocument => {
  const row = db.get<MemberRow>(
    'SELECT name, address, role, away_until, substitute_id, gone_at, created_at FROM member WHERE id = ?',
    [id],
  );
  if (row === undefined) return none('member', id);
  const body: v.InferOutput<typeof memberShape> = {
    name: row.name,
    address: row.address,
    role: row.role,
    away: row.away_until === null ? null : { until: row.away_until, substitute: row.substitute_id },
    goneAt: row.gone_at,
    createdAt: row.created_at,
  };
  return { kind: 'member', id, account: null, activeAt: row.created_at, body };
};

/** Writes a member's body; who sits here stays. */
export const writeMember = (db: WritableDb, id: string, given: JsonObject): void => {
  const body = v.parse(memberShape, given);
  db.run(
    `INSERT INTO member (id, name, address, role, away_until, substitute_id, gone_at, is_me, created_at)
     VALUES ($id, $name, $address, $role, $until, $substitute, $gone, 0, $created)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, address = excluded.address, role = excluded.role,
       away_until = excluded.away_until, substitute_id = excluded.substitute_id, gone_at = excluded.gone_at,
       created_at = excluded.created_at`,
    {
      ...{ id, name: body.name, address: body.address, role: body.role, until: body.away?.until ?? null },
      ...{ substitute: body.away?.substitute ?? null, gone: body.goneAt, created: body.createdAt },
    },
  );
};

/** The members that a member's body names. */
export const membersNamed = (body: JsonObject): readonly MemberId[] => {
  const { away } = v.parse(memberShape, body);
  return away?.substitute === null || away === null ? [] : [away.substitute as MemberId];
};

const accountShape = v.object({
  channel: v.string(),
  label: v.string(),
  address: v.string(),
  senderName: v.string(),
});

type AccountRow = {
  readonly kind: string;
  readonly label: string;
  readonly address: string;
  readonly sender_name: string;
};

/** Reads an account's document: how it is called and where it is, never a secret. */
export const readAccount = (db: ReadableDb, id: string): TeamDocument => {
  const row =
    db.get<AccountRow>('SELECT kind, label, address, sender_name FROM account WHERE id = ?', [id]) ??
    db.get<AccountRow>('SELECT kind, label, address, sender_name FROM team_account WHERE id = ?', [id]);
  if (row === undefined) return none('account', id);
  const body: v.InferOutput<typeof accountShape> = {
    channel: row.kind,
    label: row.label,
    address: row.address,
    senderName: row.sender_name,
  };
  return { kind: 'account', id, account: id, activeAt: 0, body };
};

/** Notes an account of the team; where this device has it too, what it is called follows. */
export const writeAccount = (db: WritableDb, id: string, given: JsonObject): void => {
  const { channel, label, address, senderName } = v.parse(accountShape, given);
  db.run(
    'INSERT OR REPLACE INTO team_account (id, kind, label, address, sender_name) VALUES (?, ?, ?, ?, ?)',
    [...[id, channel, label, address, senderName]],
  );
  db.run('UPDATE account SET label = ?, sender_name = ? WHERE id = ?', [label, senderName, id]);
};

const snippetShape = v.object({
  name: v.string(),
  shortcut: text,
  html: v.string(),
  createdAt: v.number(),
  updatedAt: v.number(),
});

type SnippetRow = {
  readonly name: string;
  readonly shortcut: string | null;
  readonly html: string;
  readonly created_at: number;
  readonly updated_at: number;
};

/** Reads a text to insert. */
export const readSnippet = (db: ReadableDb, id: string): TeamDocument => {
  const row = db.get<SnippetRow>(
    'SELECT name, shortcut, html, created_at, updated_at FROM snippet WHERE id = ?',
    [id],
  );
  if (row === undefined) return none('snippet', id);
  const { name, shortcut, html } = row;
  const body: v.InferOutput<typeof snippetShape> = {
    ...{ name, shortcut, html, createdAt: row.created_at, updatedAt: row.updated_at },
  };
  return { kind: 'snippet', id, account: null, activeAt: row.updated_at, body };
};

/** Writes a text to insert. Two may have been given one shortcut at the same time: the smaller id keeps it, on every device. */
export const writeSnippet = (db: WritableDb, id: string, given: JsonObject): void => {
  const body = v.parse(snippetShape, given);
  const other =
    body.shortcut === null
      ? undefined
      : db.get<{ id: string }>('SELECT id FROM snippet WHERE shortcut = ? AND id <> ?', [body.shortcut, id]);
  const keeps = other === undefined || id < other.id;
  if (keeps && other !== undefined) db.run('UPDATE snippet SET shortcut = NULL WHERE id = ?', [other.id]);
  db.run(
    `INSERT OR REPLACE INTO snippet (id, name, shortcut, html, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`,
    [id, body.name, keeps ? body.shortcut : null, body.html, body.createdAt, body.updatedAt],
  );
};

const targetsShape = v.object({ rules: text, schedule: text });

const setting = (db: ReadableDb, name: string): string | null =>
  db.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', [name])?.value ?? null;

/** Reads the team's targets and working hours. */
export const readTargetsDocument = (db: ReadableDb, id: string): TeamDocument => {
  const body = { rules: setting(db, targetKeys.rules), schedule: setting(db, targetKeys.schedule) };
  if (body.rules === null && body.schedule === null) return none('targets', id);
  return { kind: 'targets', id, account: null, activeAt: 0, body };
};

/** Writes targets and working hours; `mark` names the reckoning that follows. */
export const writeTargetsDocument = (db: WritableDb, given: JsonObject | null, mark: string): void => {
  const body = given === null ? { rules: null, schedule: null } : v.parse(targetsShape, given);
  for (const [name, value] of [
    [targetKeys.rules, body.rules],
    [targetKeys.schedule, body.schedule],
    [targetKeys.recount, mark],
  ] as const) {
    if (value === null) db.run('DELETE FROM setting WHERE name = ?', [name]);
    else db.run('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', [name, value]);
  }
};
