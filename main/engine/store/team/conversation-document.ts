import * as v from 'valibot';
import { retell } from '#shared/domain/conversation/history.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { ConversationId, CustomerId, FollowUpId, MemberId, ReviewId } from '#shared/kit/brand.ts';
import type { JsonObject, TeamDocument, TeamEvent } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { stateOf } from '../project/append-events.ts';
import { recountCustomerClock, saveState } from '../project/save-state.ts';
import { stateColumns, stateOfRow } from '../read/conversation-state.ts';
import { logOf, otherIn } from '../replay.ts';
import type { StateRow } from '../read/conversation-state.ts';
import { recountUnsent } from '../write/conversation.ts';
import { subjectKeyHere } from '../write/threads.ts';
import { keepApart } from '../write/merge.ts';
import { joinDrafts, partDrafts } from '../write/merge-drafts.ts';
import { knownOf } from './known.ts';
import type { Beside, Moved } from './known.ts';

const text = v.nullable(v.string());
const number = v.nullable(v.number());

const shape = v.object({
  rev: v.number(),
  channel: v.string(),
  account: text,
  customer: v.string(),
  customerAddress: v.string(),
  subject: v.string(),
  status: v.picklist(['open', 'resolved', 'done', 'merged']),
  owner: text,
  coveredFor: text,
  hadBy: text,
  snoozedUntil: number,
  followUps: v.array(
    v.object({
      id: v.string(),
      owner: v.string(),
      dueAt: v.number(),
      purpose: v.picklist(['promise', 'check', 'return']),
      ifNoReply: v.boolean(),
      every: number,
      why: v.string(),
      fellAt: number,
    }),
  ),
  tags: v.array(v.string()),
  // Bodies from before there were reviews have none.
  reviews: v.optional(v.array(v.object({ id: v.string(), by: v.string(), of: v.array(v.string()) })), []),
  answeredAt: number,
  unanswered: v.array(v.number()),
  spokenRev: v.number(),
  mergedInto: text,
  firstAt: v.number(),
  firstId: v.string(),
  names: v.array(v.string()),
  apart: v.array(v.string()),
  moved: v.array(v.object({ kind: v.string(), item: v.string(), was: text })),
});

/** A conversation as its document says it. */
export type ConversationContent = v.InferOutput<typeof shape>;
type Body = ConversationContent;

type Row = StateRow & {
  readonly num: number;
  readonly channel: string;
  readonly account_id: string | null;
  readonly customer_id: string;
  readonly customer_address: string;
  readonly subject: string;
  readonly first_at: number;
  readonly first_id: string;
  readonly last_at: number;
};

/** What a merge moved and other devices can know by the same word; drafts and sends are each device's own. */
const sharedMoves = ['message', 'thread_name', 'thread_subject', 'first'] as const;

const asSubject = v.tuple([v.string(), v.number(), v.number(), v.union([v.number(), v.string()])]);

const messageOf = (db: ReadableDb, seq: number): string | undefined =>
  db.get<{ id: string }>('SELECT id FROM message WHERE seq = ?', [seq])?.id;

const seqOf = (db: ReadableDb, id: string): number | undefined =>
  db.get<{ seq: number }>('SELECT seq FROM message WHERE id = ?', [id])?.seq;

/** A move as others read it, with messages by id; null for one whose message is gone. */
const outward = (db: ReadableDb, { kind, item, was }: Moved): Moved | null => {
  switch (kind) {
    case 'message': {
      const id = messageOf(db, Number(item));
      return id === undefined ? null : { kind, item: id, was };
    }
    case 'thread_subject': {
      const [key, loose, at, seq] = v.parse(asSubject, JSON.parse(item));
      const id = messageOf(db, Number(seq));
      return id === undefined ? null : { kind, item: JSON.stringify([key, loose, at, id]), was };
    }
    default:
      return { kind, item, was };
  }
};

