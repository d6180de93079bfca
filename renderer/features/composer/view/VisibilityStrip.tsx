import { EyeOff, Globe, Lock, TriangleAlert, Users } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { Button, Menu, useWords } from '#renderer/ui/index.ts';
import type { Visibility } from '#shared/domain/message.ts';
import './visibility-strip.css';

const icons: Readonly<Record<Visibility, LucideIcon>> = {
  public: Globe,
  unlisted: EyeOff,
  followers: Users,
  direct: Lock,
};

const WarningField = ({
  warning,
  onChange,
}: {
  readonly warning: string;
  readonly onChange: (warning: string) => void;
}) => {
  const words = useWords();
  return (
    <label className="addressing-line visibility-warning">
      <span className="recipient-label">{words('composer.warning')}</span>
      <input
        className="addressing-subject"
        value={warning}
        maxLength={500}
        placeholder={words('composer.warning.example')}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
};

/** Who will see what is written, unmistakably, at the head of the composer; it can be made fewer, never more. */
export const VisibilityStrip = ({
  visibility,
  choices,
  warning,
  customer,
  onChange,
  onWarning,
}: {
  readonly visibility: Visibility;
  /** What may be chosen, widest first. */
  readonly choices: readonly Visibility[];
  readonly warning: string;
  /** Who is answered, as they call themselves. */
  readonly customer: string;
  readonly onChange: (visibility: Visibility) => void;
  readonly onWarning: (warning: string) => void;
}) => {
  const words = useWords();
  const [asked, setAsked] = useState(false);
  const Icon = icons[visibility];
  return (
    <>
      <div className="visibility-strip" data-visibility={visibility}>
        <Icon aria-hidden size={16} />
        {choices.length > 1 ? (
          <Menu
            label={words('composer.visibility')}
            kind="quiet"
            small
            items={choices.map((one) => ({
              id: one,
              label: words(`composer.visibility.${one}`, { name: customer }),
              icon: icons[one],
              checked: one === visibility,
              run: () => onChange(one),
            }))}
          >
            {words(`visibility.${visibility}`)} ▾
          </Menu>
        ) : (
          <strong>{words(`visibility.${visibility}`)}</strong>
        )}
        <span className="visibility-who">{words(`composer.who.${visibility}`, { name: customer })}</span>
        {warning === '' && !asked ? (
          <Button small kind="quiet" icon={TriangleAlert} onClick={() => setAsked(true)}>
            {words('composer.warning.add')}
          </Button>
        ) : null}
      </div>
      {warning !== '' || asked ? <WarningField warning={warning} onChange={onWarning} /> : null}
    </>
  );
};
