import { useWords } from '#renderer/ui/index.ts';
import type { DraftHands, OpenDraft } from '../model/use-draft.ts';

/** Whether the answered message is quoted below. */
export const QuoteChoice = ({ open, hands }: { readonly open: OpenDraft; readonly hands: DraftHands }) => {
  const words = useWords();
  const { mode } = open.draft;
  if (mode !== 'reply' && mode !== 'reply-all') return null;
  return (
    <label className="composer-quote">
      <input
        type="checkbox"
        checked={open.edit.quote}
        onChange={(event) => {
          hands.change({ quote: event.target.checked });
        }}
      />
      {words('composer.quote')}
    </label>
  );
};

/** What will stand below the written words: the account's signature, and the forwarded message. */
export const Below = ({ open, signature }: { readonly open: OpenDraft; readonly signature: string }) => {
  const words = useWords();
  const { mode } = open.draft;
  return (
    <>
      {signature === '' ? null : (
        <div className="composer-signature" aria-label={words('composer.signature')} role="note" tabIndex={0}>
          {signature}
        </div>
      )}
      {mode === 'forward' ? <p className="composer-hint">{words('composer.forward.will')}</p> : null}
    </>
  );
};
