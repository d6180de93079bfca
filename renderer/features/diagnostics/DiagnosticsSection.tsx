import { Stethoscope } from 'lucide-react';
import { useState } from 'react';
import { Button, useWords } from '#renderer/ui/index.ts';
import { DiagnosticsDialog } from './DiagnosticsDialog.tsx';
import './diagnostics.css';

/** What can be collected for whoever helps, and that nothing is sent by itself. */
export const DiagnosticsSection = () => {
  const words = useWords();
  const [open, setOpen] = useState(false);
  return (
    <section className="diagnostics">
      <h3 className="diagnostics-head">
        <Stethoscope aria-hidden size={16} />
        {words('diagnostics.head')}
      </h3>
      <p>{words('diagnostics.lead')}</p>
      <div className="settings-actions">
        <Button
          onClick={() => {
            setOpen(true);
          }}
        >
          {words('diagnostics.open')}
        </Button>
      </div>
      <p className="settings-soft">{words('diagnostics.telemetry')}</p>
      {open ? (
        <DiagnosticsDialog
          onClose={() => {
            setOpen(false);
          }}
        />
      ) : null}
    </section>
  );
};
