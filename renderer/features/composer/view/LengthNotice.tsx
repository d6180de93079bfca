import { Scissors } from 'lucide-react';
import { useState } from 'react';
import { Button, Notice, useWords } from '#renderer/ui/index.ts';
import type { Words } from '#shared/messages/format.ts';
import type { Fit } from '../model/use-fit.ts';
import './length.css';

/** Shown from this share of the limit on: before that the number is nothing to think of. */
const nearShare = 0.8;

const usedWords = (words: Words, { limit, measured, within, segments }: Fit): string =>
  segments !== null && within
    ? words('composer.length.segments', { segments: segments.segments, left: segments.left })
    : words(`composer.length.${limit.unit}`, { used: measured.used, most: measured.most });

/** How much of the channel's limit is used, once it comes near; what is paid by the piece is counted from the start. */
export const LengthCounter = ({ fit }: { readonly fit: Fit }) => {
  const words = useWords();
  const { measured, within, segments } = fit;
  const near = segments !== null || measured.used >= measured.most * nearShare || !within;
  if (measured.used === 0 || !near) return null;
  return (
    <span className="composer-length" data-over={!within || undefined} role="status">
      {usedWords(words, fit)}
    </span>
  );
};

const Pieces = ({ pieces }: { readonly pieces: readonly string[] }) => {
  const words = useWords();
  return (
    <ol className="composer-pieces" aria-label={words('composer.long.pieces')} tabIndex={0}>
      {pieces.map((piece, index) => (
        <li key={index}>{piece}</li>
      ))}
    </ol>
  );
};

/** Says that a text is too long, what is over, and what can be done: several messages where that is allowed. */
export const LengthNotice = ({
  fit,
  channel,
  onSplit,
}: {
  readonly fit: Fit;
  /** The channel in words. */
  readonly channel: string;
  /** Sends it as several messages. */
  readonly onSplit: () => void;
}) => {
  const words = useWords();
  const [shown, setShown] = useState(false);
  const { measured, pieces, over } = fit;
  const title =
    measured.over > 0
      ? words(`composer.long.${fit.limit.unit}`, { count: measured.over, channel })
      : words('composer.long.bytes', { count: measured.bytesOver, channel });
  const count = pieces.length;
  return (
    <Notice
      tone="warn"
      live
      title={title}
      actions={
        count === 0 ? undefined : (
          <>
            <Button small icon={Scissors} aria-expanded={shown} onClick={() => setShown(!shown)}>
              {words(shown ? 'composer.long.hide' : 'composer.long.show')}
            </Button>
            <Button small kind="primary" onClick={onSplit}>
              {words('composer.long.split', { count })}
            </Button>
          </>
        )
      }
    >
      <p>{words(count === 0 ? 'composer.long.shorten' : 'composer.long.choose', { over, count })}</p>
      {shown ? <Pieces pieces={pieces} /> : null}
    </Notice>
  );
};
