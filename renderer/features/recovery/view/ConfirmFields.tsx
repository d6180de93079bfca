import { useState, type SubmitEvent } from 'react';
import { useAsked } from '#renderer/engine-client/index.ts';
import { Notice, TextField, useWords } from '#renderer/ui/index.ts';
import { recoveryRefusal } from '../model/refused.ts';
import { countWords, placesToAsk, wordCount, wordsOf } from '../model/typed-words.ts';
import { WordsField } from './WordsField.tsx';

type Confirming = {
  /** The id of the form, whose button stands elsewhere. */
  readonly form: string;
  readonly onBusy: (busy: boolean) => void;
  readonly onConfirmed: () => void;
};

const useConfirming = ({ onBusy, onConfirmed }: Confirming) => {
  const words = useWords();
  const { asked, ask, forget } = useAsked('recovery.confirmWords');
  const failure = asked.kind === 'refused' ? asked.failure : null;
  const wrong = failure?.kind === 'wrong-words' ? failure.place : null;
  const said =
    failure === null
      ? null
      : failure.kind !== 'wrong-words'
        ? recoveryRefusal(words, failure)
        : wrong === null
          ? words('recovery.words.confirm.wrong')
          : words('recovery.words.confirm.wrong-place', { place: wrong });
  const confirm = (typed: readonly { readonly place: number; readonly word: string }[]): void => {
    if (asked.kind === 'busy') return;
    onBusy(true);
    void ask({ words: [...typed] }).then((done) => {
      onBusy(false);
      if (done) onConfirmed();
    });
  };
  return { said, wrong, confirm, forget };
};

const Wrong = ({ said, beside }: { readonly said: string | null; readonly beside: boolean }) => (
  <>
    {said === null || beside ? null : (
      <Notice tone="bad">
        <p>{said}</p>
      </Notice>
    )}
    <p className="unseen" role="alert">
      {said}
    </p>
  </>
);

/** Three of the words that were just shown, typed again from the paper. */
export const ConfirmThree = (confirming: Confirming) => {
  const words = useWords();
  const [places] = useState(() => placesToAsk(Math.random));
  const [typed, setTyped] = useState<Readonly<Record<number, string>>>({});
  const { said, wrong, confirm, forget } = useConfirming(confirming);
  const wordAt = (place: number): string => (typed[place] ?? '').trim();

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (places.every((place) => wordAt(place) !== ''))
      confirm(places.map((place) => ({ place, word: wordAt(place) })));
  };

  return (
    <form id={confirming.form} className="recovery-dialog" onSubmit={submit} noValidate>
      <p>{words('recovery.words.confirm.what')}</p>
      <div className="recovery-confirm">
        {places.map((place) => (
          <TextField
            key={place}
            label={words('recovery.words.place', { place })}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            dir="ltr"
            maxLength={50}
            value={typed[place] ?? ''}
            error={wrong === place ? said : null}
            onChange={(event) => {
              setTyped({ ...typed, [place]: event.currentTarget.value });
              if (said !== null) forget();
            }}
          />
        ))}
      </div>
      <Wrong said={said} beside={wrong !== null} />
    </form>
  );
};

/** All of the words, typed from the paper: nothing here knows them any more. */
export const ConfirmAll = (confirming: Confirming) => {
  const words = useWords();
  const [typed, setTyped] = useState('');
  const [miscounted, setMiscounted] = useState<number | null>(null);
  const { said, confirm, forget } = useConfirming(confirming);
  const wrong = miscounted === null ? said : words('recovery.enter.count', { count: miscounted });

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const count = countWords(typed);
    setMiscounted(count === wordCount ? null : count);
    if (count === wordCount)
      confirm(wordsOf(typed).map((word, index) => ({ place: index + 1, word: word.slice(0, 50) })));
  };

  return (
    <form id={confirming.form} className="recovery-dialog" onSubmit={submit} noValidate>
      <p>{words('recovery.words.confirm.all')}</p>
      <WordsField
        value={typed}
        error={null}
        onChange={(value) => {
          setTyped(value);
          setMiscounted(null);
          if (said !== null) forget();
        }}
      />
      <Wrong said={wrong} beside={false} />
    </form>
  );
};
