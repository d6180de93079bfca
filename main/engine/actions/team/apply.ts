import type { ConversationId, MessageId } from '#shared/kit/brand.ts';
import type { DocumentKey, TeamEvent, Versioned } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../../store/driver.ts';
import { documentWord, teamTombstones } from '../../store/erase/team-tombstones.ts';
import { takeBack } from '../../store/team/aside.ts';
import { conversationBody } from '../../store/team/conversation-document.ts';
import { missingFor, writeDocuments } from '../../store/team/documents.ts';
import type { Written } from '../../store/team/documents.ts';
import { isChanged, knownOf, wordOf } from '../../store/team/known.ts';
import { followedUpTo, teamLink, whileApplying } from '../../store/team/link.ts';
import { messageBody } from '../../store/team/message-content.ts';
import { recountUnread } from '../../store/write/conversation.ts';
import { holdPlanned, markOutbox } from '../../store/write/outbox.ts';
import { snippetFrom, textColumns, unpackText } from '../../store/packed-text.ts';
import type { KeptSnippet, StoredText } from '../../store/packed-text.ts';
import { indexMessages } from '../../store/write/search-index.ts';
import type { Action, ActionContext } from '../action.ts';
import type { Arrival } from '../ingest/intake.ts';
import { givenIn, handedOver } from './handed.ts';
import type { HandedOver } from './handed.ts';
import { reviewNews, reviewsIn } from './reviewed.ts';
import type { ReviewNews } from './reviewed.ts';
import { tieTogether } from './tie.ts';

/** Documents of the team, with the events of the conversations among them. */
export type FromTeam = { readonly documents: readonly Versioned[]; readonly events: readonly TeamEvent[] };

/** What became of a page. */
export type Applied =
  /** `behind`: what hangs together with changes of ours and was not written; it comes with the next rebase. */
  | {
      readonly kind: 'applied';
      readonly behind: readonly DocumentKey[];
      readonly arrived: readonly Arrival[];
      /** What colleagues gave to whoever sits here. */
      readonly handed: readonly HandedOver[];
      /** What colleagues want looked at, and what they said of answers of whoever sits here. */
      readonly reviewed: readonly ReviewNews[];
    }
  /** Nothing was written: these have to be fetched, with their events, and put beside the page. */
  | { readonly kind: 'missing'; readonly keys: readonly DocumentKey[] };

/** Without what was erased for everybody: an older state of the database may have it again. */
export const withoutErased = (db: ReadableDb, documents: readonly Versioned[]): readonly Versioned[] => {
  const find = teamTombstones(db);
  return documents.filter(
    ({ kind, id, body }) =>
      body === null ||
      (kind !== 'message' && kind !== 'conversation') ||
      (find(documentWord(kind, id))?.kind ?? 'kept') === 'kept',
  );
};

/** The newest of each document. */
export const newestOf = (documents: readonly Versioned[]): readonly Versioned[] => {
  const newest = new Map<string, Versioned>();
  for (const document of documents) {
    const other = newest.get(wordOf(document));
    if (other === undefined || other.version < document.version) newest.set(wordOf(document), document);
  }
  return [...newest.values()];
};

const placeOf = (db: ReadableDb, message: string): string | undefined =>
  db.get<{ id: string }>(
    'SELECT c.id FROM message m JOIN conversation c ON c.num = m.conversation_num WHERE m.id = ?',
    [message],
  )?.id;

/** Conversations that a conversation's document, or what is new in its log, speaks of. */
const spokenOf = ({ id, body }: Versioned, events: readonly TeamEvent[]): readonly string[] => {
  const told = events
    .filter(({ stream }) => stream === id)
    .flatMap(({ payload }) => [payload['from'], payload['into'], payload['to']])
    .filter((one) => typeof one === 'string');
  const into = body === null ? null : conversationBody(body).mergedInto;
  return into === null ? told : [into, ...told];
};

/** What cannot be written before our own changes have been run again: changed documents, and what hangs together with them in the page. */
const behindOf = (db: ReadableDb, { documents, events }: FromTeam): ReadonlySet<string> => {
  const behind = new Set(documents.filter((one) => isChanged(db, one)).map(wordOf));
  if (behind.size === 0) return behind;
  const isBehind = (conversation: string | undefined): boolean =>
    conversation !== undefined && behind.has(wordOf({ kind: 'conversation', id: conversation }));
  for (let before = -1; before < behind.size;) {
    before = behind.size;
    for (const one of documents) {
      if (behind.has(wordOf(one))) {
        // What one that stays behind speaks of is read by its log as it is now.
        if (one.kind === 'conversation') {
          for (const id of spokenOf(one, events)) behind.add(wordOf({ kind: 'conversation', id }));
        }
        continue;
      }
      const places =
        one.kind === 'message'
          ? [placeOf(db, one.id), one.body === null ? undefined : messageBody(one.body).conversation]
          : one.kind === 'conversation'
            ? spokenOf(one, events)
            : [];
      if (places.some(isBehind)) behind.add(wordOf(one));
    }
  }
  return behind;
};

