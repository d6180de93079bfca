// Functions that run in the page: each sees nothing but its argument and what an earlier one left at the window.

declare global {
  interface Window {
    /** How long each key and click took until a frame showed what it did, ms. */
    benchAnswers?: number[];
  }
}

/** Notes of every key and click how long it took from the hand to the frame after it. */
export const watchAnswers = (): void => {
  const answers: number[] = [];
  window.benchAnswers = answers;
  const note = (event: Event): void => {
    if (!event.isTrusted) return;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      // A task behind the frame's callbacks: what they drew is on its way to the screen.
      port1.onmessage = () => {
        answers.push(performance.now() - event.timeStamp);
      };
      port2.postMessage(null);
    });
  };
  addEventListener('keydown', note, { capture: true });
  addEventListener('click', note, { capture: true });
};

/** How a list is scrolled: so many px in every frame, for so long (ms), turning at its ends. */
type Scrolling = { readonly selector: string; readonly px: number; readonly ms: number };

/** Scrolls and answers when each frame began, ms. */
export const scrollFrames = ({ selector, px, ms }: Scrolling): Promise<readonly number[]> =>
  new Promise((resolve) => {
    const scroller = document.querySelector(selector);
    if (scroller === null) throw new Error(`there is no ${selector} to scroll`);
    const frames: number[] = [];
    let way = scroller.scrollTop > 0 ? -1 : 1;
    const frame = (at: number): void => {
      frames.push(at);
      if (at - (frames[0] ?? at) > ms) {
        resolve(frames);
        return;
      }
      const before = scroller.scrollTop;
      scroller.scrollTop += way * px;
      if (scroller.scrollTop === before) way = -way;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });

/** Answers when (ms UTC) a frame shows a text somewhere in the rows of the list. */
export const whenShown = (text: string): Promise<number> =>
  new Promise((resolve) => {
    const isThere = (): boolean => document.querySelector('.row-list')?.textContent.includes(text) === true;
    const observer = new MutationObserver(() => {
      if (!isThere()) return;
      observer.disconnect();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
        port2.postMessage(null);
      });
    });
    observer.observe(document.body, { childList: true, characterData: true, subtree: true });
  });
