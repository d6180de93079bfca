import type { HandedOver, Receiver } from '#shared/contract/leads.ts';
import { spread } from '#shared/domain/balance/spread.ts';
import type { Plan } from '#shared/domain/balance/spread.ts';
import { openLedger, workOf } from '#shared/domain/balance/standing.ts';
import type { Ledger, Standing } from '#shared/domain/balance/standing.ts';
import type { Case } from '#shared/domain/balance/suggest.ts';
import { leads } from '#shared/domain/member.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { ReadableDb } from '../store/driver.ts';
import { casesOf, promisesOf } from '../store/read/balance.ts';
import type { HeldCase, HeldPromise } from '../store/read/balance.ts';
import { presenceOf, roleOf } from '../store/read/members.ts';
import { standingsOf } from '../store/read/team.ts';
import type { Present } from '../store/read/team.ts';

/** What a lead wants to be handed over, and how. */
export type HandOver = {
  readonly member: MemberId;
  readonly to: Receiver;
  /** Who gets the checks; null leaves them with the giver. */
  readonly checks: MemberId | null;
};

type Why =
  { readonly kind: 'leads-only' } | { readonly kind: 'member-gone' } | { readonly kind: 'nobody-there' };

/** A promise or a check, and who is to keep it; null for one that stays with the giver. */
export type GivenPromise = HeldPromise & { readonly to: MemberId | null };

/** Everything that a hand-over is about to do. */
export type HandOverPlan = {
  readonly cases: readonly HeldCase[];
  readonly standings: readonly Standing[];
  readonly conversations: Plan;
  readonly promises: readonly GivenPromise[];
};

const toOne = (
  from: MemberId,
  to: MemberId,
  cases: readonly Case[],
  standings: readonly Standing[],
): Plan => {
  const { ledger, hand } = openLedger(standings);
  for (const one of cases) hand(one, from, to);
  return { moves: cases.map(({ conversation }) => ({ conversation, to, reasons: [] })), after: ledger };
};

/** Those who are there, the one with the least work first. */
const lightest = (ledger: Ledger, except: MemberId): MemberId | null =>
  [...ledger.values()]
    .filter(({ member, there }) => there && member !== except)
    .sort((one, other) => workOf(one) - workOf(other) || (one.member < other.member ? -1 : 1))[0]?.member ??
  null;

/** Who is to keep what was promised: whoever has the conversation then, as long as they are there. */
const keeperOf = (
  { purpose, conversation, owner }: HeldPromise,
  { member, to, checks }: HandOver,
  { moves, after }: { readonly moves: ReadonlyMap<ConversationId, MemberId>; readonly after: Ledger },
): MemberId | null => {
  const has = moves.get(conversation) ?? owner;
  if (purpose === 'check') return checks === has ? null : checks;
  if (to.kind === 'one') return to.member;
  return has !== null && has !== member && after.get(has)?.there === true ? has : lightest(after, member);
};

/** Why a hand-over cannot be; null where it can. */
const obstacleTo = (
  db: ReadableDb,
  { member, to, checks }: HandOver,
  me: MemberId,
  now: number,
): Why | null => {
  if (!leads(roleOf(db, me))) return { kind: 'leads-only' };
  const named = [
    ...(to.kind === 'one' ? [to.member] : to.edits.map((edit) => edit.to)),
    ...(checks === null ? [] : [checks]),
  ];
  const cannot = named.some((one) => one === member || presenceOf(db, one, now).kind === 'gone');
  return cannot ? { kind: 'member-gone' } : null;
};

/** Reckons what a hand-over would do as things are now; the same question always has the same answer. */
export const planHandOver = (
  db: ReadableDb,
  wish: HandOver,
  me: MemberId,
  present: Present,
): Result<HandOverPlan, Why> => {
  const obstacle = obstacleTo(db, wish, me, present.now);
  if (obstacle !== null) return fail(obstacle);
  const { member, to } = wish;
  const cases = casesOf(db, member);
  const standings = standingsOf(db, present);
  const pool = standings.some((one) => one.there && one.member !== member);
  if (to.kind === 'spread' && !pool) return fail({ kind: 'nobody-there' });
  const conversations =
    to.kind === 'one'
      ? toOne(member, to.member, cases, standings)
      : spread(member, cases, standings, new Map(to.edits.map((edit) => [edit.conversation, edit.to])));
  const moves = new Map(conversations.moves.map((move) => [move.conversation, move.to]));
  const promises = promisesOf(db, member).map((promise) => ({
    ...promise,
    to: keeperOf(promise, wish, { moves, after: conversations.after }),
  }));
  return ok({ cases, standings, conversations, promises });
};

/** How many promises and checks go and how many checks stay although somebody was named for them. */
export const countPromises = (
  promises: readonly GivenPromise[],
  checks: MemberId | null,
): Pick<HandedOver, 'followUps' | 'checks' | 'checksKept'> => {
  const open = promises.filter(({ purpose }) => purpose === 'check');
  return {
    followUps: promises.filter(({ purpose }) => purpose === 'promise').length,
    checks: open.length,
    checksKept: checks === null ? 0 : open.filter(({ to }) => to === null).length,
  };
};
