import type { TeamFunction } from '../schema-part.ts';

/** The key of an account's advisory lock: from schema and account, so that two teams in one database have locks of their own. */
const lockKey: TeamFunction = {
  name: 'account_lock',
  takes: 'account text',
  returns: 'bigint',
  callers: 'none',
  volatility: 'STABLE',
  body: `
BEGIN
  RETURN hashtextextended((SELECT 'steward ' || slug FROM team) || ' ' || account, 0);
END`,
};

/** Whether this very session holds a lock; asking for it once more would count. */
const holdsLock: TeamFunction = {
  name: 'holds_lock',
  takes: 'key bigint',
  returns: 'boolean',
  callers: 'none',
  volatility: 'VOLATILE',
  body: `
BEGIN
  RETURN EXISTS (
    SELECT FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.pid = pg_backend_pid() AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
      AND l.classid::bigint = (key >> 32) & 4294967295 AND l.objid::bigint = key & 4294967295);
END`,
};

/**
 * Says which accounts this device could read, and hears which of them it reads for the next 20 s. An account is taken where nobody's
 * promise holds any more; and where several readers do no harm also earlier, when its lock was found free twice, 4 s apart: its reader's
 * session has ended. `one` is true where the channel bears a single reader; there the promise is always waited for.
 */
const collect: TeamFunction = {
  name: 'collect',
  takes: 'wanted jsonb, with_lock boolean',
  returns: 'jsonb',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
  w record;
  l account_lease%ROWTYPE;
  key bigint;
  held boolean;
  t bigint;
  takes boolean;
  moved boolean := false;
  answer jsonb := '[]';
BEGIN
  IF jsonb_typeof(wanted) <> 'array' OR jsonb_array_length(wanted) > 1000 THEN
    PERFORM malformed('collect');
  END IF;
  -- Always in the same order, so that two devices never wait for each other.
  FOR w IN SELECT x ->> 'account' AS account, coalesce((x ->> 'one')::boolean, true) AS one
           FROM jsonb_array_elements(wanted) x WHERE length(x ->> 'account') BETWEEN 1 AND 200 ORDER BY 1 LOOP
    key := account_lock(w.account);
    IF NOT EXISTS (SELECT FROM account_keeper k WHERE k.account = w.account AND k.member = c.member) THEN
      IF with_lock AND holds_lock(key) THEN PERFORM pg_advisory_unlock(key); END IF;
      UPDATE account_lease SET until = 0, locked = false WHERE account = w.account AND device = c.device;
      answer := answer || jsonb_build_object('account', w.account, 'kind', 'not-kept', 'locked', false, 'leftMs', 0,
        'member', NULL, 'device', NULL, 'since', NULL);
      CONTINUE;
    END IF;
    INSERT INTO account_lease (account) VALUES (w.account) ON CONFLICT DO NOTHING;
    SELECT * INTO l FROM account_lease WHERE account = w.account FOR UPDATE;
    t := now_ms();
    held := with_lock AND holds_lock(key);
    takes := l.device IS NOT DISTINCT FROM c.device OR l.until <= t;
    IF NOT takes AND with_lock AND l.locked AND NOT w.one AND NOT held AND pg_try_advisory_lock(key) THEN
      IF l.loose_at IS NOT NULL AND t - l.loose_at >= 4000 THEN
        takes := true;
        held := true;
      ELSE
        PERFORM pg_advisory_unlock(key);
        UPDATE account_lease SET loose_at = coalesce(loose_at, t) WHERE account = w.account;
      END IF;
    END IF;
    IF takes THEN
      IF with_lock AND NOT held THEN held := pg_try_advisory_lock(key); END IF;
      IF l.device IS DISTINCT FROM c.device OR l.until <= t THEN
        moved := moved OR l.device IS DISTINCT FROM c.device;
        l.since := t;
      END IF;
      UPDATE account_lease SET device = c.device, locked = held, since = l.since, until = t + 20000, loose_at = NULL
      WHERE account = w.account;
      answer := answer || jsonb_build_object('account', w.account, 'kind', 'mine', 'locked', held, 'leftMs', 20000,
        'member', c.member, 'device', c.device, 'since', l.since);
    ELSE
      -- Its promise ran out while it slept, and somebody else reads now.
      IF held THEN PERFORM pg_advisory_unlock(key); END IF;
      answer := answer || (
        SELECT jsonb_build_object('account', w.account, 'kind', 'other', 'locked', l.locked, 'leftMs', l.until - t,
          'member', m.name, 'device', d.name, 'since', l.since)
        FROM device d JOIN member m ON m.id = d.member WHERE d.id = l.device);
    END IF;
  END LOOP;
  IF moved THEN PERFORM wake('collectors'); END IF;
  RETURN answer;
END`,
};

/** Lets go of accounts, so that another device takes them at once. */
const letGo: TeamFunction = {
  name: 'let_go',
  takes: 'accounts jsonb',
  returns: 'boolean',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
  a text;
BEGIN
  FOR a IN SELECT x FROM jsonb_array_elements_text(accounts) x ORDER BY 1 LOOP
    UPDATE account_lease SET until = 0, locked = false, loose_at = NULL WHERE account = a AND device = c.device;
    IF FOUND AND holds_lock(account_lock(a)) THEN PERFORM pg_advisory_unlock(account_lock(a)); END IF;
  END LOOP;
  PERFORM wake('collectors');
  RETURN true;
END`,
};

