import { mostEdited } from '#shared/contract/leads.ts';
import type { BalancePlan, leadCalls, Share } from '#shared/contract/leads.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { relieve } from '#shared/domain/balance/spread.ts';
import type { Move, Plan } from '#shared/domain/balance/spread.ts';
import type { Standing } from '#shared/domain/balance/standing.ts';
import { suggest } from '#shared/domain/balance/suggest.ts';
import { leads } from '#shared/domain/member.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import { countPromises, planHandOver } from '../leads/hand-over-plan.ts';
import type { ReadableDb } from '../store/driver.ts';
import { casesAmong, casesOf, countCovered } from '../store/read/balance.ts';
import type { HeldCase } from '../store/read/balance.ts';
import { conversationRow } from '../store/read/conversation-detail.ts';
import { roleOf, viewerOf } from '../store/read/members.ts';
import { readSchedule } from '../store/read/targets.ts';
import { namesOf, standingsOf } from '../store/read/team.ts';
import type { Present } from '../store/read/team.ts';
import type { Workspace } from '../workspace.ts';

/** As many of the chosen conversations are looked at to say who knows the customers. */
const mostLookedAt = 200;

type Names = ReadonlyMap<MemberId, string>;

const shareOf =
  (names: Names, { after }: Plan) =>
  ({ member, there, open, waiting }: Standing): Share => {
    const then = after.get(member);
    return {
      member: { id: member, name: names.get(member) ?? '' },
      there,
      before: { open, waiting },
      after: { open: then?.open ?? open, waiting: then?.waiting ?? waiting },
    };
  };

/** A plan with the rows it is about, for whoever is to look at it. */
const shown = (
  db: ReadableDb,
  plan: Plan,
  cases: readonly HeldCase[],
  standings: readonly Standing[],
): BalancePlan => {
  const names = namesOf(db);
  const nums = new Map(cases.map(({ conversation, num }) => [conversation, num]));
  const asShown = ({ conversation, to, reasons }: Move): BalancePlan['moves'] => {
    const row = conversationRow(db, nums.get(conversation) ?? -1);
    return row === undefined
      ? []
      : [{ conversation: row, to: { id: to, name: names.get(to) ?? '' }, reasons }];
  };
  return {
    moves: plan.moves.slice(0, mostEdited).flatMap(asShown),
    total: plan.moves.length,
    shares: standings.map(shareOf(names, plan)),
  };
};

/** Handlers for how leads spread the work. */
export const leadHandlers = ({
  db,
  writer,
  clock,
}: Pick<Workspace, 'db' | 'writer' | 'clock'>): Pick<Handlers, keyof typeof leadCalls> => {
  const present = (): Present => ({ now: clock.now(), schedule: readSchedule(db) });
  return {
    'balance.suggest': ({ ids }) => {
      const cases = casesAmong(db, ids.slice(0, mostLookedAt));
      const owners = new Set(cases.map(({ owner }) => owner));
      const [only] = owners.size === 1 ? owners : [];
      const except = new Set(only === undefined || only === null ? [] : [only]);
      const names = namesOf(db);
      const suggestions = suggest(cases, standingsOf(db, present()), except);
      return ok({
        suggestions: suggestions.map(({ member, reasons }) => ({
          member: { id: member, name: names.get(member) ?? '' },
          reasons,
        })),
      });
    },
    'balance.plan': ({ member }) => {
      if (!leads(roleOf(db, viewerOf(db).me))) return fail({ kind: 'leads-only' });
      const standings = standingsOf(db, present());
      const cases = casesOf(db, member, mostEdited);
      return ok(shown(db, relieve(member, cases, standings), cases, standings));
    },
    'balance.accept': (input) => writer.run('balance.accept', input),
    'hand-over.preview': (wish) => {
      const plan = planHandOver(db, wish, viewerOf(db).me, present());
      if (!plan.ok) return plan;
      const { cases, standings, conversations, promises } = plan.value;
      return ok({
        ...shown(db, conversations, cases, standings),
        open: cases.length,
        ...countPromises(promises, wish.checks),
        covered: countCovered(db, wish.member),
      });
    },
    'hand-over.accept': (input) => writer.run('hand-over.accept', input),
  };
};
