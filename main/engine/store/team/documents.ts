import type { SnippetId } from '#shared/contract/snippets.ts';
import { assertNever } from '#shared/kit/assert-never.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import type { ConversationId, CustomerId, MessageId } from '#shared/kit/brand.ts';
import type { DocumentKey, DocumentKind, TeamDocument, TeamEvent, Versioned } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { recountConversation, recountUnsent } from '../write/conversation.ts';
import { deleteSnippet } from '../write/snippets.ts';
import { readPeople } from '../read/people.ts';
import {
  conversationBody,
  dropNames,
  finishConversation,
  membersIn,
  readConversation,
  settleConversation,
  writeConversation,
  writeEvent,
} from './conversation-document.ts';
import type { ConversationContent } from './conversation-document.ts';
import {
  customerBody,
  customersNamed,
  finishCustomer,
  readCustomer,
  writeCustomer,
} from './customer-document.ts';
import { inTheirOrder } from './event-order.ts';
import { isHere, knownOf, noteKnown, nothingBeside, uniqueKeys, wordOf } from './known.ts';
import { messageBody } from './message-content.ts';
import type { MessageContent } from './message-content.ts';
import { readMessage } from './message-document.ts';
import { removeMessage, writeMessage } from './message-rows.ts';
import {
  membersNamed,
  readAccount,
  readMember,
  readSnippet,
  readTargetsDocument,
  writeAccount,
  writeMember,
  writeSnippet,
  writeTargetsDocument,
} from './small-documents.ts';

const readers: Readonly<Record<DocumentKind, (db: ReadableDb, id: string) => TeamDocument>> = {
  member: readMember,
  account: readAccount,
  customer: readCustomer,
  conversation: readConversation,
  message: readMessage,
  snippet: readSnippet,
  targets: readTargetsDocument,
};

/** A document as the rows here say it; its body is null where there are no rows. */
export const readDocument = (db: ReadableDb, { kind, id }: DocumentKey): TeamDocument =>
  readers[kind](db, id);

const keys = (kind: DocumentKind, ids: readonly string[]): readonly DocumentKey[] =>
  ids.map((id) => ({ kind, id }));

/** What has to be here before a document can be: its conversation, its customer, the members it names ... */
export const referencesOf = ({ kind, body }: TeamDocument): readonly DocumentKey[] => {
  if (body === null) return [];
  switch (kind) {
    case 'member':
      return keys('member', membersNamed(body));
    case 'customer':
      return keys('customer', customersNamed(customerBody(body)));
    case 'conversation': {
      const read = conversationBody(body);
      const others = read.mergedInto === null ? read.apart : [read.mergedInto, ...read.apart];
      return [
        { kind: 'customer', id: read.customer },
        ...keys('member', membersIn(read)),
        ...keys('conversation', others),
      ];
    }
    case 'message':
      return keys('conversation', [messageBody(body).conversation]);
    case 'account':
    case 'snippet':
    case 'targets':
      return [];
    default:
      return assertNever(kind);
  }
};

/** Conversations whose logs the telling of these events looks at. */
const toldOf = (events: readonly TeamEvent[]): readonly DocumentKey[] =>
  events.flatMap(({ kind, payload }) =>
    kind === 'conversation.absorbed' && typeof payload['from'] === 'string'
      ? keys('conversation', [payload['from']])
      : [],
  );

/** Whether the events that are here with these make a log without gaps up to where the document stands. */
const isWhole = (db: ReadableDb, document: TeamDocument, events: readonly TeamEvent[]): boolean => {
  if (document.kind !== 'conversation' || document.body === null) return true;
  const upTo = conversationBody(document.body).rev;
  const revs = new Set(events.filter(({ stream }) => stream === document.id).map(({ rev }) => rev));
  for (let rev = knownOf(db, document).rev + 1; rev <= upTo; rev += 1) if (!revs.has(rev)) return false;
  return true;
};

/** What must be fetched as well before these can be written: what they refer to, and conversations with gaps in their log. */
export const missingFor = (
  db: ReadableDb,
  documents: readonly TeamDocument[],
  events: readonly TeamEvent[],
): readonly DocumentKey[] => {
  const coming = new Set(documents.filter(({ body }) => body !== null).map(wordOf));
  const referred = [...documents.flatMap(referencesOf), ...toldOf(events)];
  const absent = uniqueKeys(referred).filter((key) => !coming.has(wordOf(key)) && !isHere(db, key));
  const gaps = documents.filter((one) => !isWhole(db, one, events)).map(({ kind, id }) => ({ kind, id }));
  return uniqueKeys([...absent, ...gaps]);
};

/** What was written: whom the page has to be told of. */
export type Written = {
  readonly conversations: readonly ConversationId[];
  /** Messages that were not here before. */
  readonly messages: readonly {
    readonly seq: number;
    readonly id: MessageId;
    readonly conversation: number;
  }[];
  /** Conversations with names that lead to another one here: one matter that was opened twice. */
  readonly colliding: readonly number[];
  readonly kinds: ReadonlySet<DocumentKind>;
};

type Open = { readonly document: Versioned; readonly num: number; readonly body: ConversationContent };

