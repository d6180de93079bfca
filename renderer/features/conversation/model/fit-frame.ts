/** No mail worth reading is higher, in px; beyond it the frame scrolls inside, so that nothing pushes the page away. */
const highest = 20_000;
const lowest = 24;

/** Below this, 13 px letters are under 8 px and nobody reads them: the frame scrolls sideways instead. */
const smallest = 0.6;

/** Room that a sideways scroll bar takes, in px. */
const scrollBar = 16;

/** Half a pixel of rounding is no reason to make every letter smaller. */
const slack = 2;

/**
 * Answers what lays the message out in the frame's width whenever that or the message changes: made for a wider window,
 * it is drawn smaller; far wider, it scrolls sideways. Each call answers how high the frame has to be, in px.
 */
export const frameFitter = (frame: Document): (() => number) => {
  const { body, documentElement: root } = frame;
  let fitted: number | null = null;
  const tooWide = (): boolean => root.scrollWidth > root.clientWidth + slack;
  return () => {
    const width = root.clientWidth;
    // Finding the scale anew draws the message twice, so what still fits its width is left as it is.
    if (width !== fitted || tooWide()) {
      fitted = width;
      body.style.removeProperty('zoom');
      if (width > 0 && tooWide())
        body.style.setProperty('zoom', String(Math.max(smallest, width / root.scrollWidth)));
      root.toggleAttribute('data-wide', tooWide());
    }
    const scrolls = root.hasAttribute('data-wide');
    const wanted = Math.ceil(body.getBoundingClientRect().height) + (scrolls ? scrollBar : 0);
    root.toggleAttribute('data-tall', wanted > highest);
    return Math.min(highest, Math.max(lowest, wanted));
  };
};
