import { textColumns, unpackText } from '#main/engine/store/packed-text.ts';
import type { StoredText } from '#main/engine/store/packed-text.ts';
import { foldApostrophes } from '#shared/domain/search/fold.ts';
import { parseSearch } from '#shared/domain/search/query.ts';
import type { SearchContext, SearchFilter, SearchWords } from '#shared/domain/search/query.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

/** A message with everything that a search may ask of it. */
type Row = StoredText & {
  readonly seq: number;
  readonly conversation: ConversationId;
  readonly at: number;
  readonly status: string;
  readonly unread: number;
  readonly account: string;
  readonly streams: string;
  readonly indexed: number;
  readonly attachments: number;
  readonly from_name: string;
  readonly from_address: string;
  readonly people: string;
  readonly subject: string;
};

const rowsSql = `SELECT m.seq, c.id AS conversation, m.at, c.status, c.unread, m.account_id AS account, m.indexed, m.attachments,
  m.from_name, m.from_address, m.people, m.subject, ${textColumns},
  (SELECT json_group_array(l.stream) FROM location l WHERE l.seq = m.seq) AS streams
  FROM message m JOIN conversation c ON c.num = m.conversation_num JOIN message_text t ON t.seq = m.seq ORDER BY m.seq DESC`;

const named = ({ name, address }: Correspondent): string =>
  `${name} ${address} ${address.replace(/[@.]/gu, ' ')}`;

const occurs = (words: readonly string[], tokens: readonly string[], prefix: boolean): boolean =>
  words.some((_, from) =>
    tokens.every((token, place) => {
      const word = words[from + place] ?? '';
      return prefix && place === tokens.length - 1 ? word.startsWith(token) : word === token;
    }),
  );

/** Finds by reading every message, word by word: what the index must find as well. Conversations, the newest match first. */
export const plainSearch = (
  workspace: TestWorkspace,
  typed: string,
  context: SearchContext,
): readonly ConversationId[] => {
  const { reader } = workspace;
  const query = parseSearch(typed, context);
  const words = (text: string): readonly string[] => reader.tokens(foldApostrophes(text));
  const has = (row: Row, { field, text, prefix }: SearchWords): boolean => {
    if (row.indexed === 0) return false;
    const people = JSON.parse(row.people) as Readonly<Record<'to' | 'cc' | 'bcc', readonly Correspondent[]>>;
    const from = named({ name: row.from_name, address: row.from_address });
    const to = [...people.to, ...people.cc, ...people.bcc].map(named).join(' ');
    const columns = {
      any: [row.subject, `${from} ${to}`, unpackText(row)],
      from: [from],
      to: [to],
      subject: [row.subject],
    };
    const tokens = words(text);
    const isBeginning = prefix && (tokens.at(-1) ?? '').length > 1;
    return columns[field].some((column) => occurs(words(column), tokens, isBeginning));
  };
  const passes = (row: Row, filter: SearchFilter): boolean => {
    switch (filter.kind) {
      case 'has-attachment':
        return row.attachments > 0 !== filter.negated;
      case 'after':
        return row.at >= filter.at;
      case 'before':
        return row.at < filter.at;
      case 'status':
        return row.status === filter.status;
      case 'unread':
        return row.unread > 0;
      case 'in':
        return (
          row.account.includes(filter.name) ||
          (JSON.parse(row.streams) as readonly string[]).some(
            (stream) => stream.toLowerCase() === filter.name,
          )
        );
    }
  };
  const found = reader
    .all<Row>(rowsSql)
    .filter(
      (row) =>
        query.words.every((one) => has(row, one) !== one.negated) &&
        query.filters.every((filter) => passes(row, filter)),
    );
  return [...new Set(found.map(({ conversation }) => conversation))];
};