/** Writes documents of the team over the rows here, in the caller's transaction and while applying. All they refer to is here or among them. */
export const writeDocuments = (
  db: WritableDb,
  documents: readonly Versioned[],
  events: readonly TeamEvent[],
  { unreadFrom, mark }: { readonly unreadFrom: number; readonly mark: string },
): Written => {
  // Rows refer to each other both ways; at the commit all of them are there.
  db.exec('PRAGMA defer_foreign_keys = ON');
  const of = (kind: DocumentKind) => documents.filter((one) => one.kind === kind);
  for (const { id, body } of of('member')) if (body !== null) writeMember(db, id, body);
  for (const { id, body } of of('account')) if (body !== null) writeAccount(db, id, body);
  const customers = of('customer').flatMap((one) =>
    one.body === null ? [] : [{ ...one, body: customerBody(one.body) }],
  );
  for (const { id, body } of customers) writeCustomer(db, id as CustomerId, body);
  const open = of('conversation').flatMap((document): readonly Open[] => {
    if (document.body === null) return [];
    const body = conversationBody(document.body);
    return [{ document, body, num: writeConversation(db, document.id as ConversationId, body) }];
  });
  writeLogs(db, open, events);
  const messages = writeMessages(db, of('message'), unreadFrom);
  const besides = finish(db, open, messages.touched);
  for (const { id } of customers) finishCustomer(db, id as CustomerId);
  for (const { id, body } of of('snippet')) {
    if (body === null) deleteSnippet(db, id as SnippetId);
    else writeSnippet(db, id, body);
  }
  for (const { body } of of('targets')) writeTargetsDocument(db, body, mark);
  for (const document of documents) {
    const own = besides.get(document.id);
    noteKnown(db, document, {
      version: document.version,
      rev: own === undefined ? null : own.rev,
      beside: own === undefined ? nothingBeside : own.beside,
    });
  }
  return {
    conversations: idsOf(db, [...open.map(({ num }) => num), ...messages.touched]),
    messages: messages.added,
    colliding: open
      .filter(({ document }) => (besides.get(document.id)?.beside.names.length ?? 0) > 0)
      .map(({ num }) => num),
    kinds: new Set(documents.map(({ kind }) => kind)),
  };
};

const idsOf = (db: ReadableDb, nums: readonly number[]): readonly ConversationId[] =>
  [...new Set(nums)].flatMap((num) => {
    const row = db.get<{ id: ConversationId }>('SELECT id FROM conversation WHERE num = ?', [num]);
    return row === undefined ? [] : [row.id];
  });

const writeLogs = (db: WritableDb, open: readonly Open[], events: readonly TeamEvent[]): void => {
  const nums = new Map(open.map(({ document, num }) => [document.id, num]));
  const from = new Map(open.map(({ document }) => [document.id, knownOf(db, document).rev]));
  const fresh = events.filter(({ stream, rev }) => rev > (from.get(stream) ?? Number.MAX_SAFE_INTEGER));
  for (const event of inTheirOrder(fresh)) {
    const num = nums.get(event.stream);
    if (num !== undefined) writeEvent(db, num, event);
  }
  for (const { num, body } of open) settleConversation(db, num, body);
};

type WrittenMessages = {
  readonly touched: readonly number[];
  readonly added: Written['messages'];
};

const writeMessages = (
  db: WritableDb,
  documents: readonly Versioned[],
  unreadFrom: number,
): WrittenMessages => {
  const touched = new Set<number>();
  const added: { seq: number; id: MessageId; conversation: number }[] = [];
  for (const { id, body } of documents) {
    if (body === null) {
      for (const num of removeMessage(db, id)) touched.add(num);
      continue;
    }
    const content = messageBody(body);
    const place = db.get<{ num: number }>('SELECT num FROM conversation WHERE id = ?', [
      content.conversation,
    ]);
    if (place === undefined) throw new Error('a message for a conversation that is not there');
    const written = writeMessage(db, id, content, place.num, unreadFrom);
    for (const num of written.conversations) touched.add(num);
    if (!written.isNew) continue;
    added.push({ seq: written.seq, id: id as MessageId, conversation: place.num });
    countMeeting(db, content);
  }
  return { touched: [...touched], added };
};

/** How often somebody was heard and written to is counted by each device. */
const countMeeting = (
  db: WritableDb,
  { direction, channel, fromAddress, people, at }: MessageContent,
): void => {
  const count = (address: string, column: 'heard' | 'written'): void => {
    db.run(
      `UPDATE identity SET ${column} = ${column} + 1, first_at = min(first_at, ?), last_at = max(last_at, ?)
       WHERE channel = ? AND address = ?`,
      [at, at, channel, comparable(address)],
    );
  };
  if (direction === 'in') count(fromAddress, 'heard');
  else for (const { address } of readPeople(people).to) count(address, 'written');
};

type Finished = ReadonlyMap<
  string,
  { readonly rev: number; readonly beside: ReturnType<typeof finishConversation> }
>;

const finish = (db: WritableDb, open: readonly Open[], touched: readonly number[]): Finished => {
  for (const { num, body } of open) dropNames(db, num, body.names);
  const finished = new Map(
    open.map(({ document, num, body }) => [
      document.id,
      { rev: body.rev, beside: finishConversation(db, num, body) },
    ]),
  );
  for (const num of new Set([...open.map((one) => one.num), ...touched])) {
    recountConversation(db, num);
    recountUnsent(db, num);
  }
  return finished;
};
