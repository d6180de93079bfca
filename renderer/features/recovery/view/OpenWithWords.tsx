import { useState, type SubmitEvent } from 'react';
import { useAsked } from '#renderer/engine-client/index.ts';
import { Button, useWords } from '#renderer/ui/index.ts';
import { countWords, wordCount } from '../model/typed-words.ts';
import { RecoveryRefused } from './RecoveryRefused.tsx';
import { WordsField } from './WordsField.tsx';
import '../recovery.css';

/** Opens the workspace that is here by its words; the application goes on by itself when they are right. */
export const OpenWithWords = ({ autoFocus = false }: { readonly autoFocus?: boolean }) => {
  const words = useWords();
  const [typed, setTyped] = useState('');
  const [miscounted, setMiscounted] = useState<number | null>(null);
  const { asked, ask, forget } = useAsked('recovery.openWithWords');

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const count = countWords(typed);
    setMiscounted(count === wordCount ? null : count);
    if (count === wordCount) void ask({ words: typed });
    else forget();
  };

  return (
    <form className="recovery-form" onSubmit={submit} noValidate>
      <WordsField
        value={typed}
        error={miscounted === null ? null : words('recovery.enter.count', { count: miscounted })}
        autoFocus={autoFocus}
        onChange={(value) => {
          setTyped(value);
          setMiscounted(null);
        }}
      />
      {asked.kind === 'refused' ? <RecoveryRefused failure={asked.failure} /> : null}
      <p className="unseen" role="alert">
        {miscounted === null ? '' : words('recovery.enter.count', { count: miscounted })}
      </p>
      <div>
        <Button kind="primary" submit busy={asked.kind === 'busy'} disabled={typed.trim() === ''}>
          {words(asked.kind === 'busy' ? 'recovery.enter.busy' : 'recovery.enter.do')}
        </Button>
      </div>
    </form>
  );
};
