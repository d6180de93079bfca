import type { TeamFunction } from '../schema-part.ts';
import { listForMembers } from './lists.ts';

const name = (field: string): string => `${field} IS NULL OR length(btrim(${field})) NOT BETWEEN 1 AND 200`;

/** Who is in the team, who comes in and who goes. */
export const memberFunctions: readonly TeamFunction[] = [
  {
    name: 'write_member',
    takes: 'whom text, by_device text',
    returns: 'void',
    callers: 'none',
    volatility: 'VOLATILE',
    // The member's document follows the member's row.
    body: `
DECLARE
  m member;
  given bigint := next_seq();
BEGIN
  SELECT * INTO m FROM member o WHERE o.id = whom;
  INSERT INTO document AS d (kind, id, version, seq, active_at, body, written_by)
  VALUES ('member', m.id, 1, given, m.joined_at, jsonb_build_object('name', m.name, 'address', m.address, 'role', m.role,
    'away', NULL, 'goneAt', m.gone_at, 'createdAt', m.joined_at), by_device)
  ON CONFLICT (kind, id) DO UPDATE SET version = d.version + 1, seq = given, written_by = by_device,
    body = d.body || jsonb_build_object('name', m.name, 'address', m.address, 'role', m.role, 'goneAt', m.gone_at);
  PERFORM wake('seq:' || given);
  PERFORM wake('members');
END`,
  },
  {
    name: 'add_device',
    takes: 'device text, of_member text, device_name text, public_key text, verifier text',
    returns: 'text',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
DECLARE
  login text := login_of(device);
BEGIN
  IF device IS NULL OR length(device) NOT BETWEEN 8 AND 100 OR public_key IS NULL OR length(public_key) > 2000
    OR ${name('device_name')} THEN
    PERFORM malformed('device');
  END IF;
  PERFORM make_login(login, verifier, (SELECT t.members_role FROM team t), 20, NULL);
  INSERT INTO device (id, member, name, public_key, login, joined_at)
  VALUES (device, of_member, device_name, public_key, login, now_ms());
  RETURN login;
END`,
  },
  listForMembers(
    'members',
    '',
    `
    SELECT jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'address', m.address, 'role', m.role,
      'joinedAt', m.joined_at, 'goneAt', m.gone_at, 'devices', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name, 'publicKey', d.public_key, 'joinedAt', d.joined_at,
          'seenAt', d.seen_at, 'cutAt', d.cut_at) ORDER BY d.joined_at, d.id)
        FROM device d WHERE d.member = m.id), '[]')) ORDER BY m.joined_at, m.id)
    FROM member m`,
  ),
  {
    name: 'invite',
    takes: 'role text, hours integer, verifier text, for_member text DEFAULT NULL',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'VOLATILE',
    // Admins invite; everybody invites their own next device.
    body: `
DECLARE
  who caller := lock_team();
  t team;
  given text := replace(gen_random_uuid()::text, '-', '');
  login text;
  expires bigint;
  as_role text := role;
BEGIN
  IF for_member IS NULL OR for_member <> who.member THEN
    PERFORM only_admins(who);
  END IF;
  IF hours IS NULL OR hours NOT BETWEEN 1 AND 720 THEN
    PERFORM malformed('hours');
  END IF;
  IF for_member IS NOT NULL THEN
    SELECT m.role INTO as_role FROM member m WHERE m.id = for_member AND m.gone_at IS NULL;
  END IF;
  IF as_role IS NULL OR as_role NOT IN ('agent', 'lead', 'admin') THEN
    PERFORM malformed('role');
  END IF;
  PERFORM drop_old_invitations();
  SELECT * INTO t FROM team;
  login := 'st_' || t.slug || '_i' || left(given, 16);
  expires := now_ms() + hours * 3600000::bigint;
  PERFORM make_login(login, verifier, t.guests_role, 2, to_timestamp(expires / 1000.0));
  INSERT INTO invitation (id, login, role, member, made_by, made_at, expires_at)
  VALUES (given, login, as_role, for_member, who.member, now_ms(), expires);
  RETURN jsonb_build_object('id', given, 'role', login, 'expiresAt', expires, 'team', t.name);
END`,
  },
  {
    name: 'invitations',
    takes: '',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'STABLE',
    body: `
DECLARE
  who caller := me();
BEGIN
  PERFORM only_admins(who);
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('id', i.id, 'as', i.role, 'by', i.made_by, 'expiresAt', i.expires_at) ORDER BY i.made_at, i.id)
    FROM invitation i WHERE i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now_ms()), '[]');
