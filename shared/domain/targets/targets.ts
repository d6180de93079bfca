import type { AccountId } from '../../kit/brand.ts';
import { addBusinessTime } from '../business-hours/business-time.ts';
import type { Schedule } from '../business-hours/schedule.ts';
import { minuteMs } from '../business-hours/zone.ts';
import type { ConversationStatus } from '../conversation/state.ts';

/** How soon customers are to be answered and matters solved, in ms of business time; null where no such promise is made. */
export type Targets = {
  readonly firstAnswer: number | null;
  readonly nextAnswer: number | null;
  readonly resolution: number | null;
};

/** Nothing is promised. */
export const noTargets: Targets = { firstAnswer: null, nextAnswer: null, resolution: null };

/** The targets a workspace has set. The first tag of `byTag` that a conversation carries decides. */
export type TargetSettings = {
  readonly workspace: Targets;
  readonly byAccount: ReadonlyMap<AccountId, Targets>;
  readonly byTag: readonly { readonly tag: string; readonly targets: Targets }[];
};

/** The targets of a conversation: its tag's before its account's before the workspace's, each as a whole and never mixed. */
export const chooseTargets = (
  settings: TargetSettings,
  conversation: { readonly tags: readonly string[]; readonly account: AccountId | null },
): Targets => {
  const tagged = settings.byTag.find(({ tag }) => conversation.tags.includes(tag));
  if (tagged !== undefined) return tagged.targets;
  const { account } = conversation;
  return (account === null ? undefined : settings.byAccount.get(account)) ?? settings.workspace;
};

/** What the targets look at. Times are ms UTC. */
export type TargetFacts = {
  /** When the customer's first unanswered message was written; null while nobody waits. */
  readonly waitingSince: number | null;
  /** When the customer first wrote in this conversation; null if that has not happened. */
  readonly firstInboundAt: number | null;
  /** Whether one of us has ever answered here. */
  readonly everAnswered: boolean;
  readonly openedAt: number;
  readonly status: ConversationStatus;
};

/** One promise that counts now: its time runs from `from` until `at` (ms UTC). */
export type Due = {
  readonly kind: 'first-answer' | 'next-answer' | 'resolution';
  readonly from: number;
  readonly at: number;
};

const due = (kind: Due['kind'], from: number, target: number | null, schedule: Schedule): Due | null => {
  if (target === null) return null;
  const at = addBusinessTime(schedule, from, target);
  return at.ok ? { kind, from, at: at.value } : null;
};

const answerDue = (targets: Targets, facts: TargetFacts, schedule: Schedule): Due | null => {
  if (facts.waitingSince === null) return null;
  return facts.everAnswered
    ? due('next-answer', facts.waitingSince, targets.nextAnswer, schedule)
    : due('first-answer', facts.firstInboundAt ?? facts.waitingSince, targets.firstAnswer, schedule);
};

/**
 * The promise that falls due first, or null when none counts: only an open conversation has any, an answer only
 * while the customer waits. Of two at the same moment the answer is named. A schedule that never opens makes no
 * promise due.
 */
export const dueBy = (targets: Targets, facts: TargetFacts, schedule: Schedule): Due | null => {
  if (facts.status !== 'open') return null;
  const answer = answerDue(targets, facts, schedule);
  const resolution = due('resolution', facts.openedAt, targets.resolution, schedule);
  if (answer === null || resolution === null) return answer ?? resolution;
  return resolution.at < answer.at ? resolution : answer;
};

/** How a target stands: nothing to do yet, about to be missed, missed. */
export type TargetState = 'calm' | 'soon' | 'late';

/** The last part of a target's time in which it is `soon`, and the least that part lasts. */
const lastPart = 1 / 4;
const leastWarning = 30 * minuteMs;

/** `late` from the due time on, `soon` in the last quarter of the time from `from`, and in any case 30 minutes before. All in ms UTC. */
export const stateOfTarget = (dueAt: number, from: number, now: number): TargetState => {
  if (now >= dueAt) return 'late';
  return now >= dueAt - Math.max(leastWarning, (dueAt - from) * lastPart) ? 'soon' : 'calm';
};
