import type { ConversationId, CustomerId, MemberId } from '#shared/kit/brand.ts';
import type { DocumentKey, RefusalCode, TeamEvent } from '../../team/wire.ts';
import type { ReadableDb } from '../../store/driver.ts';
import { memberName } from '../../store/read/members.ts';
import { setAside, takeBack } from '../../store/team/aside.ts';
import { missingFor } from '../../store/team/documents.ts';
import { isHere, knownOf, wordOf } from '../../store/team/known.ts';
import { currentTxn, setTxn, teamLink, whileApplying } from '../../store/team/link.ts';
import { forgetTxns, opsOf } from '../../store/team/op.ts';
import type { SavedOp, TeamOp } from '../../store/team/op.ts';
import { closureOf, partsOf, pushUnderWay } from '../../store/team/pending.ts';
import type { Closure } from '../../store/team/pending.ts';
import { keepRefusal } from '../../store/team/refusals.ts';
import { rewindCustomer } from '../../store/team/rewind-customer.ts';
import { deleteSnippet } from '../../store/write/snippets.ts';
import type { SnippetId } from '#shared/contract/snippets.ts';
import type { Action, ActionContext } from '../action.ts';
import { newestOf, withoutErased, writeFromTeam } from './apply.ts';
import type { FromTeam } from './apply.ts';
import { Limbo } from './limbo.ts';
import { notesOf } from './notes.ts';
import { runAgain } from './run-again.ts';
import type { Again, NotAgain } from './run-again.ts';
import { tieTogether } from './tie.ts';

/** What the team has of documents that were changed here too. */
export type RebaseInput = FromTeam & {
  /** What was asked for: of these, what is not among the documents the team does not have. */
  readonly keys: readonly DocumentKey[];
  /** The push that was answered with this; null where the documents came with a page. */
  readonly answered: string | null;
  /** Why the database would not have that push, and about what; null where it was a conflict. */
  readonly refused: { readonly reason: RefusalCode; readonly key: DocumentKey | null } | null;
  /** Only what hangs together with the keys, and not what stayed behind of others too. */
  readonly alone?: boolean;
  /** What was done by a clock that was ahead was done then at the latest, in ms UTC. */
  readonly latest?: number;
};

/** What became of it. */
export type Rebased =
  /** `banned`: how many commands were not run again because the database would not have what they do. */
  | { readonly kind: 'done'; readonly refused: number; readonly banned: number }
  /** Nothing was done: these have to be fetched as well, with their events. */
  | { readonly kind: 'missing'; readonly keys: readonly DocumentKey[] }
  /** Nothing was done: a push was begun and its end is not known. */
  | { readonly kind: 'push-first' };

type Noted = DocumentKey & { readonly txn: number };

const notedIn = (db: ReadableDb, txns: readonly number[]): readonly Noted[] =>
  db.all<Noted>('SELECT txn, kind, id FROM team_change WHERE txn IN (SELECT value FROM json_each(?))', [
    JSON.stringify(txns),
  ]);

/** What was noted by commands; the rest was here when the workspace joined and has none to run again. */
type Split = { readonly commanded: ReadonlySet<string>; readonly noted: readonly Noted[] };

const splitOf = (db: ReadableDb, { txns }: Closure): Split => {
  const noted = notedIn(db, txns);
  const joined = new Set(noted.filter(({ txn }) => txn < 0).map(wordOf));
  return {
    noted,
    commanded: new Set(noted.map(wordOf).filter((word) => !joined.has(word))),
  };
};

/** Words by people that this device had not heard, and changes of what a conversation is, in what is new of its log. */
const newsIn = (db: ReadableDb, events: readonly TeamEvent[]): ReadonlySet<string> => {
  const isNews = ({ kind, payload }: TeamEvent): boolean => {
    if (
      [
        'conversation.released',
        'conversation.split',
        'conversation.rejoined',
        'conversation.absorbed',
      ].includes(kind)
    )
      return true;
    if (
      !['message.received', 'message.answered', 'reply.queued'].includes(kind) ||
      payload['automatic'] === true
    )
      return false;
    const { message } = payload;
    return typeof message === 'string' && !isHere(db, { kind: 'message', id: message });
  };
  return new Set(events.filter(isNews).map(({ stream }) => stream));
};

