import { useEffect, useRef, useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { WhenPicker } from '#renderer/features/when/index.ts';
import { Busy, Dialog, Notice, classes, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useAction, useToasts } from '#renderer/workbench/index.ts';
import type { ConversationId, DraftId } from '#shared/kit/brand.ts';
import type { EditorHandle } from './model/editor-handle.ts';
import { shortcutMatches } from './model/shortcuts.ts';
import { useAccounts } from './model/use-accounts.ts';
import { useChannel } from './model/use-channel.ts';
import { useDraft, useSaving } from './model/use-draft.ts';
import type { DraftHands, OpenDraft } from './model/use-draft.ts';
import { useFiles } from './model/use-files.ts';
import { useRefusal } from './model/use-refusal.ts';
import { simply, useSend } from './model/use-send.ts';
import type { Seen, SendIntent } from './model/use-send.ts';
import { useSnippets } from './model/use-snippets.ts';
import { useTemplates } from './model/use-templates.ts';
import { useTidyUp } from './model/use-tidy-up.ts';
import { useWaysToSend } from './model/use-ways-to-send.ts';
import { Addressing } from './view/Addressing.tsx';
import { Below, QuoteChoice } from './view/BesideText.tsx';
import { ChannelLines, RefusalNotice, ShutNotice } from './view/ChannelLines.tsx';
import { ComposerFoot } from './view/ComposerFoot.tsx';
import { ComposerHead } from './view/ComposerHead.tsx';
import { DraftFiles } from './view/DraftFiles.tsx';
import { LengthCounter, LengthNotice } from './view/LengthNotice.tsx';
import { MappedLine } from './view/MappedLine.tsx';
import { NoAccountNotice } from './view/NoAccountNotice.tsx';
import { PlainChoice } from './view/PlainChoice.tsx';
import { PlainText } from './view/PlainText.tsx';
import { RichText } from './view/RichText.tsx';
import { ShortcutHint, SnippetPicker } from './view/SnippetPicker.tsx';
import { StaleNotice } from './view/StaleNotice.tsx';
import { StopNotice } from './view/StopNotice.tsx';
import { TemplateChooser } from './view/TemplateChooser.tsx';
import { useReviewing } from './use-reviewing.tsx';
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
  /** Writes a note instead; null where there is no conversation to write one in. */
  readonly onNote: (() => void) | null;
};

type ReadyProps = Props & { readonly open: OpenDraft; readonly hands: DraftHands };

const placeholders = {
  reply: 'composer.placeholder.reply',
  'reply-all': 'composer.placeholder.reply',
  forward: 'composer.placeholder.forward',
  new: 'composer.placeholder.new',
} as const;

