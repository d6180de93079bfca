import { FileKey } from 'lucide-react';
import { useId, useRef } from 'react';
import { ManagedNote } from '#renderer/features/policy/index.ts';
import { Button, TextArea, TextField, useWords } from '#renderer/ui/index.ts';
import type { DatabaseParts, DatabaseTyped, WrongField } from '../model/database-address.ts';

type Props = {
  readonly typed: DatabaseTyped;
  readonly wrong: readonly WrongField[];
  /** The database is laid down by a policy; only the login is asked for. */
  readonly locked: boolean;
  readonly onChange: (patch: Partial<DatabaseTyped>) => void;
};

/** The longest certificate that the engine takes, in characters. */
const longestCertificate = 32_000;

const AsParts = ({ typed, wrong, locked, onChange }: Props) => {
  const words = useWords();
  const { parts } = typed;
  const set = (patch: Partial<DatabaseParts>): void => {
    onChange({ parts: { ...parts, ...patch } });
  };
  const missing = (field: WrongField): string | null =>
    wrong.includes(field) ? words('team.set-up.missing') : null;
  return (
    <>
      <div className="team-host">
        <TextField
          label={words('team.set-up.host')}
          disabled={locked}
          error={missing('host')}
          value={parts.host}
          maxLength={253}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => set({ host: event.currentTarget.value })}
        />
        <TextField
          label={words('team.set-up.port')}
          disabled={locked}
          error={wrong.includes('port') ? words('team.set-up.port.wrong') : null}
          value={parts.port}
          maxLength={5}
          inputMode="numeric"
          autoComplete="off"
          onChange={(event) => set({ port: event.currentTarget.value })}
        />
      </div>
      <TextField
        label={words('team.set-up.database')}
        disabled={locked}
        error={missing('database')}
        value={parts.database}
        maxLength={63}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => set({ database: event.currentTarget.value })}
      />
      <div className="settings-pair">
        <TextField
          label={words('team.set-up.user')}
          error={missing('user')}
          value={parts.user}
          maxLength={63}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => set({ user: event.currentTarget.value })}
        />
        <TextField
          label={words('team.set-up.password')}
          type="password"
          value={parts.password}
          maxLength={1_000}
          autoComplete="off"
          onChange={(event) => set({ password: event.currentTarget.value })}
        />
      </div>
    </>
  );
};

/** The certificate of an authority of one's own, which managed databases often have. */
const Certificate = ({ typed, onChange }: Pick<Props, 'typed' | 'onChange'>) => {
  const words = useWords();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <details className="settings-fold">
      <summary>{words('team.set-up.more')}</summary>
      <div className="settings-block">
        <TextArea
          label={words('team.set-up.certificate')}
          hint={words('team.set-up.certificate.hint')}
          className="team-code"
          value={typed.certificate}
          rows={4}
          maxLength={longestCertificate}
          spellCheck={false}
          onChange={(event) => onChange({ certificate: event.currentTarget.value })}
        />
        <div className="settings-actions">
          <Button small icon={FileKey} onClick={() => picker.current?.click()}>
            {words('team.set-up.certificate.choose')}
          </Button>
          <input
            ref={picker}
            type="file"
            hidden
            accept=".pem,.crt,.cer"
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              if (file !== undefined)
                void file
                  .slice(0, longestCertificate)
                  .text()
                  .then((text) => onChange({ certificate: text }));
              event.target.value = '';
            }}
          />
        </div>
      </div>
    </details>
  );
};

/** The database in one address or in its parts, and the certificate of an authority of its own. */
export const DatabaseFields = (props: Props) => {
  const { typed, wrong, locked, onChange } = props;
  const words = useWords();
  const group = useId();
  return (
    <fieldset className="team-fields">
      <legend className="field-label">{words('team.set-up.how')}</legend>
      {locked ? (
        <p>
          <ManagedNote of="team.database" />
        </p>
      ) : (
        <div className="team-choices">
          {(['address', 'parts'] as const).map((how) => (
            <label key={how} className="team-choice">
              <input
                type="radio"
                name={group}
                checked={typed.how === how}
                onChange={() => onChange({ how })}
              />
              {words(`team.set-up.how.${how}`)}
            </label>
          ))}
        </div>
      )}
      {typed.how === 'parts' ? (
        <AsParts {...props} />
      ) : (
        <TextField
          label={words('team.set-up.address')}
          hint={words('team.set-up.address.hint')}
          error={wrong.includes('address') ? words('team.set-up.address.wrong') : null}
          value={typed.address}
          maxLength={4_000}
          spellCheck={false}
          autoComplete="off"
          autoFocus
          onChange={(event) => onChange({ address: event.currentTarget.value })}
        />
      )}
      <p className="field-note">{words('team.set-up.login.hint')}</p>
      <Certificate typed={typed} onChange={onChange} />
    </fieldset>
  );
};
