import type { ConversationId } from '#shared/kit/brand.ts';
import type { DocumentKey, DocumentKind, PushedDocument, TeamEvent } from '../../team/wire.ts';
import type { ReadableDb } from '../driver.ts';
import { storeReason } from '../failure.ts';
import { asideWords } from './aside.ts';
import { asAtRevision } from './conversation-document.ts';
import { readDocument, referencesOf } from './documents.ts';
import { isHere, knownOf, wordOf } from './known.ts';
import { documentsIn, eventsAfter, grow, oldestAfter } from './pending.ts';
import type { Prepared } from './pending.ts';

/** The next push; `idle`: what was noted and has nothing to tell. */
type Coming = Prepared & { readonly idle: readonly DocumentKey[] };

/** What comes next: a push, null where nothing waits, or what could not even be read. */
type Next = Coming | null | { readonly unreadable: readonly DocumentKey[] };

/** What a push is made of, as long as what has to go together is not more; `characters` of JSON. */
export type PushLimits = {
  readonly documents: number;
  readonly events: number;
  readonly characters: number;
};

/** Some tens of milliseconds of the database's time, and seconds on a slow line. */
const usualPush: PushLimits = { documents: 200, events: 500, characters: 1_000_000 };

/** A document with what happened in it, as it would be pushed. */
type Piece = {
  readonly document: PushedDocument;
  readonly events: readonly TeamEvent[];
  readonly characters: number;
};

/**
 * What hangs together: documents through transactions of ours, with what they need and the team does not have. `left`:
 * what of it is set aside, and whether the team has none of that.
 */
type Part = {
  readonly pieces: ReadonlyMap<string, Piece>;
  readonly txns: readonly number[];
  readonly left: ReadonlyMap<string, boolean>;
};

const pieceOf = (db: ReadableDb, key: DocumentKey): Piece => {
  const known = knownOf(db, key);
  const document = { ...readDocument(db, key), expected: known.version };
  const events =
    document.kind === 'conversation' && document.body !== null
      ? eventsAfter(db, document.id as ConversationId, known.rev)
      : [];
  return { document, events, characters: JSON.stringify([document, events]).length };
};

const isSomething = ({ document: { body, expected } }: Piece): boolean =>
  // What came and went between two pushes was never anybody else's business.
  body !== null || expected > 0;

/** Everything that hangs together with some documents and is not among `taken`. Null where something of it cannot be read. */
const partOf = (
  db: ReadableDb,
  from: readonly DocumentKey[],
  txn: number,
  taken: ReadonlyMap<string, Piece>,
  aside: ReadonlySet<string>,
): Part | { readonly unreadable: readonly DocumentKey[] } => {
  const keys = new Map<string, DocumentKey>();
  const txns = new Set([txn]);
  const pieces = new Map<string, Piece>();
  const left = new Map<string, boolean>();
  grow(db, keys, txns, from);
  for (;;) {
    const next = [...keys.values()].filter((key) => {
      const word = wordOf(key);
      return !pieces.has(word) && !taken.has(word) && !left.has(word);
    });
    if (next.length === 0) return { pieces, txns: [...txns], left };
    for (const key of next) {
      if (aside.has(wordOf(key))) {
        left.set(wordOf(key), knownOf(db, key).version === 0);
        continue;
      }
      try {
        const piece = pieceOf(db, key);
        pieces.set(wordOf(key), piece);
        grow(db, keys, txns, needsOf(db, piece));
      } catch (error) {
        if (storeReason(error) !== null) throw error;
        return { unreadable: [key] };
      }
    }
  }
};

/** What a document refers to and the team does not have. */
const needsOf = (db: ReadableDb, { document }: Piece): readonly DocumentKey[] =>
  referencesOf(document).filter((one) => knownOf(db, one).version === 0 && isHere(db, one));

/** Other conversations that what happened here speaks of: their halves go in one push. */
const partnersOf = ({ events }: Piece): readonly string[] =>
  events
    .flatMap(({ payload }) => [payload['from'], payload['into'], payload['to']])
    .filter((one) => typeof one === 'string')
    .map((id) => wordOf({ kind: 'conversation', id }));

/** Leaves out what cannot be told without what is set aside. */
const withoutAside = (part: Part): Part => {
  if (part.left.size === 0) return part;
  const pieces = new Map(part.pieces);
  const left = new Map(part.left);
  const cannotGo = (piece: Piece): boolean =>
    partnersOf(piece).some((word) => left.has(word)) ||
    referencesOf(piece.document).some((key) => left.get(wordOf(key)) === true);
  for (;;) {
    const gone = [...pieces].filter(([, piece]) => cannotGo(piece));
    if (gone.length === 0) return { ...part, pieces, left };
    for (const [word, { document }] of gone) {
      pieces.delete(word);
      left.set(word, document.expected === 0);
    }
  }
};

type Load = { readonly documents: number; readonly events: number; readonly characters: number };

const weighed = (pieces: Iterable<Piece>): Load => {
  let [documents, events, characters] = [0, 0, 0];
  for (const piece of pieces) {
    documents += 1;
    events += piece.events.length;
    characters += piece.characters;
  }
  return { documents, events, characters };
};

const isOver = (one: Load, other: Load, limits: PushLimits): boolean =>
  one.documents + other.documents > limits.documents ||
  one.events + other.events > limits.events ||
  one.characters + other.characters > limits.characters;

const nothing: Load = { documents: 0, events: 0, characters: 0 };

