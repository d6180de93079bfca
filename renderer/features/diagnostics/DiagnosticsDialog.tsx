import { useEffect, useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Busy, Button, CheckField, Dialog, Notice, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { ScreenFacts } from '#shared/contract/diagnostics.ts';

const matches = (query: string): boolean => window.matchMedia(query).matches;

/** What only the window knows. */
const screenFacts = (): ScreenFacts => {
  const { theme } = document.documentElement.dataset;
  const dark = theme === 'dark' || (theme !== 'light' && matches('(prefers-color-scheme: dark)'));
  return {
    ...{ width: window.innerWidth, height: window.innerHeight, scale: window.devicePixelRatio },
    theme: dark ? 'dark' : 'light',
    reducedMotion: matches('(prefers-reduced-motion: reduce)'),
  };
};

/** The whole of what would be saved, to be read first. */
export const DiagnosticsDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const [check, setCheck] = useState(false);
  const [text, setText] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  useEffect(() => {
    let gone = false;
    void engine.call('diagnostics.collect', { check, screen: screenFacts() }).then((answer) => {
      if (gone) return;
      if (answer.ok) setText(answer.value.text);
      else setWrong(refusalWords(words, answer.failure));
    });
    return () => {
      gone = true;
    };
  }, [check, engine, words]);

  const save = async (whole: string): Promise<void> => {
    const answer = await engine.call('diagnostics.save', { text: whole });
    if (!answer.ok) setWrong(refusalWords(words, answer.failure));
    else if (answer.value.kind === 'saved') {
      toasts.show({ text: words('diagnostics.saved', { name: answer.value.name }) });
      onClose();
    }
  };
  const copy = (whole: string): void => {
    navigator.clipboard.writeText(whole).then(
      () => toasts.show({ text: words('diagnostics.copied') }),
      () => {
        setWrong(words('diagnostics.not-copied'));
      },
    );
  };

  return (
    <Dialog
      title={words('diagnostics.title')}
      closeLabel={words('word.close')}
      size="large"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words('word.cancel')}</Button>
          <Button
            disabled={text === null}
            onClick={() => {
              if (text !== null) copy(text);
            }}
          >
            {words('diagnostics.copy')}
          </Button>
          <Button
            kind="primary"
            disabled={text === null}
            onClick={() => {
              if (text !== null) void save(text);
            }}
          >
            {words('diagnostics.save')}
          </Button>
        </>
      }
    >
      <div className="diagnostics-body">
        <p>{words('diagnostics.contains')}</p>
        <p>
          <strong>{words('diagnostics.contains-not')}</strong>
        </p>
        <CheckField
          label={words('diagnostics.check')}
          checked={check}
          onChange={({ target }) => {
            setText(null);
            setCheck(target.checked);
          }}
        />
        {wrong === null ? null : (
          <Notice tone="bad" live>
            <p>{wrong}</p>
          </Notice>
        )}
        {text === null && wrong === null ? <Busy subject={words('word.loading')} /> : null}
        {text === null ? null : (
          <pre className="diagnostics-text" role="region" aria-label={words('diagnostics.text')} tabIndex={0}>
            {text}
          </pre>
        )}
      </div>
    </Dialog>
  );
};
