import { Eraser, Forward, PenLine, Reply, ReplyAll, StickyNote } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, EmptyState, refusalWords, useWords } from '#renderer/ui/index.ts';
import { ActionButton, useAction, useNavigation, useProfiles, useToasts } from '#renderer/workbench/index.ts';
import { Composer, NoteComposer, settleDraft } from '#renderer/features/composer/index.ts';
import { TeamMatters } from '#renderer/features/team/index.ts';
import { HandedLine } from '#renderer/features/ownership/index.ts';
import type { DraftMode } from '#shared/contract/compose.ts';
import type { ConversationDetail, TimelineItem } from '#shared/contract/conversations.ts';
import type { Capabilities } from '#shared/domain/channel-profile.ts';
import { shownName } from '#shared/domain/contact/address.ts';
import type { ConversationId, DraftId, MessageId } from '#shared/kit/brand.ts';
import { useNote } from './model/use-note.ts';
import { useTimeline } from './model/use-timeline.ts';
import type { Timeline as TimelineState } from './model/use-timeline.ts';
import { ConversationHead } from './view/ConversationHead.tsx';
import { OpenMatters } from './view/OpenMatters.tsx';
import { ReviewCards } from './view/ReviewCards.tsx';
import { SplitDialog } from './view/SplitDialog.tsx';
import { Timeline } from './view/Timeline.tsx';
import './conversation-pane.css';

const isIncoming = (item: TimelineItem): item is Extract<TimelineItem, { readonly kind: 'message' }> =>
  item.kind === 'message' && item.direction === 'in';

type OpenProps = { readonly id: ConversationId; readonly onClose: () => void };

/** Which draft is being written here. `left` is one that was sent, thrown away or put aside. */
type Writing = {
  readonly started: DraftId | null;
  readonly left: { readonly id: DraftId; readonly how: 'gone' | 'aside'; readonly at: number } | null;
};

const useWriting = (detail: ConversationDetail) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const [writing, setWriting] = useState<Writing>({ started: null, left: null });
  const [round, setRound] = useState(0);
  const saved = detail.draftContent?.id ?? null;
  const { left } = writing;
  // A draft that was sent and is here again was taken back: it opens like any other. It may be back before this pane ever saw it gone;
  // then the time of its last change says so.
  const isBack =
    left?.how === 'gone' && (left.id !== saved || (detail.draftContent?.updatedAt ?? 0) > left.at);
  if (isBack && writing.started === null) setWriting({ started: null, left: null });
  const current = writing.started ?? (saved !== null && saved !== writing.left?.id ? saved : null);

  const answer = useCallback(
    async (mode: DraftMode, message: MessageId | null): Promise<void> => {
      const started = await engine.call('draft.start', {
        conversation: detail.id,
        message,
        mode,
        account: null,
      });
      if (!started.ok) {
        toasts.show({ tone: 'bad', text: refusalWords(words, started.failure) });
        return;
      }
      const { id } = started.value;
      if (started.value.mode !== mode) {
        // There was a draft already: it becomes what was asked for now, and keeps its words.
        await settleDraft(engine, id);
        await engine.call('draft.mode', { id, mode });
        setRound((before) => before + 1);
      }
      setWriting({ started: id, left: null });
    },
    [engine, detail.id, toasts, words],
  );
  const leave = useCallback(
    (id: DraftId, how: 'gone' | 'aside') => setWriting({ started: null, left: { id, how, at: Date.now() } }),
    [],
  );
  return {
    current,
    /** Changes when the draft was changed by other hands than the composer's, which then reads it anew. */
    round,
    fresh: current !== null && current === writing.started && saved !== current,
    /** A draft that is kept but not on the screen. */
    aside: current === null && writing.left?.how === 'aside' && saved === writing.left.id ? saved : null,
    resume: () => setWriting({ started: null, left: null }),
    answer,
    leave,
  };
};

const AnswerBar = ({
  aside,
  capabilities,
  onResume,
}: {
  readonly aside: boolean;
  /** What the conversation's channel can do; null while that is not known. */
  readonly capabilities: Capabilities | null;
  readonly onResume: () => void;
}) => {
  const words = useWords();
  return (
    <div className="answer-bar">
      {aside ? (
        <Button kind="primary" icon={PenLine} onClick={onResume}>
          {words('conversation.draft.resume')}
        </Button>
      ) : (
        <>
          <ActionButton id="conversation.reply" icon={Reply} form="words" />
          {capabilities?.copies === false ? null : (
            <ActionButton id="conversation.reply-all" icon={ReplyAll} form="words" />
          )}
          {capabilities?.forward === false ? null : (
            <ActionButton id="conversation.forward" icon={Forward} form="words" />
          )}
          <ActionButton id="conversation.note" icon={StickyNote} form="words" kind="quiet" />
        </>
      )}
    </div>
  );
};

