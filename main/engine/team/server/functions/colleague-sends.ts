import type { TeamFunction } from '../schema-part.ts';

/**
 * Gives what a member wants to send to the devices that have its account. Only what the team knows as queued by this member leaves: a
 * reply whose push was not accepted, or not yet, stays where it is. Said twice it is the same; a later `decision` of its author sends once more.
 */
const postSend: TeamFunction = {
  name: 'post_send',
  takes: 'send jsonb, bytes bytea',
  returns: 'text',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
  s team_send%ROWTYPE;
  t bigint := now_ms();
  which text := send ->> 'id';
  nth bigint := (send ->> 'decision')::bigint;
BEGIN
  IF which IS NULL OR nth IS NULL OR octet_length(bytes) > 104857600 OR jsonb_typeof(send -> 'pending') <> 'array'
    OR jsonb_typeof(send -> 'wire') <> 'object' OR length((send -> 'wire')::text) > 200000 THEN
    PERFORM malformed('post_send');
  END IF;
  -- What ended a month ago is of no interest to anybody.
  DELETE FROM team_send WHERE state IN ('sent', 'failed', 'unknown', 'withdrawn') AND changed_at < t - 2592000000;
  IF NOT EXISTS (
    SELECT FROM event e JOIN document d ON d.kind = 'conversation' AND d.id = e.stream
    WHERE e.stream = send ->> 'conversation' AND e.kind = 'reply.queued' AND e.author = c.member
      AND e.payload ->> 'outbox' = which AND e.payload ->> 'message' = send ->> 'message')
    OR (send ->> 'account') = ANY (coalesce(c.hidden, '{}')) THEN
    RETURN 'unheard-of';
  END IF;
  INSERT INTO team_send (id, account, conversation, message, author, author_device, decision, wire, bytes, pending, state, at, changed_at)
  VALUES (which, send ->> 'account', send ->> 'conversation', send ->> 'message', c.member, c.device, nth, send -> 'wire', bytes,
    send -> 'pending', 'waiting', t, t)
  ON CONFLICT (id) DO NOTHING;
  IF FOUND THEN
    PERFORM wake('sends');
    RETURN 'waiting';
  END IF;
  SELECT * INTO s FROM team_send WHERE id = which FOR UPDATE;
  IF s.author_device <> c.device THEN RAISE EXCEPTION 'somebody else sends it' USING ERRCODE = '42501'; END IF;
  IF s.decision < nth AND s.state IN ('failed', 'unknown', 'withdrawn') THEN
    UPDATE team_send SET state = 'waiting', decision = nth, wire = send -> 'wire', bytes = post_send.bytes, pending = send -> 'pending',
      device = NULL, outcome = NULL, not_before = 0, first_try_at = NULL, changed_at = t
    WHERE id = which;
    PERFORM wake('sends');
    RETURN 'waiting';
  END IF;
  RETURN s.state;
END`,
};

/**
 * Takes the next send of accounts whose login this member may have: what waits, and what a device took and did not hand over in time. What
 * was handed over is nobody else's any more. Null where there is nothing. In a conversation one after the other.
 */
const takeSend: TeamFunction = {
  name: 'take_send',
  takes: 'accounts jsonb',
  returns: 'jsonb',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
  s team_send%ROWTYPE;
  t bigint := now_ms();
BEGIN
  SELECT o.* INTO s FROM team_send o
  WHERE o.account IN (SELECT k.account FROM account_keeper k JOIN jsonb_array_elements_text(accounts) x ON x = k.account
      WHERE k.member = c.member)
    AND (o.state = 'waiting' AND o.not_before <= t OR o.state = 'taken' AND o.lease_until <= t)
    AND NOT EXISTS (SELECT FROM team_send b WHERE b.account = o.account AND b.conversation = o.conversation
      AND b.state IN ('waiting', 'taken', 'handed-over') AND (b.at, b.id) < (o.at, o.id))
  ORDER BY o.at, o.id LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN NULL; END IF;
  UPDATE team_send SET state = 'taken', device = c.device, lease_until = t + 30000, attempts = attempts + 1,
    first_try_at = coalesce(first_try_at, t), changed_at = t
  WHERE id = s.id RETURNING * INTO s;
  PERFORM wake('sends');
  RETURN jsonb_build_object('id', s.id, 'account', s.account, 'attempts', s.attempts, 'wire', s.wire, 'pending', s.pending,
    'firstTryAt', s.first_try_at, 'state', s.state);
END`,
};

/** The wire form of what this device has taken. */
const sendBytes: TeamFunction = {
  name: 'send_bytes',
  takes: 'which text',
  returns: 'bytea',
  callers: 'members',
  volatility: 'STABLE',
  body: `
DECLARE
  c caller := me();
BEGIN
  RETURN (SELECT bytes FROM team_send WHERE id = which AND device = c.device);
END`,
};

