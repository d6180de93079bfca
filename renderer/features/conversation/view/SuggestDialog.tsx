import { useId, useRef, useState } from 'react';
import type { SubmitEvent } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { PlainText, RichText, plainText } from '#renderer/features/composer/index.ts';
import type { EditorHandle } from '#renderer/features/composer/index.ts';
import {
  DialogFoot,
  ReasonField,
  RefusedHere,
  sendByEnter,
  useDialogChange,
} from '#renderer/features/ownership/index.ts';
import { Dialog, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Review } from '#shared/contract/reviews.ts';
import { mostReviewNote } from '#shared/domain/conversation/review.ts';
import type { ConversationId } from '#shared/kit/brand.ts';

/** Suggests another wording of a colleague's answer: its text to change, and why. */
export const SuggestDialog = ({
  conversation,
  review,
  onClose,
}: {
  readonly conversation: ConversationId;
  readonly review: Review;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const form = useId();
  const editor = useRef<EditorHandle>(null);
  const [html, setHtml] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const change = useDialogChange();
  const { name } = review.by;
  const shown = review.answer.html;
  const isPlain = plainText(shown) !== '';

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const said = { verdict: 'changes', note, html: html === shown ? null : html } as const;
    const asked = engine.call('review.give', { conversation, review: review.id, ...said });
    // A verdict is answered with nothing, so that it was taken is seen at the answer itself.
    await change.run(asked);
    if (!(await asked).ok) return;
    toasts.show({ text: words('review.given.changes', { name }) });
    onClose();
  };
  const field = {
    ref: editor,
    initialHtml: shown,
    label: words('review.suggest.text'),
    placeholder: '',
    autoFocus: true,
    shortcuts: null,
    onChange: setHtml,
    onBlur: () => undefined,
    beside: null,
  };
  return (
    <Dialog
      title={words('review.suggest.title')}
      size="large"
      closeLabel={words('word.close')}
      onClose={onClose}
      footer={
        <DialogFoot
          form={form}
          label={words('review.suggest.do', { name })}
          busy={change.busy}
          onCancel={onClose}
        />
      }
    >
      <form
        id={form}
        className="review-suggest"
        noValidate
        onSubmit={(event) => {
          void submit(event);
        }}
        onKeyDown={(event) => sendByEnter(event, false)}
      >
        <div
          className="review-suggest-text"
          onKeyDownCapture={(event) => {
            // The editor would take Ctrl+Enter for a line break.
            if (event.ctrlKey || event.metaKey) sendByEnter(event, false);
          }}
        >
          {isPlain ? (
            <PlainText {...field} onFiles={() => undefined} />
          ) : (
            <RichText
              {...field}
              unfilledWords={words('composer.snippet.unfilled')}
              picture={() => Promise.resolve(null)}
              onFiles={null}
            />
          )}
        </div>
        <ReasonField
          label={words('review.suggest.note')}
          hint={words('review.suggest.note.hint')}
          value={note}
          onChange={(text) => setNote(text.slice(0, mostReviewNote))}
        />
        <RefusedHere refusal={change.refusal} />
      </form>
    </Dialog>
  );
};
