import { blobPart } from '../../wire.ts';
import type { TeamFunction } from '../schema-part.ts';
import { listForMembers } from './lists.ts';

/** The largest part, and the largest blob, in bytes. */
const part = String(blobPart);
const largest = '209715200';
/** Parts that nobody finished are thrown away after a day, in ms. */
const stale = '86400000';

/** Sources and attachments by the SHA-256 of their content, in parts. */
export const blobFunctions: readonly TeamFunction[] = [
  {
    name: 'blob_put',
    takes: 'hash text, account text, part integer, parts integer, size bigint, bytes bytea',
    returns: 'jsonb',
    callers: 'members',
    volatility: 'VOLATILE',
    body: `
DECLARE
  who caller := me();
  digest bytea;
BEGIN
  IF hash IS NULL OR hash !~ '^[0-9a-f]{64}$' OR size IS NULL OR size < 0 OR size > ${largest} OR bytes IS NULL
    OR parts IS DISTINCT FROM greatest(1, ceil(size / ${part}::numeric))::integer OR part IS NULL OR part < 0 OR part >= parts
    OR octet_length(bytes) <> (CASE WHEN part = parts - 1 THEN size - part * ${part}::bigint ELSE ${part} END)
    OR length(account) > 200 THEN
    PERFORM malformed('blob');
  ELSIF account = ANY (who.hidden) THEN
    RAISE EXCEPTION 'this account is not shared with you' USING ERRCODE = 'ST002';
  END IF;
  -- What was erased and no message has is taken, and not kept: an application from before there were erasures asks for no more.
  IF EXISTS (SELECT 1 FROM tombstone t WHERE t.hash = tombstone_of('blob:' || blob_put.hash))
    AND NOT EXISTS (SELECT 1 FROM blob_use u WHERE u.hash = blob_put.hash) THEN
    RETURN jsonb_build_object('kind', 'kept');
  END IF;
  DELETE FROM blob_coming c WHERE c.device = who.device AND c.at < now_ms() - ${stale};
  INSERT INTO blob_coming AS c (device, hash, part, at, bytes)
  VALUES (who.device, blob_put.hash, blob_put.part, now_ms(), blob_put.bytes)
  ON CONFLICT ON CONSTRAINT blob_coming_pkey DO UPDATE SET bytes = excluded.bytes, at = excluded.at;
  IF (SELECT count(*) < blob_put.parts FROM blob_coming c WHERE c.device = who.device AND c.hash = blob_put.hash) THEN
    RETURN jsonb_build_object('kind', 'more');
  END IF;
  -- Whoever says what a blob is has to have all of it, even when it is here already.
  SELECT sha256(string_agg(c.bytes, ''::bytea ORDER BY c.part)) INTO digest
  FROM blob_coming c WHERE c.device = who.device AND c.hash = blob_put.hash;
  IF encode(digest, 'hex') = blob_put.hash THEN
    INSERT INTO blob (hash, size, parts, put_at) VALUES (blob_put.hash, blob_put.size, blob_put.parts, now_ms())
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
      INSERT INTO blob_chunk (hash, part, bytes)
      SELECT c.hash, c.part, c.bytes FROM blob_coming c WHERE c.device = who.device AND c.hash = blob_put.hash;
    END IF;
    INSERT INTO blob_account (hash, account) VALUES (blob_put.hash, coalesce(blob_put.account, '')) ON CONFLICT DO NOTHING;
  END IF;
  DELETE FROM blob_coming c WHERE c.device = who.device AND c.hash = blob_put.hash;
  RETURN jsonb_build_object('kind', CASE WHEN encode(digest, 'hex') = blob_put.hash THEN 'kept' ELSE 'mismatch' END);
END`,
  },
  {
    name: 'blob_get',
    takes: 'hash text, part integer',
    returns: 'bytea',
    callers: 'members',
    volatility: 'STABLE',
    body: `
DECLARE
  who caller := me();
BEGIN
  RETURN (
    SELECT c.bytes FROM blob_chunk c WHERE c.hash = blob_get.hash AND c.part = blob_get.part AND EXISTS (
      SELECT 1 FROM blob_account a WHERE a.hash = c.hash AND a.account <> ALL (who.hidden)));
END`,
  },
  listForMembers(
    'blobs_there',
    'hashes jsonb',
    `
    SELECT jsonb_agg(jsonb_build_object('hash', b.hash, 'size', b.size, 'parts', b.parts) ORDER BY b.hash)
    FROM blob b JOIN (SELECT DISTINCT jsonb_array_elements_text(hashes) AS hash) w ON w.hash = b.hash
    WHERE EXISTS (SELECT 1 FROM blob_account a WHERE a.hash = b.hash AND a.account <> ALL (who.hidden))`,
  ),
];
