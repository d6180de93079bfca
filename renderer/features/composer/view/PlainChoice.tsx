import { Type } from 'lucide-react';
import { useState } from 'react';
import { Button, Dialog, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useAction, useKeysOf, useToasts } from '#renderer/workbench/index.ts';
import { lostInPlain } from '../model/plain-words.ts';
import type { DraftHands, OpenDraft } from '../model/use-draft.ts';

type Props = {
  readonly open: OpenDraft;
  readonly hands: DraftHands;
  /** The text was changed by other hands than the editor's, which has to read it anew. */
  readonly onAnew: () => void;
};

/** Whether the draft goes out as plain text; asks once before formatting is lost, and can be taken back. */
export const PlainChoice = ({ open, hands, onAnew }: Props) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const toasts = useToasts();
  const [asking, setAsking] = useState(false);
  const { plain, html } = open.edit;
  const lost = plain ? [] : lostInPlain(html);

  const turn = async (): Promise<void> => {
    setAsking(false);
    const answer = await hands.setPlain(!plain);
    if (answer === null) return;
    if (!answer.ok) {
      toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
      return;
    }
    onAnew();
    toasts.show({
      text: words(plain ? 'composer.rich.done' : 'composer.plain.done'),
      undo: () => {
        void hands.setPlain(plain).then(() => {
          hands.change({ html, plain });
          onAnew();
        });
      },
    });
  };
  const ask = (): void => {
    if (lost.length === 0) void turn();
    else setAsking(true);
  };
  useAction('composer.plain', ask);
  return (
    <>
      <Button
        small
        kind="quiet"
        icon={Type}
        aria-pressed={plain}
        tooltip={words('action.composer.plain')}
        keys={keysOf('composer.plain')}
        onClick={ask}
      >
        {words('composer.plain')}
      </Button>
      {asking ? (
        <Dialog
          title={words('composer.plain.question')}
          closeLabel={words('word.close')}
          size="small"
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>{words('composer.plain.keep')}</Button>
              <Button
                kind="primary"
                onClick={() => {
                  void turn();
                }}
              >
                {words('composer.plain.switch')}
              </Button>
            </>
          }
        >
          <p>
            {words('composer.plain.lost', {
              what: new Intl.ListFormat(words.locale, { type: 'disjunction' }).format(
                lost.map((kind) => words(`composer.lost.${kind}`)),
              ),
            })}
          </p>
        </Dialog>
      ) : null}
    </>
  );
};
