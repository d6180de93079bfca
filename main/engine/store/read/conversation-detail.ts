import type { ConversationDetail, ConversationRow } from '#shared/contract/conversations.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { asConversationRow, selectConversations } from './conversation-row.ts';
import type { ConversationColumns } from './conversation-row.ts';
import { readPeople } from './people.ts';

type Participant = ConversationDetail['participants'][number];

/** The newest messages of a conversation name its participants; a list with thousands of people stays bounded. */
const lookedAt = 200;
const mostShown = 100;

/** One line of the list, for a conversation that is already known by number; undefined when it is not there. */
export const conversationRow = (db: ReadableDb, num: number): ConversationRow | undefined => {
  const row = db.get<ConversationColumns>(`${selectConversations} WHERE c.num = ?`, [num]);
  return row === undefined ? undefined : asConversationRow(row);
};

/** Several lines of the list by their numbers, those that are there. */
export const conversationRows = (
  db: ReadableDb,
  nums: readonly number[],
): ReadonlyMap<number, ConversationRow> => {
  const from = 'FROM json_each(?) s CROSS JOIN conversation c ON c.num = s.value ';
  const sql = selectConversations.replace('FROM conversation c ', from);
  const rows = db.all<ConversationColumns>(sql, [JSON.stringify(nums)]);
  return new Map(rows.map((row) => [row.num, asConversationRow(row)]));
};

/** Own addresses of all accounts ever connected, in comparable form: they are us wherever they appear. */
export const ownAddresses = (db: ReadableDb): ReadonlySet<string> =>
  new Set(
    db.all<{ address: string }>('SELECT DISTINCT address FROM account').map((row) => comparable(row.address)),
  );

const participants = (db: ReadableDb, num: number, customer: string): readonly Participant[] => {
  const own = ownAddresses(db);
  const rows = db.all<{ from_name: string; from_address: string; people: string }>(
    `SELECT from_name, from_address, people FROM message WHERE conversation_num = ?
     ORDER BY at DESC, seq DESC LIMIT ?`,
    [num, lookedAt],
  );
  const found = new Map<string, Participant>();
  const add = (person: Correspondent) => {
    const key = comparable(person.address);
    if (key === '' || (found.has(key) && (found.get(key)?.name !== '' || person.name === ''))) return;
    const role = key === customer ? 'customer' : own.has(key) ? 'us' : 'other';
    found.set(key, { name: person.name, address: person.address, role });
  };
  for (const row of rows) {
    add({ name: row.from_name, address: row.from_address });
    const { to, cc, bcc } = readPeople(row.people);
    for (const person of [...to, ...cc, ...bcc]) add(person);
  }
  return [...found.values()].slice(0, mostShown);
};

/** The head of an open conversation, without its draft. */
export const conversationDetail = (
  db: ReadableDb,
  num: number,
): Omit<ConversationDetail, 'draftContent' | 'handed'> | undefined => {
  const row = conversationRow(db, num);
  if (row === undefined) return undefined;
  const last = db.get<{ id: MessageId }>(
    `SELECT id FROM message WHERE conversation_num = ? AND automatic IS NOT 'bounce' ORDER BY at DESC, seq DESC LIMIT 1`,
    [num],
  );
  return {
    ...row,
    participants: participants(db, num, comparable(row.customer.address)),
    lastMessage: last?.id ?? null,
  };
};
