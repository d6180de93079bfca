import { ChevronsDown, ChevronsUp, X } from 'lucide-react';
import { IconButton, Menu, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { DraftMode } from '#shared/contract/compose.ts';
import type { Senders } from '../model/use-accounts.ts';
import type { DraftHands, OpenDraft } from '../model/use-draft.ts';
import { AccountChoice } from './AccountChoice.tsx';
import { WayChoice } from './WayChoice.tsx';
import { WriteKind } from './WriteKind.tsx';

const modes: readonly DraftMode[] = ['reply', 'reply-all', 'forward'];

type Props = {
  readonly open: OpenDraft;
  readonly hands: DraftHands;
  readonly senders: Senders;
  /** The draft was changed by other hands than the editor's, which has to read it anew. */
  readonly onAnew: () => void;
  readonly tall: boolean;
  readonly onTall: () => void;
  readonly onHide: () => void;
  /** Writes a note instead; null where there is none to write. */
  readonly onNote: (() => void) | null;
};

/** What is being written, from which account, and how large. */
export const ComposerHead = ({ open, hands, senders, onAnew, tall, onTall, onHide, onNote }: Props) => {
  const words = useWords();
  const toasts = useToasts();
  const { mode } = open.draft;
  const { capabilities } = senders;
  const canBe: Readonly<Record<DraftMode, boolean>> = {
    reply: true,
    'reply-all': capabilities?.copies ?? true,
    forward: capabilities?.forward ?? true,
    new: false,
  };
  const choices = modes.filter((one) => one === mode || canBe[one]);
  const choose = async (next: DraftMode): Promise<void> => {
    const answer = await hands.setMode(next);
    if (answer !== null && !answer.ok)
      toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
  };
  return (
    <header className="composer-head">
      {mode === 'new' ? (
        <h2 className="composer-title">{words('composer.title.new')}</h2>
      ) : choices.length < 2 ? null : (
        <Menu
          label={words('composer.mode')}
          kind="quiet"
          small
          items={choices.map((one) => ({
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
      {onNote === null ? null : <WriteKind kind="reply" onChoose={onNote} />}
      <AccountChoice
        account={open.edit.account}
        accounts={senders.others}
        onChange={(account) => {
          hands.change({ account });
        }}
      />
      <WayChoice open={open} hands={hands} onAnew={onAnew} />
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
