import { Printer } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useAsked } from '#renderer/engine-client/index.ts';
import { Button, Dialog, Notice, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import { ConfirmAll, ConfirmThree } from './view/ConfirmFields.tsx';
import { RecoveryRefused } from './view/RecoveryRefused.tsx';
import { WordsGrid } from './view/WordsGrid.tsx';
import './recovery.css';

type Step = 'intro' | 'shown' | 'confirm' | 'leaving';

/** What one step says and what can be done in it. */
type Shape = { readonly title: string; readonly body: ReactNode; readonly foot: ReactNode };

/**
 * Makes recovery words: what they are for, the words once, three of them typed again. `begin` confirm: the words were
 * made earlier and are only on paper.
 */
export const WordsDialog = ({
  begin,
  replaces,
  onClose,
}: {
  readonly begin: 'intro' | 'confirm';
  /** There are words already, which the new ones take the place of. */
  readonly replaces: boolean;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const { show } = useToasts();
  const form = useId();
  const { asked, ask } = useAsked('recovery.makeWords');
  const [step, setStep] = useState<Step>(begin);
  const [before, setBefore] = useState<Step>(begin);
  const [at] = useState(() => Date.now());
  const [comparing, setComparing] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  const made = asked.kind === 'done' ? asked.value.words : null;

  useEffect(() => {
    // What had the focus went with its step.
    const next =
      top.current?.querySelector<HTMLElement>('input, textarea') ??
      top.current?.closest('.dialog-sheet')?.querySelector<HTMLElement>('.dialog-foot [data-first-focus]');
    next?.focus({ preventScroll: true });
  }, [step]);

  const close = (): void => {
    if (made === null || step === 'leaving') onClose();
    else {
      setBefore(step);
      setStep('leaving');
    }
  };
  const confirmed = (): void => {
    show({ text: words('recovery.words.done') });
    onClose();
  };

  const shapes: Readonly<Record<Step, () => Shape>> = {
    intro: () => ({
      title: words(replaces ? 'recovery.words.title.new' : 'recovery.words.title'),
      body: (
        <>
          <ul className="recovery-steps">
            <li>{words('recovery.words.intro.write')}</li>
            <li>{words('recovery.words.intro.secret')}</li>
            <li>{words('recovery.words.intro.confirm')}</li>
          </ul>
          {replaces ? (
            <Notice tone="warn">
              <p>{words('recovery.words.intro.new')}</p>
            </Notice>
          ) : null}
          {asked.kind === 'refused' ? <RecoveryRefused failure={asked.failure} /> : null}
        </>
      ),
      foot: (
        <>
          <Button onClick={onClose}>{words('word.cancel')}</Button>
          <Button
            kind="primary"
            data-first-focus
            busy={asked.kind === 'busy'}
            onClick={() => {
              void ask({}).then((done) => {
                if (done) setStep('shown');
              });
            }}
          >
            {words(asked.kind === 'busy' ? 'recovery.words.show.busy' : 'recovery.words.show')}
          </Button>
        </>
      ),
    }),
    shown: () => ({
      title: words(replaces ? 'recovery.words.title.new' : 'recovery.words.title'),
      body: (
        <>
          <p role="status">{words('recovery.words.shown')}</p>
          <WordsGrid shown={made ?? []} at={at} />
          <p className="settings-soft">{words('recovery.words.clipboard')}</p>
        </>
      ),
      foot: (
        <>
          <Button
            icon={Printer}
            onClick={() => {
              window.print();
            }}
          >
            {words('recovery.words.print')}
          </Button>
          <Button
            kind="primary"
            data-first-focus
            onClick={() => {
              setStep('confirm');
            }}
          >
            {words('recovery.words.written')}
          </Button>
        </>
      ),
    }),
    confirm: () => ({
      title: words('recovery.words.confirm.title'),
      body:
        made === null ? (
          <ConfirmAll form={form} onBusy={setComparing} onConfirmed={confirmed} />
        ) : (
          <ConfirmThree form={form} onBusy={setComparing} onConfirmed={confirmed} />
        ),
      foot: (
        <>
          <Button
            onClick={
              made === null
                ? onClose
                : () => {
                    setStep('shown');
                  }
            }
          >
            {words(made === null ? 'word.cancel' : 'recovery.words.again')}
          </Button>
          <Button kind="primary" submit form={form} busy={comparing}>
            {words(comparing ? 'recovery.words.confirm.busy' : 'recovery.words.confirm.do')}
          </Button>
        </>
      ),
    }),
    leaving: () => ({
      title: words('recovery.words.leave.title'),
      body: <p>{words('recovery.words.leave.what')}</p>,
      foot: (
        <>
          <Button onClick={onClose}>{words('recovery.words.leave.do')}</Button>
          <Button
            kind="primary"
            data-first-focus
            onClick={() => {
              setStep(before);
            }}
          >
            {words('recovery.words.leave.stay')}
          </Button>
        </>
      ),
    }),
  };
  const { title, body, foot } = shapes[step]();

  return (
    <Dialog
      title={title}
      closeLabel={words('word.close')}
      onClose={close}
      readOnly={step !== 'confirm'}
      footer={foot}
    >
      <div ref={top} className="recovery-dialog">
        {body}
      </div>
    </Dialog>
  );
};
