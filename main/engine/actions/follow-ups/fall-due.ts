import type { Purpose } from '#shared/domain/conversation/follow-up.ts';
import { leads } from '#shared/domain/member.ts';
import type { ConversationId, FollowUpId } from '#shared/kit/brand.ts';
import { conversationOfFollowUp } from '../../store/read/follow-ups.ts';
import { breached, dueAwake, namesOf, reminderOf } from '../../store/read/due.ts';
import { roleOf, viewerOf } from '../../store/read/members.ts';
import { readSchedule } from '../../store/read/targets.ts';
import { markMissed, sweepMissed } from '../../store/write/missed.ts';
import { markTold } from '../../store/write/targets.ts';
import type { Action } from '../action.ts';
import { change } from '../conversations/change.ts';

/** What a notice about a conversation says. */
export type ToldOf = {
  readonly conversation: ConversationId;
  readonly customer: string;
  readonly subject: string;
};

/** A follow-up of the person here that has just come up. */
export type Fallen = ToldOf & {
  readonly id: FollowUpId;
  readonly purpose: Purpose;
  readonly why: string;
  readonly late: boolean;
  /** The mail could not be looked at, so an answer may lie on the server. */
  readonly unchecked: boolean;
};

/**
 * The clock has reached these follow-ups: each comes up once, in this transaction; what was moved, ended or told
 * meanwhile is left alone. Answers those of the person here, so that they can be told.
 */
const fallDue: Action<
  {
    readonly now: number;
    readonly due: readonly { readonly id: FollowUpId; readonly late: boolean; readonly unchecked: boolean }[];
  },
  { readonly fallen: readonly Fallen[] }
> = (context, { now, due }) => {
  const { zone } = readSchedule(context.db);
  if (due.some(({ late }) => late)) sweepMissed(context.db);
  const fallen: Fallen[] = [];
  for (const { id, late, unchecked } of due) {
    const facts = reminderOf(context.db, id);
    const conversation = conversationOfFollowUp(context.db, id);
    if (facts === undefined || conversation === undefined) continue;
    const made = change(context, conversation, { kind: 'fall-due', id, now, late, zone }, { byClock: true });
    if (!made.ok || made.value.length === 0) continue;
    if (late) markMissed(context.db, id);
    if (facts.owner !== context.me) continue;
    const { customer, subject, purpose, why } = facts;
    fallen.push({ id, conversation, customer, subject, purpose, why, late, unchecked });
  }
  return { fallen };
};

/** What slept until now is awake again; answers how many of at most `limit` that were. */
const wakeDue: Action<{ readonly now: number; readonly limit: number }, { readonly woken: number }> = (
  context,
  { now, limit },
) => {
  const due = dueAwake(context.db, now, limit);
  for (const id of due) change(context, id, { kind: 'wake', because: 'time' }, { byClock: true });
  return { woken: due.length };
};

/** A breach that is older than this is no news: the mail was imported, or the target set, long after. */
const newsForMs = 24 * 60 * 60 * 1_000;

/** Targets that have passed are told once: the owner's own to the owner, nobody's to those who lead or work alone. */
const tellBreaches: Action<
  { readonly now: number; readonly limit: number },
  { readonly told: readonly ToldOf[]; readonly more: boolean }
> = (context, { now, limit }) => {
  const { db, me } = context;
  const past = breached(db, now, limit);
  const unowned = viewerOf(db).alone || leads(roleOf(db, me));
  for (const { num, id } of past) {
    markTold(db, num);
    context.changed({ topic: 'conversation', id });
  }
  if (past.length > 0) context.changed({ topic: 'lists' });
  const mine = past.filter(
    ({ owner, at }) => at > now - newsForMs && (owner === me || (owner === null && unowned)),
  );
  const told = mine.map(({ num, id }) => ({ conversation: id, ...namesOf(db, num) }));
  return { told, more: past.length === limit };
};

/** What the clock does by itself. */
export const clockActions = {
  'follow-up.fallDue': fallDue,
  'conversation.wakeDue': wakeDue,
  'target.tell': tellBreaches,
} as const;
