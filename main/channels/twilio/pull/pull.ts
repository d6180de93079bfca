import * as v from 'valibot';
import type { Clock } from '#shared/kit/ports.ts';
import type { Batch, Cursor } from '../../kit/channel.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import type { RawItem } from '../../kit/inbound.ts';
import type { TwilioClient } from '../api/client.ts';
import { dateOf, messageList, messageResource, sentAt } from '../api/resources.ts';
import { hasRisen, isOpen, standingOf } from '../api/statuses.ts';
import { messageItem, standingItem } from '../item.ts';
import type { Listed } from '../item.ts';
import { plainAddress, wireAddress } from '../kinds.ts';
import type { TwilioKind } from '../kinds.ts';
import { listMedia } from '../media.ts';
import type { SentMemory } from '../memory.ts';
import type { TwilioSettings } from '../settings.ts';
import { printOf, pruned, readKnown, readListCursor } from './cursor.ts';
import type { Known, ListCursor, ListName, Walk } from './cursor.ts';
import type { FollowUp } from './follow-up.ts';

/** What to pull from, and what this session remembers. */
export type Source = {
  readonly kind: TwilioKind;
  readonly client: TwilioClient;
  readonly settings: TwilioSettings;
  readonly clock: Clock;
  readonly sent: SentMemory;
  readonly followUp: FollowUp;
  /** When we last wrote to each person, for a first import; null until it was asked for. */
  answered: ReadonlyMap<string, number> | null;
};

/** One page of a list, in the order given. */
type Page = {
  readonly entries: readonly Listed[];
  readonly next: { page: string | null; token: string | null } | null;
  /** The server's own time (ms): our clock may be wrong, and its dates are compared with each other. */
  readonly now: number;
};

/** Newest first, a page is read in a moment; more would only make a lost line cost more. */
const largestPage = 200;
/** What arrives now and then fits a small page. */
const usualPage = 50;
/** Where so many at the end of a page are here, what is older is here, too: lists are in order but for a few. */
const tail = 5;
const mostAnswered = 1_000;
/** Older messages that nobody answered are history and not news. */
const newsFor = 7 * 24 * 60 * 60_000;
const filesAtOnce = 4;

const start = { page: null, token: null };

const secondOf = (at: number): number => Math.max(0, Math.floor(at / 1_000));

function entryOf(raw: unknown): readonly Listed[] {
  const read = v.safeParse(messageResource, raw);
  return read.success ? [{ raw, message: read.output }] : [];
}

/** The page after this one; its address is built anew, because only the place in it is the server's to choose. */
function nextOf(uri: string | null, base: URL): Page['next'] {
  if (uri === null || !URL.canParse(uri, base.href)) return null;
  const { searchParams } = new URL(uri, base);
  const [page, token] = [searchParams.get('Page'), searchParams.get('PageToken')];
  if (page !== null && !/^\d{1,9}$/.test(page)) return null;
  if (token !== null && !/^[\x21-\x7e]{1,300}$/.test(token)) return null;
  return page === null && token === null ? null : { page, token };
}

/** A page of what came to our number or left from it; null when the server no longer knows the place. */
async function readPage(
  { client, settings, kind, clock }: Source,
  list: ListName,
  where: Pick<Walk, 'page' | 'token'> & { readonly since?: string | null },
  size: number,
  signal: AbortSignal,
): Promise<Page | null> {
  const answer = await client.ask(
    {
      method: 'GET',
      path: `2010-04-01/Accounts/${settings.accountSid}/Messages.json`,
      query: {
        [list === 'in' ? 'To' : 'From']: wireAddress(kind, settings.own),
        ...(where.since === null || where.since === undefined ? {} : { 'DateSent>': where.since }),
        PageSize: String(size),
        ...(where.page === null ? {} : { Page: where.page }),
        ...(where.token === null ? {} : { PageToken: where.token }),
      },
    },
    signal,
  );
  const placed = where.page !== null || where.token !== null;
  if (placed && (answer.status === 400 || answer.status === 404)) return null;
  if (answer.status !== 200) throw client.refusal(answer);
  const { messages, next_page_uri } = client.read(messageList, answer);
  // After an empty page there is nothing, whatever it says.
  const next = messages.length === 0 ? null : nextOf(next_page_uri, client.base);
  const now = dateOf(answer.headers.get('date') ?? '') ?? clock.now();
  return { entries: messages.flatMap(entryOf), next, now };
}