/** Messages this few are searchable at once; more are left to the background. */
const indexedAtOnce = 20;

type MessageRow = StoredText &
  KeptSnippet & {
    readonly id: MessageId;
    readonly direction: 'in' | 'out';
    readonly automatic: string | null;
    readonly from_name: string;
    readonly from_address: string;
    readonly subject: string;
    readonly seen: number;
    readonly conversation: ConversationId;
  };

/** What follows here from messages that came: search, what was planned before them, and what is told of them. */
const heed = (context: ActionContext, { messages }: Written): readonly Arrival[] => {
  const { db, changed } = context;
  if (messages.length > 0 && messages.length <= indexedAtOnce)
    indexMessages(
      db,
      messages.map(({ seq }) => seq),
    );
  if (messages.length > 0) changed({ topic: 'index' });
  return messages.flatMap(({ seq, conversation }): readonly Arrival[] => {
    const row = db.get<MessageRow>(
      `SELECT m.id, m.direction, m.automatic, m.from_name, m.from_address, m.subject, m.snippet, m.lead, m.seen, c.id AS conversation,
         ${textColumns}
       FROM message m JOIN conversation c ON c.num = m.conversation_num JOIN message_text t ON t.seq = m.seq WHERE m.seq = ?`,
      [seq],
    );
    if (row === undefined || row.direction === 'out' || row.automatic !== null || row.seen === 1) return [];
    if (holdPlanned(db, conversation)) {
      markOutbox(db, conversation);
      changed({ topic: 'outbox' });
    }
    const { id, subject } = row;
    const snippet = snippetFrom(row, () => unpackText(row));
    const from = row.from_name === '' ? row.from_address : row.from_name;
    return [{ conversation: row.conversation, message: id, from, subject, snippet }];
  });
};

/** Tells the page what the team changed. */
const tellWritten = ({ changed }: ActionContext, { conversations, kinds }: Written): void => {
  for (const id of conversations) changed({ topic: 'conversation', id });
  if (conversations.length > 0) {
    changed({ topic: 'lists' });
    changed({ topic: 'follow-ups' });
  }
  if (kinds.has('customer')) changed({ topic: 'customers' });
  if (kinds.has('member')) changed({ topic: 'members' });
  if (kinds.has('account')) changed({ topic: 'accounts' });
  if (kinds.has('snippet')) changed({ topic: 'snippets' });
  if (kinds.has('targets')) changed({ topic: 'targets' });
  changed({ topic: 'team' });
};

/** Writes documents of the team that nothing here stands against, and heeds what came with them. */
export const writeFromTeam = (context: ActionContext, { documents, events }: FromTeam) => {
  const { db, ids } = context;
  const unreadFrom = teamLink(db)?.joinedAt ?? 0;
  const written = whileApplying(db, () =>
    writeDocuments(db, documents, events, { unreadFrom, mark: ids.next() }),
  );
  const arrived = heed(context, written);
  tellWritten(context, written);
  return { written, arrived };
};

const noteBehind = (db: WritableDb, keys: readonly DocumentKey[]): void => {
  for (const { kind, id } of keys)
    db.run('INSERT OR IGNORE INTO team_behind (kind, id) VALUES (?, ?)', [kind, id]);
};

/**
 * Writes a page of the team's documents, all of it in this transaction with how far the team has been followed (`upTo`;
 * null for what was fetched beside). What was changed here stays as it is until a rebase.
 */
export const apply: Action<FromTeam & { readonly upTo: number | null }, Applied> = (context, input) => {
  const { db } = context;
  if (teamLink(db) === null) return { kind: 'applied', behind: [], arrived: [], handed: [], reviewed: [] };
  const fresh = withoutErased(db, newestOf(input.documents)).filter(
    (one) => one.version > knownOf(db, one).version,
  );
  const behindWords = behindOf(db, { documents: fresh, events: input.events });
  const behind = fresh.filter((one) => behindWords.has(wordOf(one))).map(({ kind, id }) => ({ kind, id }));
  const documents = fresh.filter((one) => !behindWords.has(wordOf(one)));
  const streams = new Set(documents.map(({ id }) => id));
  const events = input.events.filter(({ stream }) => streams.has(stream));
  const missing = missingFor(db, documents, events);
  if (missing.length > 0) return { kind: 'missing', keys: missing };
  noteBehind(db, behind);
  // Also what is known already: a server that failed over has it again.
  takeBack(
    db,
    input.documents.filter((one) => !behindWords.has(wordOf(one))),
  );
  const given = givenIn(db, context.me, events);
  const looked = reviewsIn(db, context.me, events);
  const { written, arrived } = writeFromTeam(context, { documents, events });
  for (const num of new Set(written.messages.map(({ conversation }) => conversation))) recountUnread(db, num);
  if (input.upTo !== null) followedUpTo(db, input.upTo);
  tieTogether(context, written.colliding);
  const handed = handedOver(db, context.me, given);
  return { kind: 'applied', behind, arrived, handed, reviewed: reviewNews(db, context.me, looked) };
};
