import * as v from 'valibot';
import type { Inbound } from '#main/channels/kit/inbound.ts';
import type { Automatic } from '#shared/domain/message.ts';
import { decide } from '#shared/domain/conversation/decide.ts';
import { unopened } from '#shared/domain/conversation/state.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import { otherSide } from '#shared/domain/contact/correspondent.ts';
import { threadNames } from '#shared/domain/threading/names.ts';
import { assertNever } from '#shared/kit/assert-never.ts';
import type { ConversationId, DraftId, MemberId, MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../../store/driver.ts';
import { appendEvents, stateOf } from '../../store/project/append-events.ts';
import { bundleOf, outboxItem } from '../../store/read/outbox.ts';
import { readPeople } from '../../store/read/people.ts';
import type { TakenIn, TeamOp } from '../../store/team/op.ts';
import { addToConversation, insertConversation } from '../../store/write/conversation.ts';
import { meet } from '../../store/write/customer.ts';
import { keepAttachment } from '../../store/write/message.ts';
import { markOutbox } from '../../store/write/outbox.ts';
import { snippetFrom, textColumns, unpackText } from '../../store/packed-text.ts';
import type { KeptSnippet, StoredText } from '../../store/packed-text.ts';
import { removeFromIndex } from '../../store/write/search-index.ts';
import { conversationsByName, nameConversation } from '../../store/write/threads.ts';
import type { Action, ActionContext } from '../action.ts';
import { circumstancesOf } from '../circumstances.ts';
import { takeFact } from '../ingest/facts.ts';
import { addMessage } from '../ingest/take-in.ts';
import { known } from '../outbox/apply-step.ts';
import { giveBack, withdrawn } from '../outbox/give-back.ts';
import type { Limbo } from './limbo.ts';
import { placeMessage, recountPlace } from './limbo.ts';
import { tie } from './tie.ts';

/** Why a command could not be done again. */
export type NotAgain = {
  readonly conversation: ConversationId | null;
  readonly why: string;
  readonly owner: MemberId | null;
  /** What a reply became that is not sent. */
  readonly draft?: DraftId | null;
};

/** What running again depends on beside the rows. */
export type Again = {
  readonly limbo: Limbo;
  /** Whether somebody has spoken in a conversation whom this device had not heard when the command was given. */
  readonly hasNews: (conversation: ConversationId) => boolean;
  readonly action: (name: string) => Action<never, unknown> | undefined;
};

/** Runs a saved command once more, on the rows as the team has them; answers what of it was refused. */
export const runAgain = (context: ActionContext, again: Again, op: TeamOp): readonly NotAgain[] => {
  switch (op.kind) {
    case 'action':
      return actAgain(context, again, op);
    case 'take-in':
      takeInAgain(context, again, op);
      return [];
    case 'fact':
      takeFact(context, { ...op, historic: () => op.historic }, op.fact);
      return [];
    case 'reply':
      return replyAgain(context, again, op);
    case 'withdraw':
      withdrawAgain(context, op);
      return [];
    case 'sent':
      sentAgain(context, op);
      return [];
    case 'learnt':
      learnAgain(context, op);
      return [];
    case 'tie':
      tie(
        context,
        op.conversations.map((id) => again.limbo.placeNow(id) ?? id),
      );
      return [];
    default:
      return assertNever(op);
  }
};

const failureShape = v.object({ kind: v.string(), owner: v.optional(v.string()) });
const refusedShape = v.object({ refused: v.array(v.object({ id: v.string(), why: failureShape })) });
const failedShape = v.object({ ok: v.literal(false), failure: failureShape });
const doneShape = v.object({ ok: v.literal(true), value: v.unknown() });

/** What an action's answer says was refused, in whichever of the shapes that actions answer in. */
const refusedIn = (answer: unknown): readonly NotAgain[] => {
  const many = v.safeParse(refusedShape, answer);
  if (many.success) {
    return many.output.refused.map(({ id, why }) => ({
      conversation: id as ConversationId,
      why: why.kind,
      owner: (why.owner ?? null) as MemberId | null,
    }));
  }
  const failed = v.safeParse(failedShape, answer);
  if (failed.success) {
    const { kind, owner } = failed.output.failure;
    return [{ conversation: null, why: kind, owner: (owner ?? null) as MemberId | null }];
  }
  const done = v.safeParse(doneShape, answer);
  return done.success ? refusedIn(done.output.value) : [];
};

/** A saved input with conversations called as they are called now. */
const renamed = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renamed(one, names)]));
};