/** Takes our own changes out of the rows: what the team has comes over them, what it never had stands aside. */
const overwrite = (
  context: ActionContext,
  limbo: Limbo,
  closure: Closure,
  { commanded }: Split,
  given: FromTeam,
): readonly number[] => {
  const { db } = context;
  const fetched = new Set(given.documents.map(wordOf));
  const own = closure.keys.filter(
    (key) => !fetched.has(wordOf(key)) && commanded.has(wordOf(key)) && knownOf(db, key).version === 0,
  );
  whileApplying(db, () => {
    const conversations = own.filter(({ kind }) => kind === 'conversation');
    for (const { id } of conversations) limbo.remember(id as ConversationId);
    limbo.takeMessages(own.filter(({ kind }) => kind === 'message'));
    for (const document of given.documents) {
      if (document.kind !== 'conversation') continue;
      db.run(
        'DELETE FROM event WHERE conversation_num = (SELECT num FROM conversation WHERE id = ?) AND rev > ?',
        [document.id, knownOf(db, document).rev],
      );
    }
    for (const { kind, id } of own) {
      if (kind === 'customer') rewindCustomer(db, id as CustomerId);
      if (kind === 'snippet') deleteSnippet(db, id as SnippetId);
    }
  });
  const { written } = writeFromTeam(context, given);
  whileApplying(db, () => {
    limbo.removeRemembered();
  });
  return written.colliding;
};

/** Commands that hurt nobody, and are done again even where something beside them was refused. */
const harmless = new Set([
  ...['note.add', 'conversation.tag', 'follow-up.promise'],
  ...['review.ask', 'review.give', 'review.end'],
]);

const isFact = ({ kind }: TeamOp): boolean => kind !== 'action' && kind !== 'reply' && kind !== 'tie';

/** What the database would not have: the commands of the transactions that touched what it names. */
const outlawed = (
  ops: readonly SavedOp[],
  { noted }: Split,
  refused: RebaseInput['refused'],
): ReadonlySet<number> => {
  if (refused === null) return new Set();
  const { key } = refused;
  const txns = new Set(
    noted.filter((one) => key === null || wordOf(one) === wordOf(key)).map(({ txn }) => txn),
  );
  const among = ops.filter(({ txn, op }) => (txns.size === 0 || txns.has(txn)) && !isFact(op));
  const guilty = among.filter(({ op }) => op.kind !== 'action' || !harmless.has(op.name));
  return new Set((guilty.length === 0 ? among : guilty).map(({ num }) => num));
};

type Winner = { readonly by: MemberId | null; readonly at: number };

/** Who was first: the last that somebody else did in a conversation since this device looked. */
const winnerIn = (events: readonly TeamEvent[], me: MemberId, conversation: string | null): Winner | null => {
  const news = events.filter(
    ({ stream, author }) => stream === conversation && author !== null && author !== me,
  );
  const owning = news.filter(({ kind }) =>
    ['conversation.claimed', 'conversation.assigned', 'conversation.transferred'].includes(kind),
  );
  const last = owning.at(-1) ?? news.at(-1) ?? events.findLast(({ stream }) => stream === conversation);
  return last === undefined ? null : { by: last.author, at: last.at };
};

const wordsOf = (op: TeamOp): string => {
  if (op.kind !== 'action' || typeof op.input !== 'object' || op.input === null) return '';
  const { text, reason, note } = op.input as Readonly<Record<string, unknown>>;
  const words = [text, reason, note].find((one) => typeof one === 'string' && one !== '');
  return typeof words === 'string' ? words : '';
};