/** The same the other way; null for one whose message is not here. */
const inward = (db: ReadableDb, { kind, item, was }: Moved): Moved | null => {
  switch (kind) {
    case 'message': {
      const seq = seqOf(db, item);
      return seq === undefined ? null : { kind, item: String(seq), was };
    }
    case 'thread_subject': {
      const [key, loose, at, id] = v.parse(asSubject, JSON.parse(item));
      const seq = seqOf(db, String(id));
      return seq === undefined
        ? null
        : { kind, item: JSON.stringify([subjectKeyHere(key, at), loose, at, seq]), was };
    }
    default:
      return { kind, item, was };
  }
};

const movesOf = (db: ReadableDb, num: number): readonly Moved[] =>
  db.all<Moved>(
    `SELECT kind, item, was FROM merge_move WHERE other_num = ? AND kind IN (${sharedMoves.map((one) => `'${one}'`).join(', ')})`,
    [num],
  );

const byWord = (one: Moved, other: Moved): number => {
  const [a, b] = [`${one.kind} ${one.item}`, `${other.kind} ${other.item}`];
  return a < b ? -1 : a > b ? 1 : 0;
};

/** What of a body follows from the log alone. */
const stateBody = (state: ConversationState) => ({
  rev: state.rev,
  status: state.status,
  owner: state.owner,
  coveredFor: state.coveredFor,
  hadBy: state.hadBy,
  snoozedUntil: state.snoozedUntil,
  followUps: state.followUps.map((one) => ({ ...one })),
  tags: [...state.tags],
  reviews: state.reviews.map(({ id, by, of }) => ({ id, by, of: [...of] })),
  answeredAt: state.waiting.answeredAt,
  unanswered: [...state.waiting.unanswered],
  spokenRev: state.spokenRev,
  mergedInto: state.mergedInto,
});

/** A conversation's document as it was at an earlier revision, as far as its log tells it. */
export const asAtRevision = (db: ReadableDb, document: TeamDocument, rev: number): TeamDocument => {
  const row = db.get<{ num: number }>('SELECT num FROM conversation WHERE id = ?', [document.id]);
  if (row === undefined || document.body === null) return document;
  const state = retell(logOf(db, row.num, rev), otherIn(db));
  return { ...document, body: { ...document.body, ...stateBody(state) } };
};

/** Reads a conversation's document out of its rows; a body of null where there are none. */
export const readConversation = (db: ReadableDb, id: string): TeamDocument => {
  const row = db.get<Row>(
    `SELECT num, channel, account_id, customer_id, customer_address, subject, first_at, first_id, last_at, ${stateColumns}
     FROM conversation WHERE id = ?`,
    [id],
  );
  if (row === undefined) return { kind: 'conversation', id, account: null, activeAt: 0, body: null };
  const { num } = row;
  const { beside } = knownOf(db, { kind: 'conversation', id });
  const state = stateOfRow(row);
  const names = db
    .all<{ name: string }>('SELECT name FROM thread_name WHERE conversation_num = ?', [num])
    .map(({ name }) => name);
  const moved = movesOf(db, num)
    .map((one) => outward(db, one))
    .filter((one) => one !== null);
  const body: Body = {
    ...stateBody(state),
    channel: row.channel,
    account: row.account_id,
    customer: row.customer_id,
    customerAddress: row.customer_address,
    subject: row.subject,
    firstAt: row.first_at,
    firstId: row.first_id,
    names: [...new Set([...names, ...beside.names])].sort(),
    apart: db
      .all<{ id: string }>(
        `SELECT c.id FROM kept_apart k JOIN conversation c ON c.num = iif(k.one = $num, k.other, k.one)
         WHERE k.one = $num OR k.other = $num ORDER BY c.id`,
        { num },
      )
      .map((one) => one.id),
    moved: [...moved, ...beside.moved].sort(byWord),
  };
  return {
    kind: 'conversation',
    id,
    account: row.account_id,
    activeAt: row.last_at,
    body,
  };
};

/** Reads a body that came from the team; throws on one that is none. */
export const conversationBody = (body: JsonObject): Body => v.parse(shape, body);