const actAgain = (
  context: ActionContext,
  { limbo, action }: Again,
  op: Extract<TeamOp, { kind: 'action' }>,
): readonly NotAgain[] => {
  const run = action(op.name);
  if (run === undefined) return [];
  const names = new Map<string, string>(
    limbo.renamed.flatMap((id) => {
      const now = limbo.placeNow(id);
      return now === null ? [] : [[id, now]];
    }),
  );
  const input = renamed(op.input, names);
  const made: string[] = [];
  const before = [...op.ids];
  const ids = {
    next: () => {
      const id = before.shift() ?? context.ids.next();
      made.push(id);
      return id;
    },
  };
  const answer = run({ ...context, ids }, input as never);
  context.team?.save({ ...op, input, ids: made });
  return refusedIn(answer);
};

type MessageRow = StoredText &
  KeptSnippet & {
    readonly seq: number;
    readonly direction: 'in' | 'out';
    readonly at: number;
    readonly from_name: string;
    readonly from_address: string;
    readonly people: string;
    readonly subject: string;
    readonly html: string | null;
    readonly has_html: number;
    readonly seen: number;
    readonly answered: number;
    readonly automatic: Automatic | null;
    readonly attachments: number;
    readonly conversation_num: number;
  };

const messageRow = (db: ReadableDb, id: MessageId): MessageRow | undefined =>
  db.get<MessageRow>(
    `SELECT m.seq, m.direction, m.at, m.from_name, m.from_address, m.people, m.subject, m.snippet, m.lead, m.has_html, m.seen,
       m.answered, m.automatic, m.attachments, m.conversation_num, ${textColumns}, t.html
     FROM message m JOIN message_text t ON t.seq = m.seq WHERE m.id = ?`,
    [id],
  );

/** The message as its mapper gave it, as far as threading and the rules look at it. */
const inboundOf = (row: MessageRow, op: TakenIn): Inbound => ({
  kind: 'message',
  dedupe: op.message,
  key: op.message,
  direction: row.direction,
  clientId: null,
  at: op.at,
  atSource: 'server',
  from: { name: row.from_name, address: row.from_address },
  sender: null,
  ...readPeople(row.people),
  subject: row.subject,
  text: unpackText(row),
  snippet: snippetFrom(row, () => unpackText(row)),
  hasHtml: row.has_html === 1,
  html: row.html,
  thread: op.thread,
  // Only whether there are any is asked.
  parts:
    row.attachments === 0
      ? []
      : [
          {
            ...{ part: '', name: '', mimeType: '', size: 0, contentId: null },
            ...{ inline: false, kind: 'file' as const },
          },
        ],
  invitation: null,
  automatic: row.automatic,
  bounce: op.bounce,
  oddities: op.oddities,
  authenticatedFrom: null,
  listUnsubscribe: null,
  seen: row.seen === 1,
  answered: row.answered === 1,
  keepSource: false,
  aside: op.aside,
});

/** The conversation whose log tells of a message already: it was pushed before the message was. */
const toldIn = (db: ReadableDb, op: TakenIn): number | undefined => {
  const { self, parents } = threadNames(op.channel, op.account, op.thread);
  return conversationsByName(db, self === null ? parents : [self, ...parents]).find(
    (num) =>
      db.get(
        `SELECT 1 AS yes FROM event WHERE conversation_num = ? AND kind IN ('message.received', 'message.answered')
         AND json_extract(payload, '$.message') = ? LIMIT 1`,
        [num, op.message],
      ) !== undefined,
  );
};

