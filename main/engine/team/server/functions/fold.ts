import type { TeamFunction } from '../schema-part.ts';

/** What the rights go by: owner, whom they cover for, status, open follow-ups and open reviews; told from events as the domain tells them. */
export const foldFunctions: readonly TeamFunction[] = [
  {
    name: 'unopened',
    takes: '',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'IMMUTABLE',
    body: `
BEGIN
  RETURN jsonb_build_object('owner', NULL, 'coveredFor', NULL, 'status', 'open', 'followUps', jsonb_build_array(),
    'reviews', jsonb_build_array());
END`,
  },
  {
    name: 'open_checks',
    takes: 'state jsonb',
    returns: 'integer',
    callers: 'none',
    volatility: 'IMMUTABLE',
    body: `
BEGIN
  RETURN (SELECT count(*)::integer FROM jsonb_array_elements(state -> 'followUps') f WHERE f ->> 'purpose' = 'check');
END`,
  },
  {
    name: 'follow_up',
    takes: 'state jsonb, wanted text',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'IMMUTABLE',
    body: `
BEGIN
  RETURN (SELECT f FROM jsonb_array_elements(state -> 'followUps') f WHERE f ->> 'id' = wanted LIMIT 1);
END`,
  },
  {
    name: 'review',
    takes: 'state jsonb, wanted text',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'IMMUTABLE',
    body: `
BEGIN
  RETURN (SELECT r FROM jsonb_array_elements(coalesce(state -> 'reviews', '[]')) r WHERE r ->> 'id' = wanted LIMIT 1);
END`,
  },
  {
    name: 'fold',
    takes: 'state jsonb, happened text, payload jsonb',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'IMMUTABLE',
    // Events that take something back, and those that take something over, are told elsewhere.
    body: `
BEGIN
  CASE happened
    WHEN 'conversation.claimed' THEN
      RETURN state || jsonb_build_object('owner', payload -> 'by', 'coveredFor', NULL);
    WHEN 'conversation.assigned', 'conversation.transferred', 'conversation.returned', 'conversation.given-back' THEN
      RETURN state || jsonb_build_object('owner', payload -> 'to', 'coveredFor', NULL);
    WHEN 'conversation.covered' THEN
      RETURN state || jsonb_build_object('owner', payload -> 'to', 'coveredFor',
        coalesce(state ->> 'coveredFor', payload ->> 'from'));
    WHEN 'conversation.orphaned' THEN
      RETURN state || jsonb_build_object('owner', NULL, 'coveredFor', NULL);
    WHEN 'conversation.resolved' THEN
      RETURN state || jsonb_build_object('status', CASE WHEN open_checks(state) > 0 THEN 'resolved' ELSE 'done' END);
    WHEN 'conversation.closed' THEN
      RETURN state || jsonb_build_object('status', 'done');
    WHEN 'conversation.reopened' THEN
      RETURN state || jsonb_build_object('status', 'open');
    WHEN 'conversation.merged' THEN
      RETURN state || jsonb_build_object('status', 'merged', 'followUps', jsonb_build_array(), 'reviews', jsonb_build_array());
    WHEN 'follow-up.promised' THEN
      RETURN jsonb_set(state, '{followUps}', (state -> 'followUps') || jsonb_build_array(jsonb_build_object(
        'id', payload -> 'id', 'owner', payload -> 'owner', 'purpose', payload -> 'purpose', 'dueAt', payload -> 'dueAt',
        'ifNoReply', payload -> 'ifNoReply', 'every', payload -> 'every')));
    WHEN 'follow-up.moved', 'follow-up.fell-due' THEN
      RETURN jsonb_set(state, '{followUps}', coalesce((
        SELECT jsonb_agg(CASE WHEN f ->> 'id' = payload ->> 'id'
          THEN f || jsonb_build_object('dueAt', coalesce(payload ->> 'dueAt', payload ->> 'next', f ->> 'dueAt')::bigint)
          ELSE f END ORDER BY place)
        FROM jsonb_array_elements(state -> 'followUps') WITH ORDINALITY AS all_of(f, place)), '[]'));
    WHEN 'follow-up.given' THEN
      RETURN jsonb_set(state, '{followUps}', coalesce((
        SELECT jsonb_agg(CASE WHEN f ->> 'id' = payload ->> 'id' THEN f || jsonb_build_object('owner', payload -> 'to')
          ELSE f END ORDER BY place)
        FROM jsonb_array_elements(state -> 'followUps') WITH ORDINALITY AS all_of(f, place)), '[]'));
    WHEN 'follow-up.kept', 'follow-up.cancelled', 'check.confirmed', 'check.waived' THEN
      RETURN jsonb_set(state, '{followUps}', coalesce((
        SELECT jsonb_agg(f ORDER BY place)
        FROM jsonb_array_elements(state -> 'followUps') WITH ORDINALITY AS all_of(f, place)
        WHERE f ->> 'id' <> payload ->> 'id'), '[]'));
    WHEN 'review.asked' THEN
      RETURN state || jsonb_build_object('reviews', coalesce(state -> 'reviews', '[]') || jsonb_build_array(
        jsonb_build_object('id', payload -> 'review', 'by', payload -> 'by', 'of', payload -> 'of')));
    WHEN 'review.ended' THEN
      RETURN state || jsonb_build_object('reviews', coalesce((
        SELECT jsonb_agg(r ORDER BY place)
        FROM jsonb_array_elements(state -> 'reviews') WITH ORDINALITY AS all_of(r, place)
        WHERE r ->> 'id' <> payload ->> 'review'), '[]'));
    ELSE
      RETURN state;
  END CASE;
END`,
  },
  {
    name: 'absorb',
    takes: 'state jsonb, other jsonb',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'IMMUTABLE',
    body: `
DECLARE
  joined jsonb := (state -> 'followUps') || (other -> 'followUps');
BEGIN
  RETURN jsonb_build_object(
    'owner', coalesce(state ->> 'owner', other ->> 'owner'),
    'coveredFor', CASE WHEN state ->> 'owner' IS NULL THEN other ->> 'coveredFor' ELSE state ->> 'coveredFor' END,
    'status', CASE
      WHEN state ->> 'status' = 'open' OR other ->> 'status' = 'open' THEN 'open'
      WHEN open_checks(jsonb_build_object('followUps', joined)) > 0 THEN 'resolved'
      ELSE state ->> 'status' END,
    'followUps', joined,
    -- States from before there were reviews say nothing of them.
    'reviews', coalesce(state -> 'reviews', '[]') || coalesce(other -> 'reviews', '[]'));
END`,
  },
  {
    name: 'state_at',
    takes: 'of_stream text, up_to integer',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'VOLATILE',
    body: `
BEGIN
  RETURN coalesce((
    SELECT e.state FROM event e WHERE e.stream = of_stream AND e.rev <= up_to AND e.state IS NOT NULL
    ORDER BY e.rev DESC LIMIT 1), unopened());
END`,
  },
  {
    name: 'retell',
    takes: 'of_stream text, happened text, payload jsonb',
    returns: 'jsonb',
    callers: 'none',
    volatility: 'VOLATILE',
    // As retell of the domain: from the end backwards, what was taken back does not count; then forwards again.
    body: `
DECLARE
  back integer := 2147483647;
  restored integer := CASE WHEN happened = 'conversation.restored' THEN 1 ELSE 0 END;
  released text[] := CASE WHEN happened = 'conversation.released' THEN ARRAY[payload ->> 'to'] ELSE '{}' END;
  standing integer[] := '{}';
  told jsonb := unopened();
  e record;
BEGIN
  FOR e IN SELECT l.rev, l.kind, l.payload FROM event l WHERE l.stream = of_stream ORDER BY l.rev DESC LOOP
    CONTINUE WHEN e.rev > back;
    IF e.kind = 'conversation.undone' THEN
      back := (e.payload ->> 'back')::integer;
      CONTINUE;
    ELSIF e.kind = 'conversation.restored' THEN
      restored := restored + 1;
      CONTINUE;
    ELSIF e.kind = 'conversation.merged' AND restored > 0 THEN
      restored := restored - 1;
      CONTINUE;
    ELSIF e.kind = 'conversation.released' THEN
      released := released || (e.payload ->> 'to');
      CONTINUE;
    ELSIF e.kind = 'conversation.absorbed' AND (e.payload ->> 'from') = ANY (released) THEN
      released := array_remove(released, e.payload ->> 'from');
      CONTINUE;
    END IF;
    standing := e.rev || standing;
  END LOOP;
  FOR e IN SELECT l.kind, l.payload FROM event l WHERE l.stream = of_stream AND l.rev = ANY (standing) ORDER BY l.rev LOOP
    told := CASE e.kind
      WHEN 'conversation.absorbed' THEN absorb(told, state_at(e.payload ->> 'from', (e.payload ->> 'rev')::integer))
      ELSE fold(told, e.kind, e.payload) END;
  END LOOP;
  RETURN told;
END`,
  },
];
