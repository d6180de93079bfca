import { startTransition, useEffect, useState } from 'react';

/** A window that nobody sees draws no frames; after this long, in ms, it is not waited for. */
const longest = 50;

/** False while something is first drawn, true as soon as that is on the screen: the key or click is answered before the rest is made. */
export const useAfterFrame = (): boolean => {
  const [after, setAfter] = useState(false);
  useEffect(() => {
    const go = (): void => startTransition(() => setAfter(true));
    let task = setTimeout(go, longest);
    const frame = requestAnimationFrame(() => {
      clearTimeout(task);
      // The frame itself is drawn when its callbacks are done.
      task = setTimeout(go);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(task);
    };
  }, []);
  return after;
};
