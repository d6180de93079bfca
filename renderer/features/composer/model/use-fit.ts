import { useDeferredValue, useMemo } from 'react';
import type { DraftEdit } from '#shared/contract/compose.ts';
import type { TextLimit } from '#shared/domain/channel-profile.ts';
import { smsSegments } from '#shared/domain/sms/segments.ts';
import type { SmsSegments } from '#shared/domain/sms/segments.ts';
import { isWithin, measure } from '#shared/domain/text-limit/measure.ts';
import type { Measured } from '#shared/domain/text-limit/measure.ts';
import { overFrom } from '#shared/domain/text-limit/over-from.ts';
import { splitText } from '#shared/domain/text-limit/split-text.ts';
import { outgoingWords } from './outgoing-words.ts';
import type { Senders } from './use-accounts.ts';

/** How what is written stands against the channel's limit. */
export type Fit = {
  readonly limit: TextLimit;
  readonly measured: Measured;
  readonly within: boolean;
  /** The messages it would make where it may be split; empty where it fits or has to be made shorter. */
  readonly pieces: readonly string[];
  /** What it is sent and paid in, where that is counted; null elsewhere. */
  readonly segments: SmsSegments | null;
  /** The first words that are over the limit; empty where it fits. */
  readonly over: string;
};

/** So much of what is over is shown, in UTF-16 units. */
const shownOver = 60;

const fitOf = (text: string, limit: TextLimit, split: boolean): Fit => {
  const measured = measure(text, limit);
  const within = isWithin(measured);
  return {
    limit,
    measured,
    within,
    pieces: within || !split ? [] : splitText(text, limit),
    segments: limit.segments === true ? smsSegments(text) : null,
    over: within ? '' : text.slice(overFrom(text, limit)).trimStart().slice(0, shownOver),
  };
};

/** Holds a draft against the limit of the account it goes out by; null where there is none. */
export const useFit = (edit: DraftEdit, { limit, capabilities }: Senders): Fit | null => {
  // Counting a long text must not hold up the next letter.
  const html = useDeferredValue(edit.html);
  const split = capabilities?.split === true;
  const { plain } = edit;
  return useMemo(
    () => (limit === null ? null : fitOf(outgoingWords({ html, plain }), limit, split)),
    [html, plain, limit, split],
  );
};
