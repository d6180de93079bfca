import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Busy, Notice, classes, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useAction, useToasts } from '#renderer/workbench/index.ts';
import type { ConversationId, DraftId } from '#shared/kit/brand.ts';
import { useAccounts } from './model/use-accounts.ts';
import { useDraft, useSaving } from './model/use-draft.ts';
import type { DraftHands, OpenDraft } from './model/use-draft.ts';
import { useFiles } from './model/use-files.ts';
import { useRefusal } from './model/use-refusal.ts';
import { useSend } from './model/use-send.ts';
import type { Seen } from './model/use-send.ts';
import { useTidyUp } from './model/use-tidy-up.ts';
import { Addressing } from './view/Addressing.tsx';
import type { RecipientList } from './view/Addressing.tsx';
import { Below, QuoteChoice } from './view/BesideText.tsx';
import { ComposerFoot } from './view/ComposerFoot.tsx';
import { ComposerHead } from './view/ComposerHead.tsx';
import { NoAccountNotice, StaleNotice } from './view/ComposerNotices.tsx';
import { DraftFiles } from './view/DraftFiles.tsx';
import { RichText } from './view/RichText.tsx';
import type { RichTextHandle } from './view/RichText.tsx';
import './composer.css';

type Props = {
  /** Give the same as `key`: everything inside belongs to this one draft. */
  readonly id: DraftId;
  /** What is known of the conversation that is answered; null for a new message. */
  readonly seen: Seen | null;
  /** Whether the draft was only just started, so that leaving it untouched throws it away. */
  readonly fresh: boolean;
  readonly onSent: (conversation: ConversationId) => void;
  /** The composer leaves the screen; the draft stays. */
  readonly onHide: () => void;
  /** The draft is no more. */
  readonly onGone: () => void;
  /** Shows what came since the agent began to write. */
  readonly onShowNew: () => void;
};

type ReadyProps = Props & { readonly open: OpenDraft; readonly hands: DraftHands };

const Ready = (props: ReadyProps) => {
  const { id, open, hands, seen, onSent, onHide, onGone, onShowNew } = props;
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const editor = useRef<RichTextHandle>(null);
  const pending = useRef<Record<RecipientList, string>>({ to: '', cc: '', bcc: '' });
  const [badRecipient, setBadRecipient] = useState<string | null>(null);
  const [tall, setTall] = useState(false);
  const tidy = useTidyUp(props);
  const files = useFiles(id, open.attachments, hands);
  const saving = useSaving(hands.keeper, id);
  const accounts = useAccounts(open.edit.account);
  const sender = useSend(id, hands.keeper, seen, ({ conversation }) => {
    tidy.keep();
    onSent(conversation);
  });
  const refusal = useRefusal(sender, badRecipient);
  const { mode } = open.draft;

  const send = (resolve: boolean): void => {
    const unfinished = Object.values(pending.current).find((text) => text !== '');
    if (unfinished !== undefined) setBadRecipient(unfinished);
    else if (!sender.stale) void sender.send(resolve);
  };
  const discard = async (): Promise<void> => {
    tidy.keep();
    hands.keeper.forget(id);
    const answer = await engine.call('draft.discard', { id });
    if (answer.ok) toasts.show({ text: words('composer.discarded') });
    onGone();
  };
  const onFiles = (chosen: readonly File[], where: 'text' | 'beside'): void => {
    for (const file of chosen) {
      void files.attach(file, where === 'text').then((made) => {
        if (made !== null && made.contentId !== null && where === 'text')
          editor.current?.insertPicture(made.contentId, made.name);
      });
    }
  };
  useAction('composer.send', () => send(false));
  useAction('composer.send-resolve', seen === null ? null : () => send(true));

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      send(event.shiftKey && seen !== null);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onHide();
    }
  };

  return (
    <section
      className={classes('composer', mode === 'new' && 'composer-new', tall && 'composer-tall')}
      aria-label={words(`composer.title.${mode}`)}
      // The editor would take Ctrl+Enter for a line break; the composer is asked first.
      onKeyDownCapture={(event) => {
        if (event.key === 'Enter') onKeyDown(event);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onKeyDown(event);
      }}
      onBlur={() => hands.keeper.flush(id)}
    >
      <ComposerHead
        open={open}
        hands={hands}
        onHide={onHide}
        accounts={accounts.list ?? []}
        canForward={accounts.capabilities?.forward ?? true}
        tall={tall}
        onTall={() => setTall(!tall)}
      />
      <Addressing
        edit={open.edit}
        mode={mode}
        capabilities={accounts.capabilities}
        focusTo={open.edit.to.length === 0}
        onChange={hands.change}
        onPending={(list, text) => {
          pending.current[list] = text;
          setBadRecipient(null);
          if (sender.state.kind === 'refused') sender.calm();
        }}
      />
      <RichText
        ref={editor}
        initialHtml={open.edit.html}
        label={words('composer.text')}
        placeholder={words(
          mode === 'forward'
            ? 'composer.placeholder.forward'
            : mode === 'new'
              ? 'composer.placeholder.new'
              : 'composer.placeholder.reply',
        )}
        autoFocus={open.edit.to.length > 0}
        picture={files.picture}
        onChange={(html) => hands.change({ html })}
        onBlur={() => hands.keeper.flush(id)}
        onFiles={onFiles}
        beside={<QuoteChoice open={open} hands={hands} />}
      />
      <Below open={open} signature={accounts.chosen?.signature ?? ''} />
      <DraftFiles
        files={open.attachments}
        arriving={files.arriving}
        limit={accounts.capabilities?.maxAttachmentBytes ?? null}
        onDetach={(attachment) => {
          void files.detach(attachment);
        }}
      />
      {accounts.list?.length === 0 ? <NoAccountNotice /> : null}
      {sender.stale ? <StaleNotice onShow={onShowNew} onSend={() => sender.sendAnyway(false)} /> : null}
      {refusal === null ? null : (
        <Notice tone="bad" live>
          <p>{refusal}</p>
        </Notice>
      )}
      <ComposerFoot
        sending={sender.state.kind === 'sending'}
        saving={saving}
        canResolve={seen !== null}
        onSend={send}
        onAttach={() => {
          void files.choose();
        }}
        onDiscard={() => {
          void discard();
        }}
      />
    </section>
  );
};

/** Where an answer or a new message is written. Saved at every pause to the draft it was opened for. */
export const Composer = (props: Props) => {
  const { id, onGone } = props;
  const words = useWords();
  const { standing, hands } = useDraft(id);
  const gone = standing.kind === 'refused' && standing.failure.kind === 'draft-gone';
  useEffect(() => {
    if (gone) onGone();
  }, [gone, onGone]);
  if (standing.kind === 'loading')
    return (
      <section className="composer">
        <Busy subject={words('composer.opening')} />
      </section>
    );
  if (standing.kind === 'refused')
    return gone ? null : (
      <section className="composer">
        <Notice tone="bad">{refusalWords(words, standing.failure)}</Notice>
      </section>
    );
  return <Ready {...props} open={standing} hands={hands} />;
};