END`,
  },
  {
    name: 'revoke_invitation',
    takes: 'invitation_id text',
    returns: 'boolean',
    callers: 'members',
    volatility: 'VOLATILE',
    body: `
DECLARE
  who caller := lock_team();
  gone_login text;
BEGIN
  UPDATE invitation i SET revoked_at = now_ms()
  WHERE i.id = invitation_id AND i.used_at IS NULL AND i.revoked_at IS NULL AND (who.role = 'admin' OR i.member = who.member)
  RETURNING i.login INTO gone_login;
  IF gone_login IS NULL THEN
    RETURN false;
  END IF;
  PERFORM end_login(gone_login, (SELECT t.guests_role FROM team t));
  RETURN true;
END`,
  },
  {
    name: 'redeem',
    takes:
      'member_id text, member_name text, address text, device text, device_name text, public_key text, verifier text',
    returns: 'jsonb',
    callers: 'guests',
    volatility: 'VOLATILE',
    body: `
DECLARE
  i invitation;
  t team;
  given_login text;
  whose text;
BEGIN
  PERFORM 1 FROM counter FOR UPDATE;
  -- One after the other: the second one to come with a stolen invitation finds it used.
  SELECT * INTO i FROM invitation o WHERE o.login = session_user FOR UPDATE;
  IF NOT FOUND OR i.used_at IS NOT NULL OR i.revoked_at IS NOT NULL OR i.expires_at <= now_ms()
    OR is_gone(i.made_by) OR (i.member IS NOT NULL AND is_gone(i.member)) THEN
    RAISE EXCEPTION 'this invitation does not count any more' USING ERRCODE = 'ST004';
  END IF;
  whose := coalesce(i.member, member_id);
  IF i.member IS NULL THEN
    IF member_id IS NULL OR length(member_id) NOT BETWEEN 8 AND 100 OR ${name('member_name')} OR address IS NULL
      OR length(address) > 400 OR EXISTS (SELECT 1 FROM member m WHERE m.id = member_id) THEN
      PERFORM malformed('member');
    END IF;
    INSERT INTO member (id, name, address, role, joined_at) VALUES (member_id, member_name, redeem.address, i.role, now_ms());
    PERFORM write_member(member_id, device);
  ELSE
    PERFORM wake('members');
  END IF;
  given_login := add_device(device, whose, device_name, public_key, verifier);
  UPDATE invitation o SET used_at = now_ms() WHERE o.id = i.id;
  SELECT * INTO t FROM team;
  PERFORM end_login(i.login, t.guests_role);
  RETURN jsonb_build_object('role', given_login, 'member', whose, 'as', (SELECT m.role FROM member m WHERE m.id = whose));
END`,
  },
  {
    name: 'set_role',
    takes: 'whom text, role text',
    returns: 'void',
    callers: 'members',
    volatility: 'VOLATILE',
    body: `
DECLARE
  who caller := lock_team();
BEGIN
  PERFORM only_admins(who);
  IF role IS NULL OR role NOT IN ('agent', 'lead', 'admin') OR is_gone(whom) THEN
    PERFORM malformed('role');
  END IF;
  IF role <> 'admin' AND NOT EXISTS (SELECT 1 FROM member m WHERE m.role = 'admin' AND m.gone_at IS NULL AND m.id <> whom) THEN
    RAISE EXCEPTION 'the last admin stays one' USING ERRCODE = 'ST005';
  END IF;
  UPDATE member m SET role = set_role.role WHERE m.id = whom;
  PERFORM write_member(whom, who.device);
END`,
  },
  {
    name: 'remove_member',
    takes: 'whom text',
    returns: 'integer',
    callers: 'members',
    volatility: 'VOLATILE',
    // Admins remove, everybody may leave. Answers how many sessions were ended.
    body: `
DECLARE
  who caller := lock_team();
  ended integer := 0;
  d record;
BEGIN
  IF whom IS DISTINCT FROM who.member THEN
    PERFORM only_admins(who);
  END IF;
  IF is_gone(whom) THEN
    RETURN 0;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM member m WHERE m.role = 'admin' AND m.gone_at IS NULL AND m.id <> whom) THEN
    RAISE EXCEPTION 'the last admin stays' USING ERRCODE = 'ST005';
  END IF;
  UPDATE member m SET gone_at = now_ms() WHERE m.id = whom;
  PERFORM write_member(whom, who.device);
  FOR d IN SELECT v.id FROM device v WHERE v.member = whom AND v.cut_at IS NULL LOOP
    ended := ended + cut(d.id);
  END LOOP;
  FOR d IN SELECT i.id, i.login FROM invitation i
    WHERE i.made_by = whom AND i.used_at IS NULL AND i.revoked_at IS NULL LOOP
    UPDATE invitation i SET revoked_at = now_ms() WHERE i.id = d.id;
    PERFORM end_login(d.login, (SELECT t.guests_role FROM team t));
  END LOOP;
  RETURN ended;
