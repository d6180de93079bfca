import { useState } from 'react';

/** Under this name the window keeps until when the reminder is put off, in ms UTC. */
const laterKey = 'recovery-words-later';
const weekMs = 7 * 24 * 3_600_000;

/** Whether the reminder of the recovery words is put off at the time `now` (ms), and the way to put it off for a week. */
export const useLater = (now: number): { readonly isPutOff: boolean; readonly putOff: () => void } => {
  const [until, setUntil] = useState(() => Number(window.localStorage.getItem(laterKey) ?? '0'));
  return {
    // A clock that was far ahead once must not silence it for years.
    isPutOff: until > now && until - now <= weekMs,
    putOff: () => {
      const next = Date.now() + weekMs;
      window.localStorage.setItem(laterKey, String(next));
      setUntil(next);
    },
  };
};
