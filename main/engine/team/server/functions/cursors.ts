import type { TeamFunction } from '../schema-part.ts';
import { isNoList } from './lists.ts';

/** How far accounts are read, told by whoever reads them and heard by whoever does next. */
export const cursorFunctions: readonly TeamFunction[] = [
  {
    name: 'keep_cursors',
    takes: 'places jsonb',
    returns: 'integer',
    callers: 'members',
    volatility: 'VOLATILE',
    // Only of accounts that this device reads now: whoever was replaced does not set back who replaced them.
    body: `
DECLARE
  c caller := me();
  kept integer;
BEGIN
  IF ${isNoList('places', 2000)}
    OR pg_column_size(places) > 4194304 THEN
    PERFORM malformed('cursors');
  END IF;
  INSERT INTO account_cursor AS o (account, stream, cursor, imported, device, at)
  SELECT p.account, p.stream, p.cursor, p.imported, c.device, now_ms()
  FROM jsonb_to_recordset(places) AS p(account text, stream text, cursor jsonb, imported boolean)
  WHERE length(p.stream) BETWEEN 1 AND 1000 AND p.cursor IS NOT NULL AND p.imported IS NOT NULL
    AND p.account <> ALL (coalesce(c.hidden, '{}'))
    AND EXISTS (SELECT FROM account_lease l WHERE l.account = p.account AND l.device = c.device AND l.until > now_ms())
    AND EXISTS (SELECT FROM account_keeper k WHERE k.account = p.account AND k.member = c.member)
  ON CONFLICT (account, stream) DO UPDATE SET cursor = excluded.cursor, imported = excluded.imported,
    device = excluded.device, at = excluded.at;
  GET DIAGNOSTICS kept = ROW_COUNT;
  RETURN kept;
END`,
  },
  {
    name: 'cursors_of',
    takes: 'which text',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'STABLE',
    // What this device told itself it knows better; only members who have the account's login have a use for it.
    body: `
DECLARE
  c caller := me();
BEGIN
  IF NOT EXISTS (SELECT FROM account_keeper k WHERE k.account = which AND k.member = c.member) THEN
    RETURN '[]'::jsonb;
  END IF;
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('stream', o.stream, 'cursor', o.cursor, 'imported', o.imported) ORDER BY o.stream)
    FROM account_cursor o WHERE o.account = which AND o.device <> c.device), '[]');
END`,
  },
];