/** Says the public key that secrets for this device are sealed with; what was sealed with another one is of no use any more. */
const sayKey: TeamFunction = {
  name: 'say_key',
  takes: 'key text',
  returns: 'boolean',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
  is_new boolean;
BEGIN
  IF key !~ '^[A-Za-z0-9+/]{43}=$' THEN PERFORM malformed('say_key'); END IF;
  UPDATE device SET public_key = key WHERE id = c.device AND public_key <> key;
  is_new := FOUND;
  IF is_new THEN DELETE FROM account_secret WHERE device = c.device; END IF;
  RETURN is_new;
END`,
};

/**
 * Everything about the accounts' readers and logins that this member may know: who reads, who may have the login, what is sealed for
 * this device, and, of accounts whose login this member may have, the devices that it is to be sealed for.
 */
const accountsShared: TeamFunction = {
  name: 'accounts_shared',
  takes: '',
  returns: 'jsonb',
  callers: 'members',
  volatility: 'STABLE',
  body: `
DECLARE
  c caller := me();
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'account', a.account,
      'keepers', coalesce((SELECT jsonb_agg(k.member ORDER BY k.member) FROM account_keeper k
        JOIN member m ON m.id = k.member AND m.gone_at IS NULL WHERE k.account = a.account), '[]'),
      'version', (SELECT g.version FROM account_login g WHERE g.account = a.account),
      'reader', (SELECT jsonb_build_object('id', d.id, 'device', d.name, 'member', m.name, 'since', l.since, 'locked', l.locked)
        FROM account_lease l JOIN device d ON d.id = l.device JOIN member m ON m.id = d.member
        WHERE l.account = a.account AND l.until > floor(extract(epoch FROM clock_timestamp()) * 1000)),
      'sealed', (SELECT jsonb_build_object('version', s.version, 'sealed', encode(s.sealed, 'base64'))
        FROM account_secret s WHERE s.account = a.account AND s.device = c.device),
      'devices', CASE WHEN EXISTS (SELECT FROM account_keeper k WHERE k.account = a.account AND k.member = c.member)
        THEN coalesce((SELECT jsonb_agg(jsonb_build_object('id', d.id, 'key', d.public_key,
            'version', (SELECT s.version FROM account_secret s WHERE s.account = a.account AND s.device = d.id)) ORDER BY d.id)
          FROM account_keeper k JOIN member m ON m.id = k.member AND m.gone_at IS NULL
          JOIN device d ON d.member = k.member AND d.cut_at IS NULL WHERE k.account = a.account), '[]')
        ELSE '[]' END) ORDER BY a.account)
    FROM (SELECT account FROM account_keeper UNION SELECT account FROM account_lease) a
    WHERE NOT a.account = ANY (coalesce(c.hidden, '{}'))), '[]');