/** The state that a body says. */
const stateIn = (body: Body): ConversationState => ({
  rev: body.rev,
  status: body.status,
  owner: body.owner as MemberId | null,
  coveredFor: body.coveredFor as MemberId | null,
  hadBy: body.hadBy as MemberId | null,
  snoozedUntil: body.snoozedUntil,
  followUps: body.followUps.map((one) => ({
    ...one,
    id: one.id as FollowUpId,
    owner: one.owner as MemberId,
  })),
  reviews: body.reviews.map(({ id, by, of }) => ({
    id: id as ReviewId,
    by: by as MemberId,
    of: of.map((one) => one as MemberId),
  })),
  tags: body.tags,
  waiting: { answeredAt: body.answeredAt, unanswered: body.unanswered },
  spokenRev: body.spokenRev,
  mergedInto: body.mergedInto as ConversationId | null,
});

/** The members whose rows a conversation's row refers to. */
export const membersIn = (body: Body): readonly string[] =>
  [body.owner, body.coveredFor, body.hadBy, ...body.followUps.map(({ owner }) => owner)].filter(
    (one) => one !== null,
  );

/** Who has the address that the conversation is held with; whom the body names where nobody does yet. */
const customerIn = (db: ReadableDb, { channel, customerAddress, customer }: Body): string =>
  db.get<{ id: string }>('SELECT customer_id AS id FROM identity WHERE channel = ? AND address = ?', [
    ...[channel, customerAddress],
  ])?.id ?? customer;

/** Writes a conversation's row and answers its number. Its log, its messages and what follows from them come later. */
export const writeConversation = (db: WritableDb, id: ConversationId, body: Body): number => {
  const before = db.get<{ num: number; merged_into: string | null; customer_id: string }>(
    'SELECT num, merged_into, customer_id FROM conversation WHERE id = ?',
    [id],
  );
  const customer = customerIn(db, body) as CustomerId;
  const num =
    before?.num ??
    db.insert(
      `INSERT INTO conversation (id, rev, channel, account_id, customer_id, customer_address, subject, status, turn,
         first_at, first_id, last_at) VALUES (?, 0, ?, ?, ?, ?, ?, 'open', 'none', ?, ?, ?)`,
      [
        id,
        body.channel,
        body.account,
        customer,
        body.customerAddress,
        body.subject,
        body.firstAt,
        body.firstId,
        body.firstAt,
      ],
    );
  if (before !== undefined) {
    partWhere(db, num, before.merged_into, body.mergedInto);
    db.run(
      `UPDATE conversation SET channel = ?, account_id = ?, customer_id = ?, customer_address = ?, subject = ?,
         first_at = ?, first_id = ? WHERE num = ?`,
      [
        ...[body.channel, body.account, customer, body.customerAddress, body.subject],
        ...[body.firstAt, body.firstId, num],
      ],
    );
  }
  if (before !== undefined && before.customer_id !== customer) {
    for (const one of [before.customer_id, customer]) recountCustomerClock(db, one);
  }
  return num;
};

/** Brings a conversation's row to the state that its body says; its log is there by then. */
export const settleConversation = (db: WritableDb, num: number, body: Body): void => {
  const was = stateOf(db, num);
  if (was === undefined) throw new Error('a conversation that was just written is not there');
  saveState(db, num, was, stateIn(body));
};

/** A merge that was taken back elsewhere: a draft that had come with it goes back too. */
const partWhere = (db: WritableDb, num: number, before: string | null, after: string | null): void => {
  if (before === null || after !== null) return;
  const survivor = db.get<{ num: number }>('SELECT num FROM conversation WHERE id = ?', [before]);
  if (survivor === undefined) return;
  partDrafts(db, { survivor: survivor.num, other: num });
  db.run("DELETE FROM merge_move WHERE other_num = ? AND kind IN ('draft', 'draft-joined', 'outbox')", [num]);
};

