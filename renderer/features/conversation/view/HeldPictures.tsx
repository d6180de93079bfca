import { EyeOff, ImageOff } from 'lucide-react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { ManagedNote, usePolicy } from '#renderer/features/policy/index.ts';
import { Button, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { RemoteState } from '../model/use-pictures.ts';
import './held-pictures.css';

type Props = {
  readonly id: MessageId;
  readonly remote: RemoteState;
  readonly trackers: number;
  readonly onShow: () => void;
};

/** Says that pictures on the web are held back, and offers to show them once or always. */
export const HeldPictures = ({ id, remote, trackers, onShow }: Props) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const { valueOf } = usePolicy();
  const rule = valueOf('remoteImages') ?? 'sender';
  const always = async (): Promise<void> => {
    onShow();
    const answer = await engine.call('message.trustImages', { id, trust: true });
    if (!answer.ok) toasts.show({ text: words('conversation.images.not-authenticated') });
  };
  if (remote.kind === 'none' && trackers === 0) return null;
  return (
    <div className="held-pictures">
      {remote.kind === 'held' ? (
        <div className="held-pictures-line">
          <p className="held-pictures-words">
            <ImageOff aria-hidden size={14} />
            {words('conversation.images.held', { count: remote.count })}
          </p>
          <span className="held-pictures-hands">
            <ManagedNote of="remoteImages" />
            {rule === 'never' ? null : (
              <Button small kind="quiet" onClick={onShow}>
                {words('conversation.images.show')}
              </Button>
            )}
            {rule === 'sender' ? (
              <Button
                small
                kind="quiet"
                onClick={() => {
                  void always();
                }}
              >
                {words('conversation.images.always')}
              </Button>
            ) : null}
          </span>
        </div>
      ) : null}
      {remote.kind === 'loading' ? (
        <p role="status">{words('conversation.images.loading', { count: remote.count })}</p>
      ) : null}
      {remote.kind === 'shown' && remote.failed > 0 ? (
        <p>{words('conversation.images.failed', { count: remote.failed })}</p>
      ) : null}
      {trackers > 0 ? (
        <p className="held-pictures-words">
          <EyeOff aria-hidden size={14} />
          {words('conversation.images.trackers', { count: trackers })}
        </p>
      ) : null}
    </div>
  );
};
