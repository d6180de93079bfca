import {
  AlarmClock,
  CalendarClock,
  ChevronUp,
  Eye,
  MessageSquareQuote,
  Paperclip,
  SendHorizontal,
  Trash2,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, IconButton, Menu, useWords } from '#renderer/ui/index.ts';
import { useKeysOf } from '#renderer/workbench/index.ts';
import './composer-foot.css';

type Props = {
  readonly sending: boolean;
  readonly saving: 'saved' | 'unsaved' | 'failing';
  /** Whether there is a conversation to resolve, or to promise something in. */
  readonly answers: boolean;
  /** What the button that sends says; it names who will see it where that is a question. */
  readonly sendWords: string;
  /** Shown before how the draft is saved: how much of the channel's limit is used. */
  readonly counter: ReactNode;
  /** Why no file can go along; null where files can. */
  readonly noFiles: string | null;
  readonly onSend: (resolve: boolean) => void;
  readonly onLater: () => void;
  readonly onFollowUp: () => void;
  readonly onSnippet: () => void;
  readonly onAttach: () => void;
  /** Shows the answer to colleagues first; null where there is nobody. */
  readonly onReview: (() => void) | null;
  /** Somebody was asked to look at it and the review has not ended; it may be sent all the same. */
  readonly inReview: boolean;
  readonly onDiscard: () => void;
};

/** The ways to send, as one button with a menu. */
const SendButtons = ({ sending, answers, sendWords, inReview, onSend, onLater, onFollowUp }: Props) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const tooltip = (does: string): string => (inReview ? `${does}. ${words('review.sending')}` : does);
  return (
    <>
      <span className="composer-send">
        <Button
          kind="primary"
          icon={SendHorizontal}
          busy={sending}
          tooltip={tooltip(sendWords)}
          keys={keysOf('composer.send')}
          onClick={() => onSend(false)}
        >
          {sending ? words('composer.sending') : sendWords}
        </Button>
        <Menu
          label={words('composer.more-sends')}
          icon={ChevronUp}
          items={[
            ...(answers
              ? [
                  {
                    id: 'follow-up',
                    label: `${words('action.composer.send-follow-up')} …`,
                    icon: AlarmClock,
                    keys: keysOf('composer.send-follow-up'),
                    disabled: sending,
                    run: onFollowUp,
                  },
                ]
              : []),
            {
              id: 'later',
              label: words('composer.send-later'),
              icon: CalendarClock,
              keys: keysOf('composer.send-later'),
              disabled: sending,
              run: onLater,
            },
          ]}
        />
      </span>
      {answers ? (
        <Button
          disabled={sending}
          tooltip={tooltip(words('action.composer.send-resolve'))}
          keys={keysOf('composer.send-resolve')}
          onClick={() => onSend(true)}
        >
          {words('action.composer.send-resolve')}
        </Button>
      ) : null}
    </>
  );
};

/** What can be done with what is written, and whether it is saved. */
export const ComposerFoot = (props: Props) => {
  const { saving, counter, noFiles, onSnippet, onAttach, onReview, onDiscard } = props;
  const words = useWords();
  const keysOf = useKeysOf();
  const standing = {
    saved: words('composer.saved'),
    unsaved: words('composer.unsaved'),
    failing: words('composer.failing'),
  }[saving];
  return (
    <div className="composer-foot">
      <SendButtons {...props} />
      <IconButton
        icon={Paperclip}
        label={noFiles ?? words('composer.attach')}
        // Not `disabled`: what says why must be reachable by keyboard and pointer.
        aria-disabled={noFiles !== null || undefined}
        onClick={noFiles === null ? onAttach : undefined}
      />
      <IconButton
        icon={MessageSquareQuote}
        label={words('action.composer.snippet')}
        keys={keysOf('composer.snippet')}
        onClick={onSnippet}
      />
      {onReview === null ? null : (
        <IconButton
          icon={Eye}
          label={words('action.composer.review')}
          keys={keysOf('composer.review')}
          onClick={onReview}
        />
      )}
      {counter}
      <span className="composer-saving" data-failing={saving === 'failing' || undefined} role="status">
        {standing}
      </span>
      <IconButton icon={Trash2} label={words('composer.discard')} onClick={onDiscard} />
    </div>
  );
};
