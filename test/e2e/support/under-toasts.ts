import type { Page } from 'playwright-core';

/**
 * What lies under the toasts and could be clicked, typed into or read to its end otherwise: each as the beginning of its
 * element. What scrolls counts as far as its scroller shows it. Throws where no toast is on the screen.
 */
export const underToasts = async (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const toasts = [...document.querySelectorAll('.toast')];
    if (toasts.length === 0) throw new Error('no toast is on the screen');
    const shownBox = (element: Element) => {
      const whole = element.getBoundingClientRect();
      const box = { left: whole.left, top: whole.top, right: whole.right, bottom: whole.bottom };
      for (let above = element.parentElement; above !== null; above = above.parentElement) {
        if (getComputedStyle(above).overflow === 'visible') continue;
        const frame = above.getBoundingClientRect();
        box.left = Math.max(box.left, frame.left);
        box.top = Math.max(box.top, frame.top);
        box.right = Math.min(box.right, frame.right);
        box.bottom = Math.min(box.bottom, frame.bottom);
      }
      return box;
    };
    const hands =
      'button, a, input, select, textarea, [contenteditable=true], [role=option], [role=tab], [tabindex], .composer, .answer-bar';
    const others = [...document.querySelectorAll(hands)].filter(
      (element) =>
        element.closest('.toasts') === null &&
        !element.matches('#main') &&
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
    );
    const cut = toasts
      .map((toast) => toast.getBoundingClientRect())
      .filter(
        ({ left, top, right, bottom }) =>
          left < 0 || top < 0 || right > window.innerWidth || bottom > window.innerHeight,
      )
      .map(({ left, right }) => `a toast reaches out of the window, ${String(left)} to ${String(right)}`);
    const under = others
      .filter((element) => {
        const b = shownBox(element);
        if (b.right - b.left <= 1 || b.bottom - b.top <= 1) return false;
        return toasts.some((toast) => {
          const a = toast.getBoundingClientRect();
          const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
          return wide > 0 && high > 0;
        });
      })
      .map((element) => element.outerHTML.slice(0, 140));
    return [...cut, ...under];
  });
