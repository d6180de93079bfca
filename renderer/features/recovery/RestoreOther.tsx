import { useState } from 'react';
import { useAsked } from '#renderer/engine-client/index.ts';
import { Button, useWords } from '#renderer/ui/index.ts';
import { OtherBackupDialog } from './view/OtherBackupDialog.tsx';
import { RecoveryRefused } from './view/RecoveryRefused.tsx';
import './recovery.css';

/** A button that asks for the folder of a backup from elsewhere, shows what is in it and restores it. */
export const RestoreOther = ({
  label,
  small = false,
  describedBy,
}: {
  readonly label: string;
  readonly small?: boolean;
  readonly describedBy?: string;
}) => {
  const words = useWords();
  const { asked, ask, forget } = useAsked('backup.openOther');
  const [shown, setShown] = useState(false);
  const busy = asked.kind === 'busy';
  return (
    <div className="recovery-other">
      <div>
        <Button
          small={small}
          aria-describedby={describedBy}
          busy={busy}
          onClick={() => {
            void ask({}).then(setShown);
          }}
        >
          {busy ? words('recovery.other.busy') : label}
        </Button>
      </div>
      {asked.kind === 'refused' ? <RecoveryRefused failure={asked.failure} /> : null}
      {shown && asked.kind === 'done' && asked.value !== null ? (
        <OtherBackupDialog
          found={asked.value}
          onClose={() => {
            setShown(false);
            forget();
          }}
        />
      ) : null}
    </div>
  );
};
