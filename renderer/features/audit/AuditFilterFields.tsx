import { SelectField, TextField, useWords } from '#renderer/ui/index.ts';
import type { AuditFilter } from '#shared/contract/audit.ts';
import type { Member } from '#shared/contract/ownership.ts';
import { auditTopics } from '#shared/domain/audit/topics.ts';
import { dayOf, startOfDay } from './days.ts';

/** Narrows the audit to a person, a topic and days. */
export const AuditFilterFields = ({
  filter,
  members,
  onChange,
}: {
  readonly filter: AuditFilter;
  /** Whom it can be narrowed to; with nobody to choose from the field is left out. */
  readonly members: readonly Member[];
  readonly onChange: (filter: AuditFilter) => void;
}) => {
  const words = useWords();
  const { person, topic, from, to } = filter;
  return (
    <fieldset className="audit-filter">
      <legend className="unseen">{words('audit.filter')}</legend>
      {members.length > 1 ? (
        <SelectField
          label={words('audit.person')}
          value={person ?? ''}
          options={[
            { value: '', label: words('audit.person.all') },
            ...members.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={({ target }) => {
            const chosen = members.find(({ id }) => id === target.value);
            onChange({ ...filter, person: chosen?.id ?? null });
          }}
        />
      ) : null}
      <SelectField
        label={words('audit.topic')}
        value={topic ?? ''}
        options={[
          { value: '', label: words('audit.topic.all') },
          ...auditTopics.map((id) => ({ value: id, label: words(`audit.topic.${id}`) })),
        ]}
        onChange={({ target }) => {
          onChange({ ...filter, topic: auditTopics.find((id) => id === target.value) ?? null });
        }}
      />
      <TextField
        type="date"
        label={words('audit.from')}
        value={from === null ? '' : dayOf(from, 0)}
        onChange={({ target }) => {
          onChange({ ...filter, from: startOfDay(target.value, 0) });
        }}
      />
      <TextField
        type="date"
        label={words('audit.to')}
        value={to === null ? '' : dayOf(to, -1)}
        onChange={({ target }) => {
          // The whole of that day: up to the first moment of the next one.
          onChange({ ...filter, to: startOfDay(target.value, 1) });
        }}
      />
    </fieldset>
  );
};
