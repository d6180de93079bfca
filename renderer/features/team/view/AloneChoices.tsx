import { Database, LockKeyhole, Mail, type LucideIcon } from 'lucide-react';
import { useId } from 'react';
import { Button, useWords } from '#renderer/ui/index.ts';

const icons: Readonly<Record<'set-up' | 'join', LucideIcon>> = { 'set-up': Database, join: Mail };

const Choice = ({
  way,
  primary,
  onChoose,
}: {
  readonly way: 'set-up' | 'join';
  readonly primary: boolean;
  readonly onChoose: () => void;
}) => {
  const words = useWords();
  const id = useId();
  const Icon = icons[way];
  return (
    <section className="team-way">
      <Icon className="team-way-icon" aria-hidden size={20} />
      <h3>{words(`team.alone.${way}`)}</h3>
      <p id={id} className="settings-soft">
        {words(`team.alone.${way}.what`)}
      </p>
      <div className="team-way-do">
        <Button kind={primary ? 'primary' : 'plain'} aria-describedby={id} onClick={onChoose}>
          {words(`action.team.${way}`)}
        </Button>
      </div>
    </section>
  );
};

/** What a team is, and the two ways into one, for who works alone. */
export const AloneChoices = ({ onChoose }: { readonly onChoose: (wish: 'set-up' | 'join') => void }) => {
  const words = useWords();
  return (
    <div className="team-settings">
      <p className="team-what">{words('team.what')}</p>
      <div className="team-ways">
        <Choice way="join" primary onChoose={() => onChoose('join')} />
        <Choice way="set-up" primary={false} onChoose={() => onChoose('set-up')} />
      </div>
      <p className="team-private">
        <LockKeyhole aria-hidden size={14} />
        {words('team.what.private')}
      </p>
    </div>
  );
};
