import type { Client } from 'pg';
import type { JsonObject } from '#main/engine/team/wire.ts';

/** How many messages a conversation of the past has: questions and answers in turn. */
export const messagesEach = 5;

/** One conversation as a real device pushed it, from which a team's past is made. */
export type Pattern = {
  readonly documents: readonly JsonObject[];
  readonly events: readonly JsonObject[];
  readonly state: JsonObject;
  /** When it was last active, in ms UTC. */
  readonly at: number;
};

const rowsOf = async (client: Client, sql: string): Promise<readonly JsonObject[]> => {
  const { rows } = await client.query<{ row: JsonObject }>(sql);
  return rows.map(({ row }) => row);
};

/** Reads the one conversation with its customer and messages that is in the database. */
export const readPattern = async (client: Client): Promise<Pattern> => {
  const documents = await rowsOf(
    client,
    `SELECT to_jsonb(d) - 'words' AS row FROM document d WHERE kind IN ('customer', 'conversation', 'message')`,
  );
  const events = await rowsOf(client, 'SELECT to_jsonb(e) AS row FROM event e ORDER BY stream, rev');
  const [state] = await rowsOf(client, 'SELECT to_jsonb(c) AS row FROM conversation_state c');
  const conversation = documents.find(({ kind }) => kind === 'conversation');
  if (state === undefined || conversation === undefined) throw new Error('no conversation was pushed');
  return { documents, events, state, at: Number(conversation['active_at']) };
};

/** Ids and hashes (longer than any word of ours), our letters' names, the customer, and times in ms of these years. */
const marks = /[A-Za-z0-9_-]{20,}|pattern-|pattern\d|customer@|\b1[5-9]\d{11}\b/g;

/** The pattern once more under other names, `earlier` ms before it. What is not this conversation's own keeps its id. */
const copyOf = (text: string, kept: ReadonlySet<string>, n: number, earlier: number): string =>
  text.replace(marks, (mark) => {
    if (kept.has(mark)) return mark;
    if (/^\d{13}$/.test(mark)) return String(Number(mark) - earlier);
    if (mark.startsWith('pattern') || mark === 'customer@') return `${mark}${String(n)}x`;
    return n.toString(16).padStart(8, '0') + mark.slice(8);
  });

const insertDocuments = `
INSERT INTO document (kind, id, version, seq, account, active_at, parent, body, words, written_by)
SELECT kind, id, version, seq, account, active_at, parent, body,
  CASE WHEN kind = 'message' THEN to_tsvector('simple', concat_ws(' ', body ->> 'subject', body ->> 'text')) END, written_by
FROM jsonb_populate_recordset(NULL::document, $1::jsonb)`;
const insertEvents = 'INSERT INTO event SELECT * FROM jsonb_populate_recordset(NULL::event, $1::jsonb)';
const insertStates =
  'INSERT INTO conversation_state SELECT * FROM jsonb_populate_recordset(NULL::conversation_state, $1::jsonb)';

const conversationsAtOnce = 500;

/** Whom the copies share: members, devices and the account. */
export const keptIds = async (client: Client): Promise<ReadonlySet<string>> => {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM member UNION SELECT id FROM device UNION SELECT id FROM document WHERE kind IN ('member', 'account')`,
  );
  return new Set(rows.map(({ id }) => id));
};

/** Writes conversations number `from` to `to` into the past, one each `every` ms further back. */
export const writePast = async (
  client: Client,
  pattern: Pattern,
  kept: ReadonlySet<string>,
  { from, to, every }: { readonly from: number; readonly to: number; readonly every: number },
): Promise<void> => {
  const texts = {
    documents: JSON.stringify(pattern.documents).slice(1, -1),
    events: JSON.stringify(pattern.events).slice(1, -1),
    states: JSON.stringify(pattern.state),
  };
  for (let first = from; first < to; first += conversationsAtOnce) {
    const last = Math.min(first + conversationsAtOnce, to);
    const numbers = Array.from({ length: last - first }, (_, place) => first + place);
    const all = (text: string): string =>
      `[${numbers.map((n) => copyOf(text, kept, n, n * every)).join(',')}]`;
    await client.query('BEGIN');
    await client.query(insertDocuments, [all(texts.documents)]);
    await client.query(insertEvents, [all(texts.events)]);
    await client.query(insertStates, [all(texts.states)]);
    await client.query('COMMIT');
  }
};
