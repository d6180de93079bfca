import type { TeamFunction } from '../schema-part.ts';

/** Who calls, what the clock says, how to say no and how to wake the others. */
export const callerFunctions: readonly TeamFunction[] = [
  {
    name: 'now_ms',
    takes: '',
    returns: 'bigint',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  RETURN floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint;
END`,
  },
  {
    name: 'me',
    takes: '',
    returns: 'caller',
    callers: 'none',
    volatility: 'STABLE',
    // The login that the session began with: neither SET ROLE nor a function changes it.
    body: `
DECLARE
  who caller;
BEGIN
  SELECT d.id, d.member, m.role, ARRAY(
    SELECT DISTINCT g.account FROM account_grant g
    WHERE NOT EXISTS (SELECT 1 FROM account_grant o WHERE o.account = g.account AND o.member = d.member))
  INTO who
  FROM device d JOIN member m ON m.id = d.member
  WHERE d.login = session_user AND d.cut_at IS NULL AND m.gone_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this device is not part of the team' USING ERRCODE = 'ST001';
  END IF;
  RETURN who;
END`,
  },
  {
    name: 'lock_team',
    takes: '',
    returns: 'caller',
    callers: 'none',
    volatility: 'VOLATILE',
    // First the lock, then the look: whoever was removed while waiting for it is seen to be.
    body: `
BEGIN
  PERFORM 1 FROM counter FOR UPDATE;
  RETURN me();
END`,
  },
  {
    name: 'next_seq',
    takes: '',
    returns: 'bigint',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
DECLARE
  given bigint;
BEGIN
  UPDATE counter SET seq = seq + 1 RETURNING seq INTO given;
  RETURN given;
END`,
  },
  {
    name: 'wake',
    takes: 'payload text',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  PERFORM pg_notify((SELECT t.channel FROM team t), payload);
END`,
  },
  {
    name: 'refuse',
    takes: 'reason text, about_kind text, about_id text',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  RAISE EXCEPTION 'refused: %', reason USING ERRCODE = 'STR01', DETAIL = jsonb_build_object(
    'kind', 'refused', 'reason', reason, 'key',
    CASE WHEN about_id IS NULL THEN NULL ELSE jsonb_build_object('kind', about_kind, 'id', about_id) END)::text;
END`,
  },
  {
    name: 'malformed',
    takes: 'what text',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  RAISE EXCEPTION 'malformed: %', what USING ERRCODE = 'ST003';
END`,
  },
  {
    name: 'only_admins',
    takes: 'who caller',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  IF who.role <> 'admin' THEN
    RAISE EXCEPTION 'only admins may do this' USING ERRCODE = 'ST002';
  END IF;
END`,
  },
  {
    name: 'is_gone',
    takes: 'whom text',
    returns: 'boolean',
    callers: 'none',
    volatility: 'STABLE',
    body: `
BEGIN
  RETURN NOT EXISTS (SELECT 1 FROM member m WHERE m.id = whom AND m.gone_at IS NULL);
END`,
  },
  {
    name: 'is_here',
    takes: 'whom text, at bigint',
    returns: 'boolean',
    callers: 'none',
    volatility: 'STABLE',
    body: `
BEGIN
  RETURN NOT is_gone(whom) AND NOT EXISTS (
    SELECT 1 FROM document d
    WHERE d.kind = 'member' AND d.id = whom AND (d.body -> 'away' ->> 'until')::bigint > at);
END`,
  },
  {
    name: 'who_answers',
    takes: 'whom text, at bigint',
    returns: 'text',
    callers: 'none',
    volatility: 'STABLE',
    // As whoAnswersFor of the domain: through substitutes who are away as well.
    body: `
DECLARE
  asked text[] := '{}';
  current text := whom;
BEGIN
  WHILE current IS NOT NULL AND NOT current = ANY (asked) LOOP
    asked := asked || current;
    IF is_here(current, at) THEN
      RETURN current;
    END IF;
    IF is_gone(current) THEN
      RETURN NULL;
    END IF;
    SELECT d.body -> 'away' ->> 'substitute' INTO current FROM document d WHERE d.kind = 'member' AND d.id = current;
  END LOOP;
  RETURN NULL;
END`,
  },
];
