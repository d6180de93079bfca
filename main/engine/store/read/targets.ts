import * as v from 'valibot';
import { schedule as scheduleShape, targetRules } from '#shared/contract/targets.ts';
import type { TargetRules } from '#shared/contract/targets.ts';
import { checkSchedule, defaultSchedule } from '#shared/domain/business-hours/schedule.ts';
import type { Schedule } from '#shared/domain/business-hours/schedule.ts';
import { noTargets } from '#shared/domain/targets/targets.ts';
import type { TargetSettings, Targets } from '#shared/domain/targets/targets.ts';
import type { ReadableDb } from '../driver.ts';

/** Names in the table of settings. */
export const targetKeys = { rules: 'targets', schedule: 'schedule', recount: 'targets-recount' } as const;

const settingOf = (db: ReadableDb, name: string): string | undefined =>
  db.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', [name])?.value;

/** Keeps what was read for as long as the text in the database is the same: this is asked at every change of a conversation. */
const kept = <Value>(parse: (text: string) => Value): ((text: string) => Value) => {
  let last: { readonly text: string; readonly value: Value } | null = null;
  return (text) => {
    if (last?.text !== text) last = { text, value: parse(text) };
    return last.value;
  };
};

const noRules: TargetRules = { workspace: noTargets, byAccount: [], byTag: [] };

const asRules = kept((text: string): TargetRules => {
  const parsed = v.safeParse(targetRules, JSON.parse(text));
  return parsed.success ? parsed.output : noRules;
});

const asSchedule = kept((text: string): Schedule | null => {
  const parsed = v.safeParse(scheduleShape, JSON.parse(text));
  if (!parsed.success) return null;
  const checked = checkSchedule(parsed.output);
  return checked.ok ? checked.value : null;
});

/** In the zone of this computer, which may move; asked once for each zone so that reckoning keeps what it prepared. */
const byZone = kept(defaultSchedule);

/** The working hours of the workspace; Monday to Friday from nine to five here where none were set. */
export const readSchedule = (db: ReadableDb): Schedule => {
  const text = settingOf(db, targetKeys.schedule);
  const set = text === undefined ? null : asSchedule(text);
  return set ?? byZone(new Intl.DateTimeFormat().resolvedOptions().timeZone);
};

/** What was set about targets. */
export const readRules = (db: ReadableDb): TargetRules => {
  const text = settingOf(db, targetKeys.rules);
  return text === undefined ? noRules : asRules(text);
};

const promisesSomething = ({ firstAnswer, nextAnswer, resolution }: Targets): boolean =>
  firstAnswer !== null || nextAnswer !== null || resolution !== null;

/** The targets as the rules want them; null where nothing is promised to anybody. */
export const readTargets = (db: ReadableDb): TargetSettings | null => {
  const { workspace, byAccount, byTag } = readRules(db);
  const any = [workspace, ...byAccount.map(({ targets }) => targets), ...byTag.map(({ targets }) => targets)];
  if (!any.some(promisesSomething)) return null;
  return {
    workspace,
    byAccount: new Map(byAccount.map(({ account, targets }) => [account, targets])),
    byTag,
  };
};

/** Whether open conversations are still to be reckoned by settings that changed. */
export const recountWanted = (db: ReadableDb): string | null => settingOf(db, targetKeys.recount) ?? null;