/** Adds an event of the team's to the log of a conversation here. */
export const writeEvent = (db: WritableDb, num: number, event: TeamEvent): void => {
  db.run(
    `INSERT INTO event (id, conversation_num, rev, schema, kind, payload, author, at, undo)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[event.id, num, event.rev, event.schema, event.kind, JSON.stringify(event.payload), event.author],
      ...[event.at, event.undo],
    ],
  );
};

/** Lets names that are a conversation's no more lead elsewhere; before any of them is given to another. */
export const dropNames = (db: WritableDb, num: number, names: readonly string[]): void => {
  const wanted = new Set(names);
  const there = db.all<{ name: string }>('SELECT name FROM thread_name WHERE conversation_num = ?', [num]);
  for (const { name } of there) {
    if (!wanted.has(name))
      db.run('DELETE FROM thread_name WHERE name = ? AND conversation_num = ?', [name, num]);
  }
};

/** Lets names lead to a conversation; answers those that lead to another, and stay there. */
const addNames = (db: WritableDb, num: number, names: readonly string[]): readonly string[] => {
  const beside: string[] = [];
  for (const name of new Set(names)) {
    const there = db.get<{ num: number }>('SELECT conversation_num AS num FROM thread_name WHERE name = ?', [
      name,
    ]);
    if (there === undefined) {
      db.run('INSERT INTO thread_name (name, conversation_num) VALUES (?, ?)', [name, num]);
    } else if (there.num !== num) beside.push(name);
  }
  return beside;
};

/** The second half: what needs other rows to be there. Answers what the rows could not hold. */
export const finishConversation = (db: WritableDb, num: number, body: Body): Beside => {
  const names = addNames(db, num, body.names);
  db.run(
    `DELETE FROM merge_move WHERE other_num = ? AND kind IN ('outbox', ${sharedMoves.map((one) => `'${one}'`).join(', ')})`,
    [num],
  );
  const away: Moved[] = [];
  for (const moved of body.moved) {
    const own = inward(db, moved);
    if (own === null) {
      away.push(moved);
      continue;
    }
    put(db, num, own);
    if (own.kind === 'message') {
      const send = db.get<{ id: string }>('SELECT id FROM outbox WHERE seq = ?', [Number(own.item)]);
      if (send !== undefined) put(db, num, { kind: 'outbox', item: send.id, was: null });
    }
  }
  db.run('DELETE FROM kept_apart WHERE one = ? OR other = ?', [num, num]);
  for (const other of body.apart) {
    const place = db.get<{ num: number }>('SELECT num FROM conversation WHERE id = ?', [other]);
    if (place !== undefined) keepApart(db, num, place.num);
  }
  joinWhere(db, num, body.mergedInto);
  return { names, moved: away };
};

const put = (db: WritableDb, num: number, { kind, item, was }: Moved): void => {
  db.run('INSERT OR IGNORE INTO merge_move (other_num, kind, item, was) VALUES (?, ?, ?, ?)', [
    num,
    kind,
    item,
    was,
  ]);
};

/** A merge that was made elsewhere: a draft typed here goes where the conversation went. */
const joinWhere = (db: WritableDb, num: number, into: string | null): void => {
  if (into === null) return;
  const survivor = db.get<{ num: number }>('SELECT num FROM conversation WHERE id = ?', [into]);
  if (survivor === undefined) return;
  joinDrafts(db, { survivor: survivor.num, other: num });
  recountUnsent(db, survivor.num);
};

/** Takes a conversation and everything that is only its own out again; its messages have to be elsewhere. */
export const removeConversation = (db: WritableDb, num: number): void => {
  for (const table of ['event', 'thread_name', 'follow_up', 'conversation_tag', 'thread_subject']) {
    db.run(`DELETE FROM ${table} WHERE conversation_num = ?`, [num]);
  }
  db.run('DELETE FROM merge_move WHERE other_num = ?', [num]);
  db.run('DELETE FROM kept_apart WHERE one = ? OR other = ?', [num, num]);
  db.run('DELETE FROM conversation WHERE num = ?', [num]);
};
