import type { Page } from 'playwright-core';

/** Does to every element of every frame what a person or an engine might: points at it, focuses, clicks, opens. */
export const pokeFrames = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const events = [
      'mouseover',
      'mouseenter',
      'pointerdown',
      'pointerover',
      'focus',
      'focusin',
      'toggle',
      'click',
    ];
    const late = [
      'scroll',
      'wheel',
      'animationend',
      'transitionend',
      'load',
      'error',
      'begin',
      'select',
      'input',
    ];
    let poked = 0;
    for (const frame of document.querySelectorAll('iframe')) {
      const inside = frame.contentDocument;
      if (inside === null) continue;
      for (const element of inside.querySelectorAll('*')) {
        // Following a link of a mail asks the agent first; that has its own tests.
        const names = element.closest('[data-link]') === null ? [...events, ...late] : events.slice(0, -1);
        for (const name of names) element.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }));
        poked += 1;
      }
    }
    return poked;
  });
