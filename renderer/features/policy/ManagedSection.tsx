import { Badge, Busy, Notice, useWords } from '#renderer/ui/index.ts';
import type { PolicyRow } from '#shared/contract/policy.ts';
import type { PolicyProblem } from '#shared/domain/policy/policy.ts';
import { definitionOf } from '#shared/domain/policy/keys.ts';
import { shownValue } from '#shared/domain/policy/shown.ts';
import { usePolicy } from './use-policy.ts';
import './policy.css';

const Value = ({ row }: { readonly row: PolicyRow }) => {
  const words = useWords();
  if (row.state === 'closed') return <Badge tone="warn">{words('policy.closed')}</Badge>;
  if (definitionOf(row.key).secret === true) return <>{words('policy.secret')}</>;
  const lines = shownValue(row.value, { on: words('policy.on'), off: words('policy.off') });
  if (lines.length === 0) return <>{words('policy.none')}</>;
  return lines.map((line) => (
    <span key={line} className="policy-line">
      {line}
    </span>
  ));
};

const InForce = ({ rows }: { readonly rows: readonly PolicyRow[] }) => {
  const words = useWords();
  return (
    <section aria-labelledby="policy-in-force">
      <h3 className="policy-head" id="policy-in-force">
        {words('policy.in-force')}
      </h3>
      <dl className="policy-list">
        {rows.map((row) => (
          <div key={row.key} className="policy-row">
            <dt>
              {words(`policy.key.${row.key}`)}
              <span className="policy-about">{words(`policy.key.${row.key}.about`)}</span>
            </dt>
            <dd>
              <Value row={row} />
              <span className="policy-from" title={row.where}>
                {words(`policy.from.${row.source}`)}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
};

const Problems = ({ problems }: { readonly problems: readonly PolicyProblem[] }) => {
  const words = useWords();
  const placeOf = ({ where, line, path }: PolicyProblem): string => {
    const values = { where, path: path === '' ? 'none' : path };
    return line === null ? words('policy.place', values) : words('policy.place.line', { ...values, line });
  };
  return (
    <Notice tone="warn" title={words('policy.wrong')}>
      <ul className="policy-problems">
        {problems.map((problem, at) => (
          // The list never changes while the window is open.
          <li key={at}>
            {words.of(`policy.problem.${problem.kind}`, { said: problem.said }, 'policy.problem.other')}
            <span className="policy-place">{placeOf(problem)}</span>
          </li>
        ))}
      </ul>
    </Notice>
  );
};

/** Everything that is laid down for this machine, and what is wrong with it. */
export const ManagedSection = () => {
  const words = useWords();
  const { state, byWords } = usePolicy();
  if (state === null) return <Busy subject={words('word.loading')} />;
  const { rows, problems, contact } = state;
  // Who manages this and whom to ask stands above the list.
  const shown = rows.filter(({ key }) => key !== 'managedBy' && key !== 'contact');
  return (
    <div className="settings-stack">
      {rows.length === 0 ? (
        <p>{words('policy.lead.none')}</p>
      ) : (
        <div>
          <p className="policy-by">{byWords}</p>
          {contact === null ? null : <p className="policy-soft">{contact}</p>}
          <p>{words('policy.lead')}</p>
        </div>
      )}
      {problems.length === 0 ? null : <Problems problems={problems} />}
      {shown.length === 0 ? null : <InForce rows={shown} />}
      <p className="policy-soft">{words('policy.restart')}</p>
      <p className="policy-soft">{words('policy.telemetry')}</p>
    </div>
  );
};
