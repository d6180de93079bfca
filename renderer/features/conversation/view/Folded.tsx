import { EyeOff, Undo2 } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useWho } from '#renderer/workbench/index.ts';
import type { MessageItem } from '../model/expanded.ts';
import './folded.css';

const Folded = ({
  icon: Icon,
  said,
  show,
  hide,
  children,
}: {
  readonly icon: LucideIcon;
  readonly said: string;
  readonly show: string;
  readonly hide: string;
  readonly children: ReactNode;
}) => {
  const [shown, setShown] = useState(false);
  return (
    <>
      <p className="folded">
        <Icon aria-hidden size={15} />
        <bdi className="folded-words">{said}</bdi>
        <Button small aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? hide : show}
        </Button>
      </p>
      {shown ? children : null}
    </>
  );
};

/** The words of a message that was taken back, kept behind a button and never lost. */
export const TakenBack = ({
  item,
  at,
  children,
}: {
  readonly item: MessageItem;
  /** When it was taken back, in ms UTC. */
  readonly at: number;
  readonly children: ReactNode;
}) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const name = useWho()(item.from, item.channel);
  return (
    <Folded
      icon={Undo2}
      said={words(item.direction === 'out' ? 'conversation.removed.ours' : 'conversation.removed', {
        name,
        time: times.short(at, now),
      })}
      show={words('conversation.removed.show')}
      hide={words('conversation.removed.hide')}
    >
      {children}
    </Folded>
  );
};

/** The words of a message behind the warning of its author. */
export const Warned = ({ warning, children }: { readonly warning: string; readonly children: ReactNode }) => {
  const words = useWords();
  return (
    <Folded
      icon={EyeOff}
      said={words('conversation.warning', { warning })}
      show={words('conversation.warning.show')}
      hide={words('conversation.warning.hide')}
    >
      {children}
    </Folded>
  );
};