/** What a pull has found so far. */
class Findings {
  readonly known: Known;
  readonly fresh: Listed[] = [];
  readonly risen: Listed[] = [];
  readonly #list: ListName;

  constructor(cursor: ListCursor | null, list: ListName) {
    this.known = readKnown(cursor?.known ?? '');
    this.#list = list;
  }

  /** Takes an entry of a page; true when it is here already. `floor` is the second below which everything is. */
  take(listed: Listed, now: number, floor: number, { sent, clock }: Source): boolean {
    const { message } = listed;
    const print = printOf(message.sid);
    const standing = standingOf(message.status);
    const before = this.known.get(print);
    if (before !== undefined) {
      if (this.#list === 'out' && hasRisen(before.standing, standing)) {
        this.risen.push(listed);
        this.known.set(print, { ...before, standing });
      }
      return true;
    }
    const at = sentAt(message) ?? now;
    if (secondOf(at) < floor) return true;
    const to = plainAddress(message.to);
    // It may be what we are just sending: taken in now, it would stand beside it as somebody else's.
    if (
      this.#list === 'out' &&
      sent.mayBeOurs({ sid: message.sid, to, body: message.body }, clock.monotonic())
    )
      return false;
    this.fresh.push(listed);
    // A date ahead of the server's own time must not carry the horizon with it.
    this.known.set(print, { at: secondOf(Math.min(at, now)), standing });
    return false;
  }
}

/** Brings one list forward by a page: on with a walk that has begun, or a look at the newest. */
export async function pullList(
  source: Source,
  list: ListName,
  request: { readonly cursor: Cursor | null; readonly maxItems: number; readonly check: boolean },
  signal: AbortSignal,
): Promise<Batch> {
  const cursor = readListCursor(request.cursor, list);
  const most = Math.max(1, list === 'out' ? Math.floor(request.maxItems / 2) : request.maxItems);
  if (cursor === null) return step(source, list, null, { ...start, until: null, since: null }, most, signal);
  if (cursor.walk !== null) return step(source, list, cursor, cursor.walk, most, signal);
  if (request.check && cursor.horizon !== null) {
    const since = new Date((cursor.horizon - 24 * 60 * 60) * 1_000).toISOString().slice(0, 10);
    return step(source, list, cursor, { ...start, until: null, since }, most, signal);
  }
  return look(source, list, cursor, most, signal);
}

/** One page of a walk. A place that the server no longer knows sends us back to the top; what is here already is known by its name. */
async function step(
  source: Source,
  list: ListName,
  cursor: ListCursor | null,
  walk: Walk,
  most: number,
  signal: AbortSignal,
): Promise<Batch> {
  const page = await readPage(source, list, walk, Math.min(most, largestPage), signal);
  if (page === null) return step(source, list, null, { ...start, until: null, since: null }, most, signal);
  const found = new Findings(cursor, list);
  const here = page.entries.map((listed) => found.take(listed, page.now, walk.until ?? 0, source));
  const done = page.next === null || (walk.until !== null && here.slice(-tail).every(Boolean));
  const next = done ? null : { ...walk, ...page.next };
  const importing = walk.until === null && walk.since === null;
  // News may have come above while we walked: there is always one more look.
  return batchOf(source, list, { cursor, found, walk: next, more: true, importing }, signal);
}

/** A look at the newest page, and now and then at older ones of ours whose fate is open. */
async function look(
  source: Source,
  list: ListName,
  cursor: ListCursor,
  most: number,
  signal: AbortSignal,
): Promise<Batch> {
  const page = await readPage(source, list, start, Math.min(most, usualPage), signal);
  if (page === null) throw new ChannelError(failure('protocol', source.client.host));
  const found = new Findings(cursor, list);
  const floor = cursor.horizon ?? 0;
  const here = page.entries.map((listed) => found.take(listed, page.now, floor, source));
  const { next } = page;
  if (next !== null && found.fresh.length > 0 && !here.slice(-tail).every(Boolean)) {
    const walk = { ...next, until: floor, since: null };
    return batchOf(source, list, { cursor, found, walk, more: true, importing: false }, signal);
  }
  if (list === 'out') await followDown(source, cursor, found, { page, most }, signal);
  return batchOf(source, list, { cursor, found, walk: null, more: false, importing: false }, signal);
}

/** How many pages down an open fate is looked for: as many as the entries of a cursor fill. */
const mostPagesDown = 4;