/** Goes on having it: a large message takes its time before it is handed over. False where it is not this device's any more. */
const keepSend: TeamFunction = {
  name: 'keep_send',
  takes: 'which text, nth integer',
  returns: 'boolean',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
  t bigint := now_ms();
BEGIN
  UPDATE team_send SET lease_until = t + 30000
  WHERE id = which AND device = c.device AND attempts = nth AND state = 'taken' AND lease_until > t;
  RETURN FOUND;
END`,
};

/** Committed before the server could accept (RFC 1047): only who has it may hand it over, and then it is nobody else's any more. */
const handOverSend: TeamFunction = {
  name: 'hand_over_send',
  takes: 'which text, nth integer',
  returns: 'boolean',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
  t bigint := now_ms();
BEGIN
  UPDATE team_send SET state = 'handed-over', changed_at = t
  WHERE id = which AND device = c.device AND attempts = nth AND state = 'taken' AND lease_until > t
    AND EXISTS (SELECT FROM account_keeper k WHERE k.account = team_send.account AND k.member = c.member);
  IF FOUND THEN PERFORM wake('sends'); RETURN true; END IF;
  RETURN false;
END`,
};

/**
 * What came of it, told by the device that had it: sent, failed, unknown, or to be tried again later. Also after its author stopped
 * waiting for word. False where somebody else has it by now.
 */
const finishSend: TeamFunction = {
  name: 'finish_send',
  takes: 'which text, nth integer, next text, result jsonb',
  returns: 'boolean',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
  t bigint := now_ms();
BEGIN
  IF next NOT IN ('waiting', 'sent', 'failed', 'unknown') OR length(result::text) > 100000 THEN
    PERFORM malformed('finish_send');
  END IF;
  UPDATE team_send SET state = next, outcome = result, changed_at = t,
    pending = CASE WHEN jsonb_typeof(result -> 'pending') = 'array' THEN result -> 'pending' ELSE pending END,
    not_before = CASE WHEN next = 'waiting' THEN t + least(greatest(coalesce((result ->> 'delayMs')::bigint, 0), 0), 3600000) ELSE 0 END,
    bytes = CASE WHEN next IN ('failed', 'unknown') THEN NULL ELSE bytes END
  WHERE id = which AND device = c.device AND attempts = nth
    AND (state IN ('taken', 'handed-over') OR state = 'unknown' AND next = 'sent');
  IF FOUND THEN PERFORM wake('sends'); RETURN true; END IF;
  RETURN false;
END`,
};

/** The copy for sent mail is where it belongs: the wire form is needed no more. */
const fileSend: TeamFunction = {
  name: 'file_send',
  takes: 'which text',
  returns: 'boolean',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
BEGIN
  UPDATE team_send SET filed = true, bytes = NULL WHERE id = which AND device = c.device AND state = 'sent';
  RETURN FOUND;
END`,
};

/** What this device has not finished: handed over and not heard of, or sent and not yet filed. */
const sendsInHand: TeamFunction = {
  name: 'sends_in_hand',
  takes: '',
  returns: 'jsonb',
  callers: 'members',
  volatility: 'STABLE',
  body: `
DECLARE
  c caller := me();
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('id', s.id, 'account', s.account, 'attempts', s.attempts, 'wire', s.wire, 'pending', s.pending,
      'firstTryAt', s.first_try_at, 'state', s.state) ORDER BY s.at, s.id)
    FROM team_send s WHERE s.device = c.device AND s.bytes IS NOT NULL AND s.state IN ('handed-over', 'sent')), '[]');
END`,
};

/** How the sends of this device stand, for their author. */
const sendsOfMine: TeamFunction = {
  name: 'sends_of_mine',
  takes: 'ids jsonb',
  returns: 'jsonb',
  callers: 'members',
  volatility: 'STABLE',
  body: `
DECLARE
  c caller := me();
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('id', s.id, 'state', s.state, 'decision', s.decision, 'device', d.name, 'member', m.name,
      'since', s.changed_at, 'outcome', s.outcome))
    FROM team_send s LEFT JOIN device d ON d.id = s.device LEFT JOIN member m ON m.id = d.member
    WHERE s.author_device = c.device AND s.id IN (SELECT x FROM jsonb_array_elements_text(ids) x)), '[]');
END`,
};

/** Takes back what no device has taken yet. */
const withdrawSend: TeamFunction = {
  name: 'withdraw_send',
  takes: 'which text',
  returns: 'boolean',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
BEGIN
  UPDATE team_send SET state = 'withdrawn', bytes = NULL, changed_at = now_ms()
  WHERE id = which AND author_device = c.device AND state = 'waiting' AND first_try_at IS NULL;
  RETURN FOUND;
END`,
};

/** Stops waiting for word of a device that handed it over and went away: what became of it is for its author to say. */
const doubtSend: TeamFunction = {
  name: 'doubt_send',
  takes: 'which text',
  returns: 'boolean',
  callers: 'members',
  volatility: 'VOLATILE',
  body: `
DECLARE
  c caller := me();
BEGIN
  UPDATE team_send SET state = 'unknown', outcome = '{"kind":"unknown"}', changed_at = now_ms()
  WHERE id = which AND author_device = c.device AND state = 'handed-over';
  RETURN FOUND;
END`,
};

/** What members send through colleagues' devices. */
export const colleagueSendFunctions: readonly TeamFunction[] = [
  postSend,
  takeSend,
  sendBytes,
  keepSend,
  handOverSend,
  finishSend,
  fileSend,
  sendsInHand,
  sendsOfMine,
  withdrawSend,
  doubtSend,
];
