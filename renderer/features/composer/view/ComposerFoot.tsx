import { Paperclip, SendHorizontal, Trash2 } from 'lucide-react';
import { Button, IconButton, useWords } from '#renderer/ui/index.ts';
import { useKeysOf } from '#renderer/workbench/index.ts';
import './composer-foot.css';

type Props = {
  readonly sending: boolean;
  readonly saving: 'saved' | 'unsaved' | 'failing';
  readonly canResolve: boolean;
  readonly onSend: (resolve: boolean) => void;
  readonly onAttach: () => void;
  readonly onDiscard: () => void;
};

/** What can be done with what is written, and whether it is saved. */
export const ComposerFoot = ({ sending, saving, canResolve, onSend, onAttach, onDiscard }: Props) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const standing = {
    saved: words('composer.saved'),
    unsaved: words('composer.unsaved'),
    failing: words('composer.failing'),
  }[saving];
  return (
    <div className="composer-foot">
      <Button
        kind="primary"
        icon={SendHorizontal}
        busy={sending}
        tooltip={words('action.composer.send')}
        keys={keysOf('composer.send')}
        onClick={() => onSend(false)}
      >
        {words(sending ? 'composer.sending' : 'action.composer.send')}
      </Button>
      {canResolve ? (
        <Button
          disabled={sending}
          tooltip={words('action.composer.send-resolve')}
          keys={keysOf('composer.send-resolve')}
          onClick={() => onSend(true)}
        >
          {words('action.composer.send-resolve')}
        </Button>
      ) : null}
      <IconButton icon={Paperclip} label={words('composer.attach')} onClick={onAttach} />
      <span className="composer-saving" data-failing={saving === 'failing' || undefined} role="status">
        {standing}
      </span>
      <IconButton icon={Trash2} label={words('composer.discard')} onClick={onDiscard} />
    </div>
  );
};
