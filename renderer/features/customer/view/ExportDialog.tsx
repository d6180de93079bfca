import { useState } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import {
  Busy,
  Button,
  CheckField,
  Dialog,
  Notice,
  ProgressBar,
  refusalWords,
  useWords,
} from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import './export-dialog.css';

/** How far the export is. */
const Under = () => {
  const words = useWords();
  const running = useLive('export.progress', {}).data?.running ?? null;
  if (running === null || running.total === 0) return <Busy subject={words('export.begins')} />;
  const { done, total } = running;
  const said = words('export.progress', { done, total });
  return (
    <div className="export-progress">
      <p>{said}</p>
      <ProgressBar label={said} value={done} total={total} />
    </div>
  );
};

/** Writes everything about a customer into one file, with or without what colleagues told each other. */
export const ExportDialog = ({
  customer,
  name,
  onClose,
}: {
  readonly customer: CustomerId;
  readonly name: string;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const [notes, setNotes] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  const write = async (): Promise<void> => {
    setBusy(true);
    setWrong(null);
    const answer = await engine.call('export.customer', { id: customer, notes });
    setBusy(false);
    if (!answer.ok) setWrong(refusalWords(words, answer.failure));
    else if (answer.value.kind === 'stopped') toasts.show({ text: words('export.stopped') });
    else if (answer.value.kind === 'saved') {
      const { missing, ...made } = answer.value;
      const left = missing === 0 ? '' : ` ${words('export.left-out', { count: missing })}`;
      toasts.show({ text: `${words('export.done', made)}${left}` });
      onClose();
    }
  };
  const stop = (): void => {
    void engine.call('export.stop', {});
  };

  return (
    <Dialog
      title={words('export.title', { name })}
      closeLabel={words('word.close')}
      onClose={() => {
        // What nobody watches any more is not made.
        if (busy) stop();
        onClose();
      }}
      footer={
        busy ? (
          <Button onClick={stop}>{words('export.stop')}</Button>
        ) : (
          <>
            <Button onClick={onClose}>{words('word.cancel')}</Button>
            <Button
              kind="primary"
              onClick={() => {
                void write();
              }}
            >
              {words('export.do')}
            </Button>
          </>
        )
      }
    >
      <div className="export-body">
        <p>{words('export.what')}</p>
        <p>{words('export.others')}</p>
        <CheckField
          label={words('export.notes')}
          hint={words('export.notes.hint')}
          checked={notes}
          disabled={busy}
          onChange={({ target }) => {
            setNotes(target.checked);
          }}
        />
        <p className="customer-soft">{words('export.not-encrypted')}</p>
        {busy ? <Under /> : null}
        {wrong === null ? null : (
          <Notice tone="bad" live>
            <p>{wrong}</p>
          </Notice>
        )}
      </div>
    </Dialog>
  );
};
