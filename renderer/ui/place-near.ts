/** The gap between a floating thing and what it belongs to, and between it and the window's edge, in px. */
const gap = 6;

type Box = {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
  readonly right: number;
  readonly width: number;
};

/** Where a floating box of `size` goes, so that it is next to `anchor` and inside the window; below by choice, above where there is no room. */
export const placeNear = (
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  window: { readonly width: number; readonly height: number },
  align: 'start' | 'end' | 'centre',
  direction: 'ltr' | 'rtl' = 'ltr',
): { readonly left: number; readonly top: number } => {
  const atLeft = direction === 'ltr' ? 'start' : 'end';
  const wished =
    align === atLeft
      ? anchor.left
      : align !== 'centre'
        ? anchor.right - size.width
        : anchor.left + (anchor.width - size.width) / 2;
  const left = Math.max(gap, Math.min(wished, window.width - size.width - gap));
  const below = anchor.bottom + gap;
  const fitsBelow = below + size.height + gap <= window.height;
  const above = anchor.top - gap - size.height;
  return { left, top: fitsBelow || above < gap ? below : above };
};
