import type { TeamFunction } from '../schema-part.ts';

/** Logins: made, ended and thrown away with the rights of the schema's owner, who needs CREATEROLE and nothing more. */
export const loginFunctions: readonly TeamFunction[] = [
  {
    name: 'check_verifier',
    takes: 'verifier text',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    // PostgreSQL keeps such a text as it is; anything else it would take for a password in the clear.
    body: `
BEGIN
  IF verifier IS NULL OR verifier !~ '^SCRAM-SHA-256[$][1-9][0-9]{3,5}:[A-Za-z0-9+/]{16,64}={0,2}[$][A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$' THEN
    PERFORM malformed('verifier');
  END IF;
END`,
  },
  {
    name: 'make_login',
    takes: 'login text, verifier text, of_group text, connections integer, until timestamptz',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  PERFORM check_verifier(verifier);
  EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION INHERIT CONNECTION LIMIT %s PASSWORD %L VALID UNTIL %L',
    login, connections, verifier, coalesce(until::text, 'infinity'));
  EXECUTE format('GRANT %I TO %I', of_group, login);
  -- Who is a member of a login may end its sessions. From version 16 on the maker administers it and no more.
  IF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) THEN
    IF current_setting('server_version_num')::integer >= 160000 THEN
      EXECUTE format('GRANT %I TO %I WITH INHERIT TRUE, SET FALSE', login, current_user);
    ELSE
      EXECUTE format('GRANT %I TO %I', login, current_user);
    END IF;
  END IF;
END`,
  },
  {
    name: 'end_login',
    takes: 'login text, of_group text',
    returns: 'integer',
    callers: 'none',
    volatility: 'VOLATILE',
    // Answers how many sessions were ended; every function refuses those that could not be.
    body: `
DECLARE
  ended integer := 0;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = login) THEN
    RETURN 0;
  END IF;
  EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', login);
  EXECUTE format('REVOKE %I FROM %I', of_group, login);
  BEGIN
    SELECT count(*) FILTER (WHERE pg_terminate_backend(s.pid)) INTO ended
    FROM pg_stat_activity s WHERE s.usename = login AND s.pid <> pg_backend_pid();
  EXCEPTION WHEN insufficient_privilege THEN
    RETURN 0;
  END;
  RETURN ended;
END`,
  },
  {
    name: 'drop_old_invitations',
    takes: '',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
DECLARE
  i record;
BEGIN
  FOR i IN SELECT o.id, o.login FROM invitation o
    WHERE NOT o.dropped AND (o.used_at IS NOT NULL OR o.revoked_at IS NOT NULL OR o.expires_at < now_ms()) LOOP
    BEGIN
      EXECUTE format('DROP ROLE IF EXISTS %I', i.login);
      UPDATE invitation o SET dropped = true WHERE o.id = i.id;
    EXCEPTION WHEN dependent_objects_still_exist OR object_in_use OR insufficient_privilege THEN
      -- It cannot log in; that it is still listed does no harm.
      CONTINUE;
    END;
  END LOOP;
END`,
  },
  {
    name: 'login_of',
    takes: 'device text',
    returns: 'text',
    callers: 'none',
    volatility: 'STABLE',
    body: `
BEGIN
  RETURN 'st_' || (SELECT t.slug FROM team t) || '_' || left(encode(sha256(convert_to(device, 'UTF8')), 'hex'), 16);
END`,
  },
];
