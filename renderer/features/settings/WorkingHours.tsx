import { useState } from 'react';
import { Button, SelectField, TextArea, TextField, useWords } from '#renderer/ui/index.ts';
import type { WorkingHours } from '#shared/contract/targets.ts';
import { weekdays } from '#shared/domain/business-hours/schedule.ts';
import type { Weekday } from '#shared/domain/business-hours/schedule.ts';
import { hoursText, readDates, readHours } from './model/hours-text.ts';
import { useChange } from './model/use-change.ts';

const zoneOptions = (chosen: string): readonly { readonly value: string; readonly label: string }[] =>
  [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', chosen])]
    .sort()
    .map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));

type Typed = Readonly<Record<Weekday, string>>;

const typedOf = ({ days }: WorkingHours): Typed => ({
  mon: hoursText(days.mon),
  tue: hoursText(days.tue),
  wed: hoursText(days.wed),
  thu: hoursText(days.thu),
  fri: hoursText(days.fri),
  sat: hoursText(days.sat),
  sun: hoursText(days.sun),
});

/** The week that was typed; null while a day is not understood. */
const daysOf = (typed: Typed): WorkingHours['days'] | null => {
  const days: WorkingHours['days'] = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
  for (const day of weekdays) {
    const hours = readHours(typed[day]);
    if (hours === null) return null;
    days[day] = hours;
  }
  return days;
};

/** When somebody is there to answer: zone, hours of each weekday, holidays. */
export const WorkingHoursForm = ({ schedule }: { readonly schedule: WorkingHours }) => {
  const words = useWords();
  const change = useChange();
  const [zone, setZone] = useState(schedule.zone);
  const [typed, setTyped] = useState(() => typedOf(schedule));
  const [holidays, setHolidays] = useState(schedule.holidays.join('\n'));
  const dates = readDates(holidays);
  const days = daysOf(typed);
  return (
    <form
      className="settings-narrow"
      onSubmit={(event) => {
        event.preventDefault();
        if (days === null || dates.kind === 'wrong') return;
        void change(
          'target.setSchedule',
          { schedule: { ...schedule, zone, days, holidays: dates.dates } },
          words('word.saved'),
        );
      }}
    >
      <p className="settings-soft">{words('settings.hours.what')}</p>
      <SelectField
        label={words('settings.hours.zone')}
        value={zone}
        options={zoneOptions(schedule.zone)}
        onChange={(event) => {
          setZone(event.currentTarget.value);
        }}
      />
      <div className="settings-pair">
        {weekdays.map((day) => (
          <TextField
            key={day}
            label={words(`settings.hours.${day}`)}
            error={readHours(typed[day]) === null ? words('settings.hours.wrong') : null}
            placeholder={words('settings.hours.closed')}
            maxLength={200}
            value={typed[day]}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setTyped((before) => ({ ...before, [day]: value }));
            }}
          />
        ))}
      </div>
      <TextArea
        label={words('settings.hours.holidays')}
        hint={words('settings.hours.holidays.hint')}
        error={dates.kind === 'wrong' ? words('settings.hours.holidays.wrong', { date: dates.line }) : null}
        rows={4}
        maxLength={12_000}
        value={holidays}
        onChange={(event) => {
          setHolidays(event.currentTarget.value);
        }}
      />
      <div className="settings-actions">
        <Button kind="primary" small submit disabled={days === null || dates.kind === 'wrong'}>
          {words('word.save')}
        </Button>
      </div>
    </form>
  );
};