const takeInAgain = (context: ActionContext, { limbo }: Again, op: TakenIn): void => {
  const { db } = context;
  const row = messageRow(db, op.message);
  // The team has it from somebody else, in the conversation where it is now.
  if (row === undefined || !limbo.has(row.seq)) return;
  const told = toldIn(db, op);
  if (told !== undefined) {
    placeMessage(db, row.seq, told);
    recountPlace(db, told);
    context.team?.save(op);
    return;
  }
  const judged = {
    batch: { account: op.account, channel: op.channel },
    own: new Set(op.own),
    importing: op.importing,
    historic: () => op.historic,
  };
  addMessage(context, judged, inboundOf(row, op), op.message, ({ conversation, oddities }, at) => {
    placeMessage(db, row.seq, conversation);
    db.run('UPDATE message SET at = ?, oddities = ? WHERE seq = ?', [at, JSON.stringify(oddities), row.seq]);
    return row.seq;
  });
  context.team?.save(op);
};

const placeOf = (db: ReadableDb, id: ConversationId | null) =>
  id === null
    ? undefined
    : db.get<{ num: number; merged_into: string | null }>(
        'SELECT num, merged_into FROM conversation WHERE id = ?',
        [id],
      );

/** Gives a reply back as a draft that is too late, or whose conversation went; it never leaves. */
const giveReplyBack = (
  context: ActionContext,
  { limbo }: Again,
  op: Extract<TeamOp, { kind: 'reply' }>,
  row: MessageRow,
): DraftId | null => {
  const { db } = context;
  const item = outboxItem(db, op.command.outbox);
  if (item === null) return null;
  // Of several pieces each comes by itself: the first brings all of them back.
  const pieces = bundleOf(db, item).filter(({ seq }) => limbo.has(seq) || seq === row.seq);
  const now = limbo.placeNow(op.conversation);
  const place = placeOf(db, now);
  const into = place?.merged_into ?? null;
  const target = into === null ? place : placeOf(db, into as ConversationId);
  if (target !== undefined) for (const { seq } of pieces) placeMessage(db, seq, target.num);
  const back = pieces.map(({ id }) => outboxItem(db, id)).filter((one) => one !== null);
  const { draft } = giveBack(context, back, { isTold: false });
  // It had opened a conversation of its own, which is not there without it.
  if (target === undefined) db.run('UPDATE draft SET conversation_num = NULL WHERE id = ?', [draft]);
  return draft;
};

const replyAgain = (
  context: ActionContext,
  again: Again,
  op: Extract<TeamOp, { kind: 'reply' }>,
): readonly NotAgain[] => {
  const { db, me } = context;
  const { message } = op.command;
  const row = messageRow(db, message);
  // Taken back meanwhile, or the team has it already.
  if (row === undefined || !again.limbo.has(row.seq)) return [];
  const id = again.limbo.placeNow(op.conversation) ?? op.conversation;
  const found = placeOf(db, id);
  const refuse = (why: string, owner: MemberId | null = null): readonly NotAgain[] => {
    const draft = giveReplyBack(context, again, op, row);
    return [{ conversation: id, why, owner, draft }];
  };
  if (found === undefined && !op.opens) return refuse('conversation-gone');
  if (op.command.seenRev !== null && again.hasNews(id)) return refuse('stale');
  const state = found === undefined ? unopened : (stateOf(db, found.num) ?? unopened);
  const decided = decide(state, { ...op.command, seenRev: null }, circumstancesOf(context));
  if (!decided.ok) {
    return refuse(decided.failure.kind, 'owner' in decided.failure ? decided.failure.owner : null);
  }
  const people = readPeople(row.people);
  const from = { name: row.from_name, address: row.from_address };
  const person = otherSide({ ...people, direction: 'out', from }, new Set([from.address]));
  const customer = meet(context, person, { channel: op.channel, at: op.at, how: 'named' });
  const customerAddress = comparable(person.address);
  const num =
    found?.num ??
    insertConversation(db, {
      ...{ id, channel: op.channel, account: op.account, customer, customerAddress },
      ...{ subject: row.subject, firstAt: op.at, firstMessage: message },
    });
  placeMessage(db, row.seq, num);
  addToConversation(db, num, {
    ...{ id: message, at: op.at, subject: row.subject, unseen: false },
    snippet: snippetFrom(row, () => unpackText(row)),
    ...{ files: row.attachments > 0, customer, customerAddress, stranger: false },
  });
  const { self, parents } = threadNames(op.channel, op.account, {
    self: op.externalId,
    parents: op.references,
    room: op.room,
  });
  nameConversation(db, self === null ? parents : [self, ...parents], num);
  appendEvents(
    context,
    num,
    decided.value.map((event) => ({ event, at: op.at })),
    { author: me },
  );
  context.team?.save({ ...op, conversation: id });
  markOutbox(db, num);
  recountPlace(db, num);
  context.changed({ topic: 'outbox' });
  context.changed({ topic: 'conversation', id });
  return [];
};