const OpenConversation = ({
  detail,
  timeline,
  onClose,
}: {
  readonly detail: ConversationDetail;
  readonly timeline: TimelineState;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const [splitting, setSplitting] = useState<{ readonly from: MessageId | null } | null>(null);
  const writing = useWriting(detail);
  const { current, answer, leave } = writing;
  const note = useNote(detail.id);
  const newestIn = timeline.items?.findLast(isIncoming);
  const start = (mode: DraftMode) => () => {
    void answer(mode, detail.lastMessage);
  };
  const canAnswer = detail.lastMessage !== null;
  const capabilities = useProfiles()(detail.channel)?.capabilities ?? null;
  const reply = (): void => {
    note.put();
    if (current === null && canAnswer) start('reply')();
  };
  useAction('conversation.reply', canAnswer ? reply : null);
  useAction(
    'conversation.reply-all',
    canAnswer && capabilities?.copies !== false ? start('reply-all') : null,
  );
  useAction('conversation.forward', canAnswer && capabilities?.forward !== false ? start('forward') : null);
  const onAnswer = useCallback(
    (mode: DraftMode, message: MessageId) => {
      void answer(mode, message);
    },
    [answer],
  );
  const onSplit = useCallback((from: MessageId) => setSplitting({ from }), []);
  const onGone = useCallback(() => {
    if (current !== null) leave(current, 'gone');
  }, [current, leave]);
  const writingNow = current !== null;
  const { lastMessage } = detail;
  useEffect(() => {
    // The composer takes room from the timeline: what is answered stays in sight.
    if (writingNow && lastMessage !== null)
      document
        .querySelector(`[data-message="${CSS.escape(lastMessage)}"]`)
        ?.scrollIntoView({ block: 'nearest' });
  }, [writingNow, lastMessage]);
  const { items } = timeline;
  return (
    <>
      <ConversationHead
        detail={detail}
        onClose={onClose}
        onSplit={detail.messages > 1 ? () => setSplitting({ from: null }) : null}
      />
      <HandedLine detail={detail} />
      <TeamMatters detail={detail} />
      <OpenMatters detail={detail} />
      <ReviewCards conversation={detail.id} writing={current !== null && !note.writing} />
      {items === null ? (
        <div className="conversation-wait">
          {timeline.failure === null ? (
            <Busy subject={words('conversation.loading')} />
          ) : (
            refusalWords(words, timeline.failure)
          )}
        </div>
      ) : (
        <Timeline
          timeline={{ ...timeline, items }}
          onAnswer={onAnswer}
          onSplit={detail.messages > 1 ? onSplit : null}
        />
      )}
      {note.writing ? (
        <NoteComposer
          conversation={detail.id}
          text={note.text}
          onText={note.write}
          onAdded={note.added}
          onReply={reply}
          onHide={note.put}
        />
      ) : current === null ? (
        <AnswerBar aside={writing.aside !== null} capabilities={capabilities} onResume={writing.resume} />
      ) : items === null ? null : (
        <Composer
          key={`${current}/${writing.round}`}
          id={current}
          seen={{
            rev: detail.rev,
            newestIn: newestIn?.id ?? null,
            newest: newestIn === undefined ? null : { from: shownName(newestIn.from), text: newestIn.text },
          }}
          fresh={writing.fresh}
          onSent={() => leave(current, 'gone')}
          onHide={() => leave(current, 'aside')}
          onGone={onGone}
          onNote={note.begin}
          onShowNew={() => {
            document.querySelector('.timeline-column')?.lastElementChild?.scrollIntoView({ block: 'start' });
          }}
        />
      )}
      {splitting === null ? null : (
        <SplitDialog
          id={detail.id}
          items={items ?? []}
          from={splitting.from}
          hasEarlier={timeline.hasEarlier}
          onClose={() => setSplitting(null)}
        />
      )}
    </>
  );
};

/** In the place of a conversation that was erased, also while somebody read it or wrote into it. */
const Erased = ({ onClose }: Pick<OpenProps, 'onClose'>) => {
  const words = useWords();
  const { say } = useToasts();
  const title = words('conversation.erased.title');
  useEffect(() => say(title), [say, title]);
  return (
    <EmptyState
      icon={Eraser}
      title={title}
      actions={
        <Button kind="primary" onClick={onClose}>
          {words('conversation.close')}
        </Button>
      }
    >
      {words('conversation.erased')}
    </EmptyState>
  );
};

const Conversation = ({ id, onClose }: OpenProps) => {
  const words = useWords();
  const { go } = useNavigation();
  // Both are asked for at once.
  const detail = useLive('conversation.get', { id });
  const timeline = useTimeline(id);
  if (detail.data !== undefined && detail.error === null)
    return <OpenConversation detail={detail.data} timeline={timeline} onClose={onClose} />;
  if (detail.error === null)
    return (
      <div className="conversation-wait">
        <Busy subject={words('conversation.loading')} />
      </div>
    );
  const { failure } = detail.error;
  if (failure.kind !== 'conversation-gone')
    return <EmptyState title={words('conversation.failed.title')}>{refusalWords(words, failure)}</EmptyState>;
  const { mergedInto } = failure;
  if (failure.erased) return <Erased onClose={onClose} />;
  return (
    <EmptyState
      title={words('conversation.gone.title')}
      actions={
        mergedInto === null ? undefined : (
          <Button kind="primary" onClick={() => go({ kind: 'open', id: mergedInto })}>
            {words('conversation.gone.open')}
          </Button>
        )
      }
    >
      {mergedInto === null ? null : words('conversation.gone.merged')}
    </EmptyState>
  );
};

/** One conversation: its head, everything that was said, and where the answer is written. */
export const ConversationPane = (props: OpenProps) => (
  <section className="conversation-pane">
    <Conversation key={props.id} {...props} />
  </section>
);
