import { dateOf, messageList, messageResource, readable } from './api/resources.ts';
import type { MessageResource } from './api/resources.ts';
import { saidIn } from './compose.ts';
import type { Said } from './compose.ts';
import { wireAddress } from './kinds.ts';
import { gist } from './memory.ts';
import { readPhoneNumber } from './phone-number.ts';
import { apartMs } from './send.ts';
import type { Sender } from './send.ts';
import type { Attempt, Reconciled } from '../kit/outgoing.ts';

/** How far the server's clock is ahead of ours, at least and at most (ms). */
type Ahead = { readonly least: number; readonly most: number };

/** A wall clock is set in steps of seconds, seldom minutes; a twin this much older (ms) may still be ours after such a step. */
const margin = 10 * 60_000;
const mostPages = 10;
const pageSize = 100;
/** Without a date in the answer the clocks are taken to differ by this much (ms) at most. */
const unknownAhead: Ahead = { least: -60_000, most: 60_000 };

/** The server says its time in whole seconds (RFC 9110 section 6.6.1), at some moment between question and answer. */
function aheadIn(headers: Headers, asked: number, answered: number): Ahead {
  const date = dateOf(headers.get('date') ?? '');
  return date === null ? unknownAhead : { least: date - answered, most: date + 1_000 - asked };
}

/** What the list says of one recipient's messages, and how well the clocks agree. */
type Seen = { readonly messages: readonly MessageResource[]; readonly ahead: Ahead; readonly whole: boolean };

async function messagesTo(sender: Sender, to: string, since: number, signal: AbortSignal): Promise<Seen> {
  const { client, settings, kind, clock } = sender;
  const messages: MessageResource[] = [];
  let ahead: Ahead = unknownAhead;
  let place: Readonly<Record<string, string>> = {};
  for (let page = 0; page < mostPages; page += 1) {
    const asked = clock.now();
    const answer = await client.ask(
      {
        method: 'GET',
        path: `2010-04-01/Accounts/${settings.accountSid}/Messages.json`,
        query: {
          To: wireAddress(kind, to),
          From: wireAddress(kind, settings.own),
          PageSize: String(pageSize),
          ...place,
        },
      },
      signal,
    );
    if (answer.status !== 200) throw client.refusal(answer);
    if (page === 0) ahead = aheadIn(answer.headers, asked, clock.now());
    const list = client.read(messageList, answer);
    const read = readable(messageResource, list.messages);
    messages.push(...read);
    // Newest first but for a few: a whole page from before is proof that the rest is.
    const passed = read.every((one) => (dateOf(one.date_created) ?? since) < since + ahead.least - margin);
    const next = list.next_page_uri;
    if (next === null || (read.length > 0 && passed)) return { messages, ahead, whole: true };
    const query = new URL(next, client.base).searchParams;
    place = Object.fromEntries(
      ['Page', 'PageToken'].flatMap((name) => {
        const value = query.get(name);
        return value === null ? [] : [[name, value]];
      }),
    );
  }
  return { messages, ahead, whole: false };
}

/** Whether a message says what we wanted to say. A template is put into words by the server, so only its absence proves something. */
const isLike = (message: MessageResource, said: Said): boolean => gist(message.body) === gist(said.text);

type Verdict = { readonly kind: 'accepted' | 'absent' | 'unknown'; readonly sid: string | null };

const judged = (kind: Verdict['kind'], sid: string | null = null): Verdict => ({ kind, sid });

/**
 * Decides by dates alone which of the messages with the same words is the one of this attempt. A try leaves {@link apartMs} after it began,
 * so ours is younger than that by the server's clock, and what was said before is older; whatever lies between, because the clocks cannot
 * be read well enough, or because one was set, is not decided at all.
 */
function judge(
  attempt: Attempt,
  said: Said,
  { messages, ahead, whole }: Seen,
  claimed: (sid: string) => string | null,
): Verdict {
  const known = messages.find(({ sid }) => claimed(sid) === attempt.clientId);
  if (known !== undefined) return judged('accepted', known.sid);
  if (!whole) return judged('unknown');
  const free = messages.filter(({ sid, direction }) => direction !== 'inbound' && claimed(sid) === null);
  const at = (message: MessageResource): number => dateOf(message.date_created) ?? attempt.since + ahead.most;
  // Dates are cut to the second: a message dated d was made between d and d + 999 ms.
  const isOurs = (message: MessageResource): boolean => at(message) > attempt.since + ahead.most;
  const isOlder = (message: MessageResource): boolean =>
    !isOurs(message) && at(message) < attempt.since + apartMs + ahead.least - 999;
  const couldBe = said.template === null ? free.filter((one) => isLike(one, said)) : free;
  const ours = couldBe.filter(isOurs);
  const doubtful = couldBe.filter((one) => !isOurs(one) && !isOlder(one));
  const [only, ...others] = ours;
  if (only !== undefined) {
    const alone = others.length === 0 && doubtful.length === 0 && isLike(only, said);
    return alone ? judged('accepted', only.sid) : judged('unknown');
  }
  if (doubtful.length > 0) return judged('unknown');
  // An older twin may be ours after all, if our clock was set back since; only where there is none is absence proved.
  const twins = couldBe.some((one) => at(one) >= attempt.since + ahead.least - margin);
  return judged(twins ? 'unknown' : 'absent');
}

/** Looks among what left our number for what an attempt left behind. */
export async function reconcileMessage(
  sender: Sender,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Reconciled> {
  const said = saidIn(attempt.bytes);
  if (said === null) return 'unknown';
  const verdicts: Verdict[] = [];
  for (const recipient of attempt.pending) {
    const to = readPhoneNumber(recipient);
    if (to === null) return 'unknown';
    const seen = await messagesTo(sender, to, attempt.since, signal);
    const verdict = judge(attempt, said, seen, (name) => sender.sent.clientIdOf(name));
    if (verdict.sid !== null) {
      sender.sent.name(verdict.sid, attempt.clientId);
      sender.sent.end(attempt.clientId, to);
    }
    verdicts.push(verdict);
  }
  const [first] = verdicts;
  // With several recipients some may have it, and the outbox asks for one answer.
  if (first === undefined || verdicts.some(({ kind }) => kind !== first.kind)) return 'unknown';
  return first.sid === null ? first.kind : { acceptedAs: first.sid };
}