const order: Readonly<Record<DocumentKind, number>> = {
  ...{ member: 0, account: 1, targets: 2, snippet: 3 },
  ...{ customer: 4, conversation: 5, message: 6 },
};

/** The longest beginning of a log that a push has room for; the whole piece where its log speaks of others. */
const beginningOf = (db: ReadableDb, piece: Piece, limits: PushLimits): Piece => {
  const { document, events } = piece;
  if (document.kind !== 'conversation' || document.body === null) return piece;
  if (!isOver(weighed([piece]), nothing, limits) || partnersOf(piece).length > 0) return piece;
  let characters = 0;
  const fitting = events.slice(0, limits.events).filter((event, place) => {
    characters += JSON.stringify(event).length;
    return place === 0 || characters <= limits.characters;
  });
  const last = fitting.at(-1);
  if (last === undefined || fitting.length === events.length) return piece;
  const then = { ...asAtRevision(db, document, last.rev), expected: document.expected };
  return { document: then, events: fitting, characters: JSON.stringify([then, fitting]).length };
};

/** What has to go at once with a piece: conversations whose logs speak of each other, and what they need. */
const unitOf = (
  pieces: ReadonlyMap<string, Piece>,
  word: string,
  taken: ReadonlySet<string>,
): readonly Piece[] => {
  const unit = new Map<string, Piece>();
  const waiting = [word];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const piece = pieces.get(next);
    if (piece === undefined || unit.has(next) || taken.has(next)) continue;
    unit.set(next, piece);
    const needs = referencesOf(piece.document)
      .map(wordOf)
      .filter((need) => pieces.get(need)?.document.expected === 0);
    waiting.push(...needs, ...partnersOf(piece));
  }
  return [...unit.values()];
};

/**
 * As much of what hangs together as a push has room for, the oldest first: it is told in several pushes. Each leaves the
 * team with documents that have all they refer to.
 */
const cutPart = (db: ReadableDb, part: Part, limits: PushLimits): readonly Piece[] => {
  const chosen = new Map<string, Piece>();
  const taken = new Set<string>();
  const { pieces } = part;
  const words = part.txns
    .toSorted((a, b) => a - b)
    .flatMap((txn) =>
      documentsIn(db, txn)
        .toSorted((a, b) => order[a.kind] - order[b.kind])
        .map(wordOf),
    );
  for (const word of new Set([...words, ...pieces.keys()])) {
    if (taken.has(word)) continue;
    const unit = unitOf(pieces, word, taken).map((one) => beginningOf(db, one, limits));
    if (unit.length === 0) continue;
    if (chosen.size > 0 && isOver(weighed(chosen.values()), weighed(unit), limits)) break;
    for (const piece of unit) {
      chosen.set(wordOf(piece.document), piece);
      taken.add(wordOf(piece.document));
    }
  }
  return [...chosen.values()];
};

const inPlace = (one: Piece, other: Piece): number => order[one.document.kind] - order[other.document.kind];

const prepare = (id: string, pieces: readonly Piece[], txns: readonly number[], cut: boolean): Coming => {
  const told = pieces.filter(isSomething).toSorted(inPlace);
  return {
    push: {
      id,
      documents: told.map(({ document }) => document),
      events: told.flatMap(({ events }) => events),
    },
    txns: txns.toSorted((a, b) => a - b),
    cut,
    idle: pieces
      .filter((one) => !isSomething(one))
      .map(({ document: { kind, id: name } }) => ({ kind, id: name })),
  };
};

/**
 * The next push: the oldest transaction with everything that hangs together with it and everything that this refers to
 * and the team does not have, and further ones while there is room; `alone` without further ones. What hangs together
 * and is too much goes in parts. What people do here goes before what was here when the workspace joined. Null when
 * nothing waits, or only what is set aside.
 */
export const nextPush = (
  db: ReadableDb,
  id: string,
  { limits = usualPush, alone = false }: { readonly limits?: PushLimits; readonly alone?: boolean } = {},
): Next => {
  const pieces = new Map<string, Piece>();
  const txns = new Set<number>();
  const looked = new Set<number>();
  const aside = asideWords(db);
  let isCut = false;
  for (const [from, upTo] of [
    [0, Number.MAX_SAFE_INTEGER],
    [Number.MIN_SAFE_INTEGER, 0],
  ] as const) {
    let last: number = from;
    while (pieces.size < limits.documents && !(alone && txns.size > 0)) {
      const txn = oldestAfter(db, last);
      if (txn === undefined || txn >= upTo) break;
      last = txn;
      if (looked.has(txn)) continue;
      const whole = partOf(db, documentsIn(db, txn), txn, pieces, aside);
      if ('unreadable' in whole) return whole;
      for (const one of whole.txns) looked.add(one);
      const part = withoutAside(whole);
      if (part.left.size > 0 && part.pieces.size === 0) continue;
      if (isOver(weighed(pieces.values()), weighed(part.pieces.values()), limits)) {
        if (txns.size > 0) return prepare(id, [...pieces.values()], [...txns], isCut);
        return prepare(id, cutPart(db, part, limits), part.txns, true);
      }
      for (const [word, piece] of part.pieces) pieces.set(word, piece);
      for (const one of part.txns) txns.add(one);
      isCut ||= part.left.size > 0;
    }
  }
  return txns.size === 0 ? null : prepare(id, [...pieces.values()], [...txns], isCut);
};
