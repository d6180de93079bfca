import { comparable } from '#shared/domain/contact/address.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import { readPeople } from '../read/people.ts';
import type { People } from '../read/people.ts';
import { indexMessages, removeFromIndex } from '../write/search-index.ts';
import { eraseMessage } from './erase-message.ts';
import type { Erasing } from './erase-message.ts';
import { settle } from './erase-conversation.ts';
import type { ErasureRow } from './erasure-rows.ts';
import type { Address } from './scope.ts';
import { isErasedMessage } from './tombstones.ts';

/** So many messages are looked at in one transaction: some 10 ms where nothing is found. */
const lookedAtOnce = 2_000;

type Row = {
  readonly seq: number;
  readonly id: string;
  readonly conversation_num: number;
  readonly direction: 'in' | 'out';
  readonly at: number;
  readonly channel: string;
  readonly from_address: string;
  readonly people: string;
};

/** The addresses of an erasure. */
export const addressesOfErasure = ({ db, erasure }: Pick<Erasing, 'db' | 'erasure'>): readonly Address[] =>
  db.all<Address>('SELECT channel, address FROM erasure_address WHERE erasure = ?', [erasure]);

const wordOf = (channel: string, address: string): string => `${channel} ${comparable(address)}`;

type Known = {
  readonly erasing: Erasing;
  /** What is to go may be told by tombstones alone. */
  readonly byName: boolean;
  readonly words: ReadonlySet<string>;
  /** What was said later, in ms UTC, is new mail whatever it lies in. */
  readonly until: number;
};

/** What becomes of one message that lies outside the conversations that go. */
const judge = ({ erasing, byName, words, until }: Known, row: Row): 'goes' | 'names-them' | 'stays' => {
  if (byName && isErasedMessage(erasing.db, erasing.hash, row.id)) return 'goes';
  if (words.size === 0 || row.at > until) return 'stays';
  const isTheirs = ({ address }: Pick<Correspondent, 'address'>): boolean =>
    words.has(wordOf(row.channel, address));
  if (row.direction === 'in' && isTheirs({ address: row.from_address })) return 'goes';
  const { replyTo, to, cc, bcc } = readPeople(row.people);
  const got = [...to, ...cc, ...bcc];
  if (row.direction === 'out' && got.length > 0 && got.every(isTheirs)) return 'goes';
  return [...got, ...replyTo].some(isTheirs) ? 'names-them' : 'stays';
};

/** Takes somebody out of the head of a message that stays, and out of its words in the index. */
const unname = ({ erasing, words }: Known, row: Row): void => {
  const { db } = erasing;
  const rest = (list: readonly Correspondent[]): readonly Correspondent[] =>
    list.filter(({ address }) => !words.has(wordOf(row.channel, address)));
  const { replyTo, to, cc, bcc } = readPeople(row.people);
  const people: People = { replyTo: rest(replyTo), to: rest(to), cc: rest(cc), bcc: rest(bcc) };
  db.run('UPDATE message SET people = ?, indexed = 0 WHERE seq = ?', [JSON.stringify(people), row.seq]);
  removeFromIndex(db, row.seq);
  indexMessages(db, [row.seq]);
};

/**
 * Goes on with the walk over all messages: what a customer wrote in conversations of others goes, and so does what was
 * written to them alone. True at the end of the walk. Conversations that are empty then go as a whole.
 */
export const eraseElsewhere = (
  erasing: Erasing,
  { id, walked, again, reason, asked_at }: ErasureRow,
): boolean => {
  const { db } = erasing;
  const byName = again === 1 || reason === 'team';
  const words = new Set(addressesOfErasure(erasing).map(({ channel, address }) => wordOf(channel, address)));
  // What goes by its time alone names its conversations; only what came back has to be looked for.
  if (!byName && (reason === 'retention' || words.size === 0)) return true;
  const rows = db.all<Row>(
    `SELECT m.seq, m.id, m.conversation_num, m.direction, m.at, m.channel, m.from_address, m.people FROM message m
     WHERE m.seq > ? ORDER BY m.seq LIMIT ?`,
    [walked, lookedAtOnce],
  );
  const upTo = db.get<{ up_to: number }>('SELECT up_to FROM erasure WHERE id = ?', [id])?.up_to ?? 0;
  // Until a device hears of it, mail goes on coming in; alone there is no such time.
  const until = reason === 'team' ? asked_at : Number.MAX_SAFE_INTEGER;
  const known = { erasing, byName, words, until };
  const touched = new Set<number>();
  for (const row of rows) {
    // What came since is new mail.
    const verdict = row.conversation_num > upTo ? 'stays' : judge(known, row);
    if (verdict === 'stays') continue;
    touched.add(row.conversation_num);
    if (verdict === 'goes') eraseMessage(erasing, row.seq);
    else unname(known, row);
  }
  for (const num of touched) leave(erasing, num);
  const last = rows.at(-1)?.seq;
  if (last !== undefined) db.run('UPDATE erasure SET walked = ? WHERE id = ?', [last, id]);
  return rows.length < lookedAtOnce;
};

const leave = ({ db, erasure }: Erasing, num: number): void => {
  const left = db.get('SELECT 1 AS yes FROM message WHERE conversation_num = ? LIMIT 1', [num]);
  if (left === undefined)
    db.run('INSERT OR IGNORE INTO erasure_conversation (erasure, num) VALUES (?, ?)', [erasure, num]);
  else settle({ db }, num);
};
