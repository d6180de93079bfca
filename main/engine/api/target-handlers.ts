import type { targetCalls } from '#shared/contract/targets.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { ok } from '#shared/kit/result.ts';
import { readRules, readSchedule } from '../store/read/targets.ts';
import type { Workspace } from '../workspace.ts';

const copied = <Row extends object>(rows: readonly Row[]): Row[] => rows.map((row) => ({ ...row }));

/** Handlers for targets and working hours. */
export const targetHandlers = ({ db, writer }: Workspace): Pick<Handlers, keyof typeof targetCalls> => ({
  'target.settings': () => {
    const { zone, days, holidays, shortened = [] } = readSchedule(db);
    return ok({
      schedule: {
        zone,
        days: {
          mon: copied(days.mon),
          tue: copied(days.tue),
          wed: copied(days.wed),
          thu: copied(days.thu),
          fri: copied(days.fri),
          sat: copied(days.sat),
          sun: copied(days.sun),
        },
        holidays: [...holidays],
        shortened: shortened.map(({ date, hours }) => ({ date, hours: copied(hours) })),
      },
      rules: readRules(db),
    });
  },
  'target.setRules': async (input) => ok(await writer.run('target.setRules', input)),
  'target.setSchedule': (input) => writer.run('target.setSchedule', input),
});
