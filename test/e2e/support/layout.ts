import type { Page } from 'playwright-core';

/**
 * Where the layout of the screen does not hold: what a person would click lies over something else of that kind, or
 * words are cut off that nothing lets one read. Text that ends in dots is meant to be short, and what scrolls can be
 * scrolled to.
 */
export const brokenLayout = async (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const name = (element: Element): string => element.outerHTML.slice(0, 140);
    const seen = (element: Element): boolean => {
      const { width, height } = element.getBoundingClientRect();
      return (
        width > 1 &&
        height > 1 &&
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      );
    };
    /** The part of an element that its scrolling ancestors let through. */
    const boxOf = (element: Element): { left: number; top: number; right: number; bottom: number } => {
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
    const layer = document.querySelector('dialog[open]') ?? document.body;
    const clickable = [
      ...layer.querySelectorAll('button, input, select, textarea, [role=tab], [role=option]'),
    ]
      .filter(seen)
      .map((element) => ({ element, box: boxOf(element) }))
      .filter(({ box }) => box.right - box.left > 1 && box.bottom - box.top > 1);
    const over: string[] = [];
    for (const [index, { element: one, box: a }] of clickable.entries()) {
      for (const { element: other, box: b } of clickable.slice(index + 1)) {
        if (one.contains(other) || other.contains(one)) continue;
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 2 && high > 2) over.push(`${name(one)} lies over ${name(other)}`);
      }
    }
    const words = [...layer.querySelectorAll('*')].filter(
      (element) =>
        seen(element) &&
        [...element.childNodes].some(
          ({ nodeType, textContent }) => nodeType === 3 && textContent?.trim() !== '',
        ),
    );
    const cut = words
      .filter((element) => {
        const style = getComputedStyle(element);
        const wide = element.scrollWidth > element.clientWidth + 1 && style.overflowX === 'hidden';
        const high = element.scrollHeight > element.clientHeight + 1 && style.overflowY === 'hidden';
        if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') return false;
        return style.display !== 'inline' && (wide || high);
      })
      .map((element) => `${name(element)} is cut off`);
    return [...over, ...cut];
  });
