import type { Migration } from './migration.ts';

/**
 * Keys that begin with a time, so that what an import writes lies together (docs/adr/0031-keys-by-time.md): subjects with their
 * fortnight, and the ids of new messages with their day. A workspace with messages of before, or in a team with others that have such,
 * looks for both forms of an id.
 */
export const keysByTime: Migration = {
  number: 220,
  sql: `
UPDATE thread_subject SET key = printf('%04x', max(at, 0) / 1209600000) || substr(key, 1, 16);
UPDATE merge_move SET item = json_array(
    printf('%04x', max(json_extract(item, '$[2]'), 0) / 1209600000) || substr(json_extract(item, '$[0]'), 1, 16),
    json_extract(item, '$[1]'), json_extract(item, '$[2]'), json_extract(item, '$[3]'))
  WHERE kind = 'thread_subject';

INSERT INTO setting (name, value) SELECT 'undated-ids', 'true'
  WHERE EXISTS (SELECT 1 FROM message) OR EXISTS (SELECT 1 FROM tombstone) OR EXISTS (SELECT 1 FROM team_link);
CREATE TRIGGER undated_ids_in_team AFTER INSERT ON team_link BEGIN
  INSERT OR IGNORE INTO setting (name, value) VALUES ('undated-ids', 'true');
END;
`,
};