const tellsOf = (db: ReadableDb, num: number, kind: string, outbox: string): boolean =>
  db.get(
    `SELECT 1 AS yes FROM event WHERE conversation_num = ? AND kind = ? AND json_extract(payload, '$.outbox') = ? LIMIT 1`,
    [num, kind, outbox],
  ) !== undefined;

const withdrawAgain = (context: ActionContext, op: Extract<TeamOp, { kind: 'withdraw' }>): void => {
  const { db } = context;
  const row = db.get<{ seq: number; num: number }>(
    'SELECT seq, conversation_num AS num FROM message WHERE id = ?',
    [op.message],
  );
  const place = row?.num ?? placeOf(db, op.conversation)?.num;
  if (place === undefined || !tellsOf(db, place, 'reply.queued', op.outbox)) return;
  if (tellsOf(db, place, 'reply.withdrawn', op.outbox)) return;
  if (row !== undefined) {
    db.run('DELETE FROM thread_subject WHERE seq = ?', [row.seq]);
    removeFromIndex(db, row.seq);
    db.run('DELETE FROM message WHERE seq = ?', [row.seq]);
    recountPlace(db, place);
  }
  withdrawn(context, { id: op.outbox, message: op.message, conversationNum: place }, op);
  context.team?.save(op);
};

const sentAgain = (context: ActionContext, op: Extract<TeamOp, { kind: 'sent' }>): void => {
  const { db, clock } = context;
  const row = db.get<{ num: number }>('SELECT conversation_num AS num FROM message WHERE id = ?', [
    op.message,
  ]);
  if (row === undefined || tellsOf(db, row.num, op.event.kind, op.event.outbox)) return;
  appendEvents(context, row.num, [{ event: op.event, at: clock.now() }], { author: null });
  const item = op.name === null ? null : outboxItem(db, op.event.outbox);
  if (item !== null && op.name !== null) known(context, item, op.name);
  context.team?.save(op);
};

const learnAgain = (context: ActionContext, op: Extract<TeamOp, { kind: 'learnt' }>): void => {
  const { db } = context;
  const row = db.get<{ seq: number; num: number }>(
    'SELECT seq, conversation_num AS num FROM message WHERE id = ?',
    [op.message],
  );
  if (row === undefined) return;
  db.run(
    `UPDATE message SET name = ifnull(?, name), permalink = ifnull(permalink, ?), at = ifnull(?, at), source = ifnull(?, source)
     WHERE seq = ?`,
    [op.name, op.permalink, op.at, op.source, row.seq],
  );
  if (op.file !== null) keepAttachment(db, row.seq, op.file.part, op.file.blob);
  nameConversation(db, op.names, row.num);
  recountPlace(db, row.num);
  context.team?.save(op);
};