async function followDown(
  source: Source,
  cursor: ListCursor,
  found: Findings,
  { page, most }: { readonly page: Page; readonly most: number },
  signal: AbortSignal,
): Promise<void> {
  const { kind, followUp, clock } = source;
  const open = new Set(
    [...found.known].flatMap(([print, { standing }]) => (isOpen(kind, standing) ? [print] : [])),
  );
  const strike = (entries: readonly Listed[]): void => {
    for (const { message } of entries) open.delete(printOf(message.sid));
  };
  strike(page.entries);
  const stirred = found.fresh.length + found.risen.length > 0;
  if (!followUp.isDue({ stirred, open: open.size > 0 }, clock.monotonic())) return;
  const before = found.risen.length;
  // A batch must not grow beyond what was asked for; what does not fit stays open and is found by the next look.
  const isFull = (): boolean => 2 * found.fresh.length + found.risen.length >= 2 * most;
  let next = page.next;
  for (let down = 0; down < mostPagesDown && next !== null && open.size > 0 && !isFull(); down += 1) {
    const lower = await readPage(source, 'out', next, Math.min(most, largestPage), signal);
    if (lower === null) break;
    for (const listed of lower.entries)
      if (found.known.has(printOf(listed.message.sid)) && !isFull())
        found.take(listed, lower.now, cursor.horizon ?? 0, source);
    strike(lower.entries);
    next = lower.next;
  }
  followUp.looked(found.risen.length > before, clock.monotonic());
}

type Outcome = {
  readonly cursor: ListCursor | null;
  readonly found: Findings;
  readonly walk: Walk | null;
  readonly more: boolean;
  readonly importing: boolean;
};

async function batchOf(
  source: Source,
  list: ListName,
  { cursor, found, walk, more, importing }: Outcome,
  signal: AbortSignal,
): Promise<Batch> {
  const items =
    list === 'in'
      ? await incoming(source, found.fresh, importing, signal)
      : await outgoing(source, found, signal);
  const next: ListCursor = {
    version: 1,
    channel: 'twilio',
    list,
    ...pruned(source.kind, found.known, cursor?.horizon ?? null),
    walk,
  };
  return { items, changes: [], next, more, onServer: null, remaining: null, gap: null };
}

/** When we last wrote to whom, from one page of what left our number: what came before that is no news at a first import. */
async function answeredAt(source: Source, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  if (source.answered !== null) return source.answered;
  const page = await readPage(source, 'out', start, mostAnswered, signal);
  const answered = new Map<string, number>();
  for (const { message } of page?.entries ?? []) {
    const to = plainAddress(message.to);
    answered.set(to, Math.max(answered.get(to) ?? 0, sentAt(message) ?? 0));
  }
  source.answered = answered;
  return answered;
}

async function incoming(
  source: Source,
  fresh: readonly Listed[],
  importing: boolean,
  signal: AbortSignal,
): Promise<readonly RawItem[]> {
  const answered =
    importing && fresh.length > 0 ? await answeredAt(source, signal) : new Map<string, number>();
  const now = source.clock.now();
  const media = await mediaOf(source, fresh, signal);
  return fresh.map((listed, place) => {
    const at = sentAt(listed.message) ?? now;
    const isHistory = at < (answered.get(plainAddress(listed.message.from)) ?? 0) || at < now - newsFor;
    const facts = { own: source.settings.own, clientId: null, media: media[place] ?? [] };
    return messageItem(listed, facts, { seen: importing && isHistory, answered: false });
  });
}

async function outgoing(source: Source, found: Findings, signal: AbortSignal): Promise<readonly RawItem[]> {
  const { own } = source.settings;
  const media = await mediaOf(source, found.fresh, signal);
  return [
    ...found.fresh.flatMap((listed, place) => [
      messageItem(
        listed,
        { own, clientId: source.sent.clientIdOf(listed.message.sid), media: media[place] ?? [] },
        { seen: true, answered: false },
      ),
      standingItem(listed, own),
    ]),
    ...found.risen.map((listed) => standingItem(listed, own)),
  ];
}

/** The files of each message that has some. */
async function mediaOf(
  { client, settings }: Source,
  fresh: readonly Listed[],
  signal: AbortSignal,
): Promise<readonly (readonly unknown[])[]> {
  const media: (readonly unknown[])[] = [];
  for (let from = 0; from < fresh.length; from += filesAtOnce)
    media.push(
      ...(await Promise.all(
        fresh
          .slice(from, from + filesAtOnce)
          .map(async ({ message }) =>
            message.num_media === 0 ? [] : await listMedia(client, settings.accountSid, message.sid, signal),
          ),
      )),
    );
  return media;
}