END`,
  },
  {
    name: 'cut',
    takes: 'device_id text',
    returns: 'integer',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
DECLARE
  gone_login text;
BEGIN
  UPDATE device d SET cut_at = now_ms() WHERE d.id = device_id AND d.cut_at IS NULL RETURNING d.login INTO gone_login;
  DELETE FROM presence p WHERE p.device = device_id;
  DELETE FROM blob_coming c WHERE c.device = device_id;
  RETURN coalesce(end_login(gone_login, (SELECT t.members_role FROM team t)), 0);
END`,
  },
  {
    name: 'cut_device',
    takes: 'device_id text',
    returns: 'integer',
    callers: 'members',
    volatility: 'VOLATILE',
    // A lost computer: one's own, or any for an admin.
    body: `
DECLARE
  who caller := lock_team();
  ended integer;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM device d WHERE d.id = device_id AND d.member = who.member) THEN
    PERFORM only_admins(who);
  END IF;
  ended := cut(device_id);
  PERFORM wake('members');
  RETURN ended;
END`,
  },
  {
    name: 'rename',
    takes: 'name text',
    returns: 'void',
    callers: 'members',
    volatility: 'VOLATILE',
    body: `
DECLARE
  who caller := lock_team();
BEGIN
  PERFORM only_admins(who);
  IF ${name('name')} THEN
    PERFORM malformed('name');
  END IF;
  UPDATE team t SET name = rename.name;
  PERFORM wake('members');
END`,
  },
  {
    name: 'grant_account',
    takes: 'to_account text, to_members jsonb',
    returns: 'void',
    callers: 'members',
    volatility: 'VOLATILE',
    // Who alone may see an account; null: everybody again.
    body: `
DECLARE
  who caller := lock_team();
BEGIN
  PERFORM only_admins(who);
  IF to_account IS NULL OR length(to_account) NOT BETWEEN 1 AND 200
    OR (to_members IS NOT NULL AND jsonb_typeof(to_members) NOT IN ('array', 'null')) THEN
    PERFORM malformed('account');
  END IF;
  DELETE FROM account_grant g WHERE g.account = to_account;
  IF jsonb_typeof(to_members) = 'array' THEN
    IF jsonb_array_length(to_members) = 0 THEN
      PERFORM malformed('members');
    END IF;
    INSERT INTO account_grant (account, member) SELECT DISTINCT to_account, jsonb_array_elements_text(to_members);
  END IF;
  UPDATE member m SET access = m.access + 1;
  PERFORM wake('members');
END`,
  },
  listForMembers(
    'grants',
    '',
    `
    SELECT jsonb_agg(jsonb_build_object('account', g.account, 'members', g.members) ORDER BY g.account)
    FROM (SELECT o.account, jsonb_agg(o.member ORDER BY o.member) AS members FROM account_grant o GROUP BY o.account) g
    WHERE who.role = 'admin' OR g.account <> ALL (who.hidden)`,
  ),
  {
    name: 'presence',
    takes: 'at_conversation text, is_doing text',
    returns: 'void',
    callers: 'members',
    volatility: 'VOLATILE',
    body: `
DECLARE
  who caller := me();
  is_at bigint := now_ms();
BEGIN
  IF length(at_conversation) > 200 OR is_doing NOT IN ('looking', 'typing') THEN
    PERFORM malformed('presence');
  END IF;
  INSERT INTO presence AS p (device, member, conversation, doing, at)
  VALUES (who.device, who.member, at_conversation, is_doing, is_at)
  ON CONFLICT ON CONSTRAINT presence_pkey DO UPDATE SET conversation = excluded.conversation, doing = excluded.doing, at = excluded.at;
  PERFORM wake('presence:' || jsonb_build_object('member', who.member, 'device', who.device, 'conversation', at_conversation,
    'doing', is_doing, 'at', is_at)::text);
END`,
  },
  listForMembers(
    'present',
    'within_ms bigint',
    `
    SELECT jsonb_agg(jsonb_build_object('member', p.member, 'device', p.device, 'conversation', p.conversation,
      'doing', p.doing, 'at', p.at) ORDER BY p.member, p.device)
    FROM presence p WHERE p.at > now_ms() - within_ms`,
  ),
];