END`,
};

/**
 * Chooses the members who may have an account's login. The first to do so is whoever connected it; from then on those who may have it,
 * and admins; `only_first` changes nothing where somebody has chosen already. What was sealed for others goes; what they have already they keep, so the password itself has to be changed then.
 */
const shareAccount: TeamFunction = {
  name: 'share_account',
  takes: 'which text, members jsonb, only_first boolean',
  returns: 'jsonb',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
  chosen text[];
BEGIN
  IF length(which) NOT BETWEEN 1 AND 200 OR jsonb_typeof(members) <> 'array' OR jsonb_array_length(members) NOT BETWEEN 1 AND 1000 THEN
    PERFORM malformed('share_account');
  END IF;
  -- One after the other, or two would each be the first.
  PERFORM pg_advisory_xact_lock(account_lock('keepers of ' || which));
  IF which = ANY (coalesce(c.hidden, '{}')) THEN RETURN jsonb_build_object('kind', 'not-keeper'); END IF;
  IF only_first AND EXISTS (SELECT FROM account_keeper k JOIN member m ON m.id = k.member AND m.gone_at IS NULL WHERE k.account = which) THEN
    RETURN jsonb_build_object('kind', 'shared');
  END IF;
  IF EXISTS (SELECT FROM account_keeper k JOIN member m ON m.id = k.member AND m.gone_at IS NULL WHERE k.account = which)
    AND c.role <> 'admin'
    AND NOT EXISTS (SELECT FROM account_keeper k WHERE k.account = which AND k.member = c.member) THEN
    RETURN jsonb_build_object('kind', 'not-keeper');
  END IF;
  SELECT array_agg(m.id) INTO chosen FROM member m
  WHERE m.gone_at IS NULL AND m.id IN (SELECT x FROM jsonb_array_elements_text(members) x);
  IF chosen IS NULL THEN RETURN jsonb_build_object('kind', 'member-gone'); END IF;
  DELETE FROM account_keeper k WHERE k.account = which AND NOT k.member = ANY (chosen);
  INSERT INTO account_keeper (account, member) SELECT which, x FROM unnest(chosen) x ON CONFLICT DO NOTHING;
  DELETE FROM account_secret s USING device d
  WHERE s.account = which AND d.id = s.device AND NOT d.member = ANY (chosen);
  UPDATE account_lease l SET until = 0, locked = false FROM device d
  WHERE l.account = which AND d.id = l.device AND NOT d.member = ANY (chosen);
  PERFORM wake('logins');
  RETURN jsonb_build_object('kind', 'shared');
END`,
};

/** Puts an account's login, sealed for devices of members who may have it. `previous` is the version that it replaces or goes on with. */
const putSecrets: TeamFunction = {
  name: 'put_secrets',
  takes: 'which text, previous text, next text, sealed jsonb',
  returns: 'jsonb',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
  known text;
  t bigint := now_ms();
BEGIN
  IF length(next) NOT BETWEEN 1 AND 100 OR jsonb_typeof(sealed) <> 'array' OR jsonb_array_length(sealed) > 1000 THEN
    PERFORM malformed('put_secrets');
  END IF;
  PERFORM pg_advisory_xact_lock(account_lock('keepers of ' || which));
  IF NOT EXISTS (SELECT FROM account_keeper k WHERE k.account = which AND k.member = c.member) THEN
    RETURN jsonb_build_object('kind', 'not-keeper');
  END IF;
  SELECT version INTO known FROM account_login WHERE account = which;
  IF known IS DISTINCT FROM previous THEN RETURN jsonb_build_object('kind', 'stale'); END IF;
  INSERT INTO account_login (account, version, at) VALUES (which, next, t)
  ON CONFLICT (account) DO UPDATE SET version = excluded.version, at = excluded.at;
  INSERT INTO account_secret (account, device, version, sealed, sealed_by, at)
  SELECT which, d.id, next, decode(x ->> 'sealed', 'base64'), c.device, t
  FROM jsonb_array_elements(sealed) x
  JOIN device d ON d.id = x ->> 'device' AND d.cut_at IS NULL
  JOIN account_keeper k ON k.account = which AND k.member = d.member
  WHERE length(x ->> 'sealed') <= 700000
  ON CONFLICT (account, device) DO UPDATE SET version = excluded.version, sealed = excluded.sealed, sealed_by = excluded.sealed_by,
    at = excluded.at;
  PERFORM wake('logins');
  RETURN jsonb_build_object('kind', 'kept');
END`,
};

/** Who reads accounts and who may have their logins. */
export const collectorFunctions: readonly TeamFunction[] = [
  lockKey,
  holdsLock,
  collect,
  letGo,
  sayKey,
  accountsShared,
  shareAccount,
  putSecrets,
];