/** What the clock does by itself is nobody's wish: where it was done already, nobody has to read about it. */
const byClock = new Set(['follow-up.fallDue', 'conversation.wakeDue', 'member.comeBack']);

const triedBy = (op: TeamOp): string => (op.kind === 'action' ? op.name : op.kind);

/**
 * A server that failed over may have lost what others made and this device changed since: they will tell it again, and
 * until then what hangs together with it here is set aside. Answers whether it is so.
 */
const waitsForLost = (
  { db, clock }: ActionContext,
  keys: readonly DocumentKey[],
  documents: RebaseInput['documents'],
): boolean => {
  const fetched = new Set(documents.map(wordOf));
  const isLost = (key: DocumentKey): boolean => !fetched.has(wordOf(key)) && knownOf(db, key).version > 0;
  const lost = partsOf(db, keys).filter((part) => part.keys.some(isLost));
  if (lost.length === 0) return false;
  db.run('DELETE FROM team_push');
  for (const part of lost) setAside(db, part.keys, 'failed', clock.now());
  return true;
};

/** Our own changes on top of what the team has: its documents over the rows, then the saved commands once more, in order. */
export const rebase =
  (actionOf: Again['action']): Action<RebaseInput, Rebased> =>
  (context, input) => {
    const { db } = context;
    const link = teamLink(db);
    if (link === null) return { kind: 'done', refused: 0, banned: 0 };
    const under = pushUnderWay(db);
    if (under !== null && under.push.id !== input.answered) return { kind: 'push-first' };
    const closure = closureOf(db, input.keys, input.alone);
    const asked = new Set([...input.keys, ...input.documents].map(wordOf));
    const unasked = closure.keys.filter((key) => !asked.has(wordOf(key)));
    if (unasked.length > 0) return { kind: 'missing', keys: unasked };
    const inClosure = new Set(closure.keys.map(wordOf));
    const documents = withoutErased(db, newestOf(input.documents)).filter(
      (one) => inClosure.has(wordOf(one)) || one.version > knownOf(db, one).version,
    );
    const missing = missingFor(db, documents, input.events);
    if (missing.length > 0) return { kind: 'missing', keys: missing };
    if (input.refused === null && waitsForLost(context, input.keys, input.documents))
      return { kind: 'done', refused: 0, banned: 0 };
    return { kind: 'done', ...redo(context, actionOf, closure, { ...input, documents }) };
  };

const redo = (
  context: ActionContext,
  action: Again['action'],
  closure: Closure,
  input: RebaseInput,
): { readonly refused: number; readonly banned: number } => {
  const { db } = context;
  const streams = new Map(input.documents.map((one) => [one.id, knownOf(db, one).rev]));
  const fresh = input.events.filter(
    ({ stream, rev }) => rev > (streams.get(stream) ?? Number.MAX_SAFE_INTEGER),
  );
  const news = newsIn(db, fresh);
  const { latest = Number.MAX_SAFE_INTEGER } = input;
  const ops = opsOf(db, closure.txns).map((one) => ({ ...one, at: Math.min(one.at, latest) }));
  const split = splitOf(db, closure);
  const banned = outlawed(ops, split, input.refused);
  db.exec('PRAGMA defer_foreign_keys = ON');
  db.run('DELETE FROM team_push');
  db.run("DELETE FROM team_behind WHERE kind || ' ' || id IN (SELECT value FROM json_each(?))", [
    JSON.stringify(closure.keys.map(wordOf)),
  ]);
  takeBack(db, closure.keys);
  const limbo = whileApplying(db, () => new Limbo(db));
  forgetTxns(db, closure.txns);
  const colliding = overwrite(context, limbo, closure, split, input);
  const fetched = new Set(input.documents.map(wordOf));
  noteAgain(context, split, fetched, input.refused);
  const resume = currentTxn(db) ?? 1;
  let refused = 0;
  for (const saved of ops) {
    setTxn(db, saved.txn);
    const again: Again = { limbo, action, hasNews: (conversation) => news.has(conversation) };
    const notAgain = banned.has(saved.num)
      ? ban(context, again, saved, input)
      : runOnce(context, again, saved);
    if (byClock.has(triedBy(saved.op)) || input.refused?.reason === 'not-due') continue;
    for (const one of notAgain) {
      refuse(context, saved, one, fresh, split);
      refused += 1;
    }
  }
  setTxn(db, resume);
  const lost = whileApplying(db, () => limbo.end());
  if (lost.length > 0) throw new Error(`messages without a place after a rebase: ${lost.join(' ')}`);
  // Commands that changed nothing this time are done.
  db.run('DELETE FROM team_op WHERE txn NOT IN (SELECT txn FROM team_change)');
  tieTogether(context, colliding);
  context.changed({ topic: 'team' });
  context.changed({ topic: 'outbox' });
  context.changed({ topic: 'lists' });
  return { refused, banned: banned.size };
};

