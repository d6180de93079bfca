import { ChevronsDown, ChevronsUp, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import {
  Busy,
  Button,
  IconButton,
  Menu,
  Notice,
  classes,
  refusalWords,
  useWords,
} from '#renderer/ui/index.ts';
import { useAction, useNavigation, useToasts } from '#renderer/workbench/index.ts';
import type { AccountRow } from '#shared/contract/accounts.ts';
import type { DraftMode } from '#shared/contract/compose.ts';
import type { ConversationId, DraftId } from '#shared/kit/brand.ts';
import { useDraft, useSaving } from './model/use-draft.ts';
import type { DraftHands, OpenDraft } from './model/use-draft.ts';
import { useFiles } from './model/use-files.ts';
import { useSend } from './model/use-send.ts';
import type { Seen } from './model/use-send.ts';
import { AccountChoice } from './view/AccountChoice.tsx';
import { Addressing } from './view/Addressing.tsx';
import type { RecipientList } from './view/Addressing.tsx';
import { ComposerFoot } from './view/ComposerFoot.tsx';
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

const modes: readonly DraftMode[] = ['reply', 'reply-all', 'forward'];

type ReadyProps = Props & { readonly open: OpenDraft; readonly hands: DraftHands };

/** Throws a draft away that was started and left without a word. */
const useTidyUp = ({ id, fresh, open, hands }: ReadyProps): { readonly keep: () => void } => {
  const engine = useEngine();
  const untouched = useRef(fresh);
  const onScreen = useRef(false);
  const empty = open.edit.html === '' && open.attachments.length === 0 && hands.keeper.unsaved(id) === null;
  useEffect(() => {
    if (!empty) untouched.current = false;
  }, [empty]);
  useEffect(() => {
    onScreen.current = true;
    return () => {
      onScreen.current = false;
      // After the effects of this round: a composer that is only mounted anew is back on the screen by then.
      queueMicrotask(() => {
        if (!onScreen.current && untouched.current) void engine.call('draft.discard', { id });
      });
    };
  }, [engine, id]);
  return {
    keep: () => {
      untouched.current = false;
    },
  };
};

const Head = ({
  open,
  hands,
  accounts,
  canForward,
  onHide,
  tall,
  onTall,
}: ReadyProps & {
  readonly accounts: readonly AccountRow[];
  readonly canForward: boolean;
  readonly tall: boolean;
  readonly onTall: () => void;
}) => {
  const words = useWords();
  const toasts = useToasts();
  const { mode } = open.draft;
  const choose = async (next: DraftMode): Promise<void> => {
    const answer = await hands.setMode(next);
    if (answer !== null && !answer.ok)
      toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
  };
  return (
    <header className="composer-head">
      {mode === 'new' ? (
        <h2 className="composer-title">{words('composer.title.new')}</h2>
      ) : (
        <Menu
          label={words('composer.mode')}
          kind="quiet"
          small
          items={modes
            .filter((one) => canForward || one !== 'forward')
            .map((one) => ({
              id: one,
              label: words(`composer.title.${one}`),
              checked: one === mode,
              run: () => {
                void choose(one);
              },
            }))}
        >
          {words(`composer.title.${mode}`)} ▾
        </Menu>
      )}
      <AccountChoice
        account={open.edit.account}
        accounts={accounts}
        onChange={(account) => {
          hands.change({ account });
        }}
      />
      <span className="composer-head-space" />
      {mode === 'new' ? null : (
        <IconButton
          icon={tall ? ChevronsDown : ChevronsUp}
          label={words(tall ? 'composer.smaller' : 'composer.taller')}
          pressed={tall}
          onClick={onTall}
        />
      )}
      <IconButton icon={X} label={words('composer.hide')} onClick={onHide} />
    </header>
  );
};

const StaleNotice = ({ onShow, onSend }: { readonly onShow: () => void; readonly onSend: () => void }) => {
  const words = useWords();
  return (
    <Notice
      tone="warn"
      live
      title={words('composer.stale.title')}
      actions={
        <>
          <Button small onClick={onShow}>
            {words('composer.stale.show')}
          </Button>
          <Button small onClick={onSend}>
            {words('composer.stale.send')}
          </Button>
        </>
      }
    >
      <p>{words('composer.stale.words')}</p>
    </Notice>
  );
};

const useAccounts = (account: string | null) => {
  const list = useLive('account.list', {}).data?.accounts ?? null;
  const kinds = useLive('account.kinds', {}).data?.kinds ?? [];
  const chosen = list?.find(({ id }) => id === account) ?? (list?.length === 1 ? list[0] : undefined);
  return {
    list,
    chosen,
    capabilities: kinds.find(({ kind }) => kind === chosen?.kind)?.capabilities ?? null,
  };
};

/** Whether the answered message is quoted below. */
const QuoteChoice = ({ open, hands }: { readonly open: OpenDraft; readonly hands: DraftHands }) => {
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

const Below = ({ open, signature }: { readonly open: OpenDraft; readonly signature: string }) => {
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

/** The refusals that the composer says itself, and how. */
const useRefusal = (send: ReturnType<typeof useSend>, pending: string | null): string | null => {
  const words = useWords();
  if (pending !== null) return words('composer.recipient.bad', { text: pending });
  if (send.state.kind === 'unsaved') return words('composer.failing');
  if (send.state.kind !== 'refused' || send.state.failure.kind === 'stale') return null;
  return refusalWords(words, send.state.failure);
};

const Ready = (props: ReadyProps) => {
  const { id, open, hands, seen, onSent, onHide, onGone, onShowNew } = props;
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const { go } = useNavigation();
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
      <Head
        {...props}
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
      {accounts.list?.length === 0 ? (
        <Notice
          tone="warn"
          title={words('composer.no-account.title')}
          actions={
            <Button small onClick={() => go({ kind: 'connect' })}>
              {words('composer.no-account.connect')}
            </Button>
          }
        >
          <p>{words('composer.no-account.words')}</p>
        </Notice>
      ) : null}
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