const Ready = (props: ReadyProps) => {
  const { id, open, hands, seen, onSent, onHide, onGone, onShowNew } = props;
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const editor = useRef<EditorHandle>(null);
  const [tall, setTall] = useState(false);
  const [round, setRound] = useState(0);
  const tidy = useTidyUp(props);
  const accounts = useAccounts(open.edit.account, open.draft.mode === 'new');
  const { capabilities, chosen } = accounts;
  const channel = useChannel(open, accounts);
  const files = useFiles(id, open.attachments, hands, {
    bytes: accounts.maxBytes,
    count: capabilities?.maxAttachments ?? null,
    channel: channel.name,
  });
  const saving = useSaving(hands.keeper, id);
  const snippets = useSnippets(id, hands.keeper, editor);
  const sender = useSend(id, hands.keeper, seen, ({ conversation }) => {
    tidy.keep();
    onSent(conversation);
  });
  const answers = seen !== null;
  // What was asked for when the text was too long, so that its pieces go out as that.
  const asked = useRef<SendIntent>(simply);
  const template = open.edit.template ?? null;
  const templates = useTemplates(channel.prepared ? (chosen?.id ?? null) : null, template);
  const tooLong = channel.fit !== null && !channel.fit.within && !channel.prepared;
  const barred = (intent: SendIntent): boolean => {
    asked.current = intent;
    if (channel.shut) return true;
    if (channel.prepared) return templates.chosen === null || templates.unfilled.length > 0;
    return tooLong && !intent.split;
  };
  const ways = useWaysToSend({ sender, open, hands, answers, barred, onHide });
  const split = (): void => ways.send({ ...asked.current, split: true });
  const refusal = useRefusal(sender, ways.badRecipient);
  const { mode } = open.draft;
  useAction('composer.snippet', snippets.pick);
  const reviewing = useReviewing(open, hands, editor, !channel.prepared && !channel.shut);

  const write = (html: string): void => {
    hands.change({ html });
    // What is changed is looked at anew at the next try.
    if (sender.state.kind === 'stopped') sender.calm();
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
  const onFilesBeside = (given: readonly File[]): void => onFiles(given, 'beside');
  const anew = (): void => setRound((before) => before + 1);
  const attach = (): void => {
    sender.calm();
    void files.choose();
  };
  const field = {
    ref: editor,
    initialHtml: open.edit.html,
    label: words('composer.text'),
    placeholder: words(placeholders[mode]),
    autoFocus: open.edit.to.length > 0,
    shortcuts: snippets,
    onChange: write,
    onBlur: () => hands.keeper.flush(id),
    beside:
      capabilities?.html === false ? null : (
        <span className="composer-beside">
          <PlainChoice open={open} hands={hands} onAnew={anew} />
          <QuoteChoice open={open} hands={hands} />
        </span>
      ),
  };
  const refused = sender.state.kind === 'refused' ? sender.state.failure : null;

  return (
    <>
      <section
        className={classes('composer', mode === 'new' && 'composer-new', tall && 'composer-tall')}
        data-visibility={channel.visibility ?? undefined}
        aria-label={words(`composer.title.${mode}`)}
        // The editor would take Ctrl+Enter for a line break; the composer is asked first.
        onKeyDownCapture={(event) => {
          if (event.key === 'Enter') ways.onKeyDown(event);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') ways.onKeyDown(event);
        }}
        onBlur={() => hands.keeper.flush(id)}
      >
        <ComposerHead
          open={open}
          hands={hands}
          onHide={onHide}
          onNote={props.onNote}
          senders={accounts}
          onAnew={anew}
          tall={tall}
          onTall={() => setTall(!tall)}
        />
        {reviewing.strip}
        <ChannelLines open={open} hands={hands} standing={channel} />
        <Addressing
          edit={open.edit}
          mode={mode}
          profile={accounts.profile}
          focusTo={open.edit.to.length === 0}
          onChange={(patch) => {
            hands.change(patch);
            if (sender.state.kind === 'stopped') sender.calm();
          }}
          onPending={ways.onPending}
        />
        {channel.shut ? <ShutNotice name={channel.name} kept={open.edit.html !== ''} /> : null}
        {channel.prepared ? (
          <TemplateChooser
            templates={templates}
            onChange={(next) => {
              hands.change({ template: next === null ? null : { id: next.id, values: { ...next.values } } });
            }}
          />
        ) : channel.shut && open.edit.html === '' ? null : open.edit.plain ? (
          <PlainText key={`plain ${String(round)}`} {...field} onFiles={onFilesBeside} />
        ) : (
          <RichText
            key={`rich ${String(round)}`}
            {...field}
            unfilledWords={words('composer.snippet.unfilled')}
            picture={files.picture}
            onFiles={capabilities?.html === false ? onFilesBeside : onFiles}
            formats={capabilities === null || capabilities.html ? null : capabilities.formats}
          />
        )}
        {capabilities === null || channel.prepared ? null : (
          <MappedLine html={open.edit.html} capabilities={capabilities} channel={channel.name} />
        )}
        <ShortcutHint
          snippets={
            snippets.typing === null || snippets.typing === ''
              ? []
              : shortcutMatches(snippets.all, snippets.typing)
          }
        />
        <Below open={open} signature={chosen?.signature ?? ''} />
        <DraftFiles
          files={open.attachments}
          arriving={files.arriving}
          limit={accounts.maxBytes}
          onDetach={(attachment) => {
            void files.detach(attachment);
          }}
        />
        {accounts.list?.length === 0 ? <NoAccountNotice account={open.edit.account} /> : null}
        {sender.stale ? (
          <StaleNotice newest={seen?.newest ?? null} onShow={onShowNew} onSend={sender.sendAnyway} />
        ) : null}
        {sender.state.kind === 'stopped' && !sender.stale ? (
          <StopNotice
            stops={sender.state.stops}
            onSend={sender.sendStopped}
            onBack={() => {
              sender.calm();
              editor.current?.focus();
            }}
            onAttach={attach}
            onReplace={ways.replaceRecipient}
          />
        ) : null}
        {tooLong ? <LengthNotice fit={channel.fit} channel={channel.name} onSplit={split} /> : null}
        {refusal === null || (tooLong && refused?.kind === 'too-long') ? null : (
          <RefusalNotice
            refusal={refusal}
            parts={refused?.kind === 'too-long' ? refused.parts : null}
            onSplit={split}
          />
        )}
        <ComposerFoot
          sendWords={channel.sendWords}
          counter={channel.fit === null || channel.prepared ? null : <LengthCounter fit={channel.fit} />}
          noFiles={channel.noFiles}
          sending={sender.state.kind === 'sending'}
          saving={saving}
          answers={answers}
          onSend={(resolve) => ways.send({ ...simply, resolve })}
          onLater={ways.later}
          onFollowUp={ways.followUp}
          onSnippet={snippets.pick}
          onReview={reviewing.ask}
          inReview={reviewing.isOpen}
          onAttach={attach}
          onDiscard={() => {
            void discard();
          }}
        />
      </section>
      {reviewing.dialog}
      {snippets.picking ? (
        <SnippetPicker
          draft={id}
          snippets={snippets.all}
          onChoose={snippets.choose}
          onClose={snippets.stopPicking}
        />
      ) : null}
      {ways.choosing === null ? null : (
        <Dialog
          title={words(
            ways.choosing.what === 'later' ? 'action.composer.send-later' : 'action.composer.send-follow-up',
          )}
          closeLabel={words('word.close')}
          onClose={ways.stopChoosing}
        >
          <WhenPicker
            label={words(
              ways.choosing.what === 'later' ? 'composer.send-later.title' : 'composer.follow-up.title',
            )}
            now={ways.choosing.now}
            allowIfNoReply={ways.choosing.what === 'follow-up'}
            onChoose={ways.chosen}
            onCancel={ways.stopChoosing}
          />
        </Dialog>
      )}
    </>
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
