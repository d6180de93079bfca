import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { AuditFilter, AuditFormat, AuditRow } from '#shared/contract/audit.ts';
import { auditWords } from '#shared/messages/audit-words.ts';
import type { Words } from '#shared/messages/format.ts';
import type { ReadableDb } from '../store/driver.ts';
import { listAudit } from '../store/read/audit.ts';

/** How many rows are read at once. */
const pageSize = 200;

/** Everything that a filter leaves over, newest first, in flat memory. */
const allRows = function* (db: ReadableDb, filter: AuditFilter): Generator<AuditRow> {
  let after: string | null = null;
  do {
    const page: ReturnType<typeof listAudit> = listAudit(db, filter, after, pageSize);
    yield* page.rows;
    after = page.next;
  } while (after !== null);
};

/**
 * One cell of RFC 4180. Spreadsheets run what begins like a formula, also behind spaces (owasp.org, "CSV Injection"): an
 * apostrophe before it makes it text.
 */
export const csvCell = (text: string): string => {
  const plain = /^\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

const columns = [
  'at',
  'person',
  'what',
  'kind',
  'subject',
  'customer',
  'person-id',
  'conversation-id',
  'customer-id',
] as const;
type Column = (typeof columns)[number];

/** A row as it leaves, with its words; times by ISO 8601, so that programs read them too. */
const cellsOf = (words: Words, row: AuditRow): Readonly<Record<Column, string>> => ({
  at: new Date(row.at).toISOString(),
  person: row.by?.name ?? words('audit.nobody'),
  what: auditWords(words, row, { me: null, time: (at) => new Date(at).toISOString() }),
  kind: row.kind,
  subject: row.conversation?.subject ?? '',
  customer: row.customer?.name ?? '',
  'person-id': row.by?.id ?? '',
  'conversation-id': row.conversation?.id ?? '',
  'customer-id': row.customer?.id ?? '',
});

const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** The file's text, piece by piece. */
const pieces = function* (
  db: ReadableDb,
  words: Words,
  filter: AuditFilter,
  format: AuditFormat,
): Generator<{ readonly text: string; readonly rows: number }> {
  if (format === 'csv') {
    yield { text: csvLine(columns.map((column) => words(`audit.column.${column}`))), rows: 0 };
    for (const row of allRows(db, filter)) {
      const cells = cellsOf(words, row);
      yield { text: csvLine(columns.map((column) => cells[column])), rows: 1 };
    }
    return;
  }
  let before = '[\n';
  for (const row of allRows(db, filter)) {
    const { at: _at, subject: _subject, ...rest } = row.values;
    const whole = { ...cellsOf(words, row), source: row.source, values: rest };
    yield { text: `${before}${JSON.stringify(whole)}`, rows: 1 };
    before = ',\n';
  }
  yield { text: before === '[\n' ? '[]\n' : '\n]\n', rows: 0 };
};

/** Writes what a filter leaves over; answers how many rows that were. */
export const writeAudit = async (
  db: ReadableDb,
  words: Words,
  filter: AuditFilter,
  format: AuditFormat,
  out: Writable,
): Promise<number> => {
  let rows = 0;
  for (const piece of pieces(db, words, filter, format)) {
    rows += piece.rows;
    if (!out.write(piece.text)) await once(out, 'drain');
  }
  return rows;
};
