import { Hourglass, Lock } from 'lucide-react';
import { classes, useTimes, useWords } from '#renderer/ui/index.ts';
import { replyWindow } from '../model/reply-window.ts';
import './window-line.css';

/** How long the channel lets us answer freely; amber when little time is left. */
export const WindowLine = ({
  until,
  now,
  channel,
  never,
}: {
  readonly until: number;
  readonly now: number;
  /** The channel in words. */
  readonly channel: string;
  /** The customer has not written yet, so there was no window to close. */
  readonly never: boolean;
}) => {
  const words = useWords();
  const times = useTimes();
  const state = replyWindow(until, now);
  if (state.kind === 'none') return null;
  if (state.kind === 'closed')
    return (
      <p className="window-line window-line-closed" role="status">
        <Lock aria-hidden size={14} />
        <span>
          {never
            ? words('composer.window.never', { channel })
            : words('composer.window.closed', { channel, time: times.words(until, now) })}
        </span>
      </p>
    );
  return (
    <p className={classes('window-line', state.pressing && 'window-line-pressing')} role="status">
      <Hourglass aria-hidden size={14} />
      <span>
        {words('composer.window.open', {
          time: times.words(until, now),
          length: times.length(until - now),
        })}
      </span>
    </p>
  );
};
