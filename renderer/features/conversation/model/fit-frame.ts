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
 * Lays the message out in the frame's width: made for a wider window, it is drawn smaller; far wider, it scrolls
 * sideways. Answers how high the frame has to be, in px.
 */
export const fitFrame = (frame: Document): number => {
  const { body, documentElement: root } = frame;
  const width = root.clientWidth;
  body.style.removeProperty('zoom');
  if (width > 0 && root.scrollWidth > width + slack)
    body.style.setProperty('zoom', String(Math.max(smallest, width / root.scrollWidth)));
  const wide = root.scrollWidth > width + slack;
  root.toggleAttribute('data-wide', wide);
  const wanted = Math.ceil(body.getBoundingClientRect().height) + (wide ? scrollBar : 0);
  root.toggleAttribute('data-tall', wanted > highest);
  return Math.min(highest, Math.max(lowest, wanted));
};
