import { useEffect, useRef } from 'react';
import { placeNear } from './place-near.ts';
import './tooltip.css';

/** How long the pointer rests before a tooltip shows, in ms; short enough to be found, long enough not to flicker. */
const rest = 450;

/**
 * The one tooltip of the page: shows what `data-tooltip` (and `data-keys`) of the element under the pointer or the
 * focus say. The words are for the eye alone, since such elements have the same words as their name.
 */
export const TooltipLayer = () => {
  const bubble = useRef<HTMLDivElement>(null);
  const words = useRef<HTMLSpanElement>(null);
  const keys = useRef<HTMLElement>(null);

  useEffect(() => {
    const shown = bubble.current;
    if (shown === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const hide = (): void => {
      clearTimeout(timer);
      if (shown.matches(':popover-open')) shown.hidePopover();
    };
    const show = (target: HTMLElement): void => {
      if (!target.isConnected || words.current === null || keys.current === null) return;
      words.current.textContent = target.dataset['tooltip'] ?? '';
      keys.current.textContent = target.dataset['keys'] ?? '';
      // Leaving and entering the top layer again puts it above a dialog that was opened since.
      if (shown.matches(':popover-open')) shown.hidePopover();
      shown.showPopover();
      const { left, top } = placeNear(
        target.getBoundingClientRect(),
        shown.getBoundingClientRect(),
        { width: window.innerWidth, height: window.innerHeight },
        'centre',
      );
      shown.style.left = `${left}px`;
      shown.style.top = `${top}px`;
    };
    const onOver = (event: Event): void => {
      hide();
      const target = event.target instanceof Element ? event.target.closest('[data-tooltip]') : null;
      if (!(target instanceof HTMLElement)) return;
      if (event.type === 'focusin' && !target.matches(':focus-visible')) return;
      timer = setTimeout(() => {
        show(target);
      }, rest);
    };

    document.addEventListener('pointerover', onOver);
    document.addEventListener('focusin', onOver);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('keydown', hide);
    document.addEventListener('scroll', hide, true);
    return () => {
      hide();
      document.removeEventListener('pointerover', onOver);
      document.removeEventListener('focusin', onOver);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('keydown', hide);
      document.removeEventListener('scroll', hide, true);
    };
  }, []);

  return (
    <div ref={bubble} className="tooltip" popover="manual" aria-hidden>
      <span ref={words} />
      <kbd ref={keys} className="tooltip-keys" />
    </div>
  );
};
