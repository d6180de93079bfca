import { addWorkingDays } from '#shared/domain/business-hours/business-time.ts';
import { defaultSchedule } from '#shared/domain/business-hours/schedule.ts';

/** A check is due three working days after the transfer, unless the giver says otherwise. */
const workingDays = 3;

/** When the check of a transfer made at `now` is due by default, in ms UTC. `zone` is an IANA zone. */
export const usualCheckTime = (now: number, zone: string): number => {
  const due = addWorkingDays(defaultSchedule(zone), now, workingDays);
  return due.ok ? due.value : now + workingDays * 86_400_000;
};