/** What has no command to run again and the team does not have stays noted. */
const noteAgain = (
  { db, clock }: ActionContext,
  { commanded, noted }: Split,
  fetched: ReadonlySet<string>,
  refused: RebaseInput['refused'],
): void => {
  for (const { txn, kind, id } of noted) {
    const word = wordOf({ kind, id });
    if (fetched.has(word) || !isHere(db, { kind, id })) continue;
    const stays = kind === 'customer' || kind === 'account' || kind === 'member' || !commanded.has(word);
    if (!stays) continue;
    db.run('INSERT OR IGNORE INTO team_change (txn, kind, id) VALUES (?, ?, ?)', [txn, kind, id]);
    // What the database will not have from us stays here alone: offered again it would only hold up all the rest.
    if (refused?.key !== null && refused !== null && word === wordOf(refused.key))
      setAside(db, [{ kind, id }], refused.reason, clock.now());
  }
};

/** One command at the time it was given, with its notes under the transaction it was. */
const runOnce = (context: ActionContext, again: Again, { op, at }: SavedOp): readonly NotAgain[] => {
  const clock = { now: () => at, monotonic: () => context.clock.monotonic() };
  const team = notesOf(context.db, () => at);
  if (team === undefined) return [];
  return runAgain({ ...context, clock, team: { ...team, next: () => false } }, again, op);
};

const ban = (
  context: ActionContext,
  again: Again,
  saved: SavedOp,
  { refused }: RebaseInput,
): readonly NotAgain[] => {
  const why = refused?.reason ?? 'refused';
  const { op } = saved;
  if (op.kind !== 'reply') return [{ conversation: null, why, owner: null }];
  // News of any kind gives it back as a draft.
  const back = runOnce(
    context,
    { ...again, hasNews: () => true },
    {
      ...saved,
      op: { ...op, command: { ...op.command, seenRev: op.command.seenRev ?? 0 } },
    },
  );
  return back.map((one) => ({ ...one, why }));
};

const named = (
  db: ReadableDb,
  id: MemberId | null,
): { readonly id: MemberId; readonly name: string } | null =>
  id === null ? null : { id, name: memberName(db, id) };

const refuse = (
  context: ActionContext,
  { txn, op, at }: SavedOp,
  { conversation, why, owner, draft = null }: NotAgain,
  fresh: readonly TeamEvent[],
  { noted }: Split,
): void => {
  const { db, me, ids } = context;
  const own = conversation ?? noted.find((one) => one.txn === txn && one.kind === 'conversation')?.id ?? null;
  const winner = winnerIn(fresh, me, own);
  keepRefusal(db, {
    id: ids.next(),
    conversation: own as ConversationId | null,
    tried: triedBy(op),
    triedAt: at,
    why,
    owner: named(db, owner),
    by: named(db, winner?.by ?? null),
    at: winner?.at ?? null,
    words: wordsOf(op),
    draft,
  });
};
