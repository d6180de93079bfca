import * as v from 'valibot';
import { call } from './define.ts';

/** What only the window knows of itself. */
const screen = v.strictObject({
  width: v.pipe(v.number(), v.minValue(0), v.maxValue(100_000)),
  height: v.pipe(v.number(), v.minValue(0), v.maxValue(100_000)),
  scale: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  theme: v.picklist(['light', 'dark']),
  reducedMotion: v.boolean(),
});
export type ScreenFacts = v.InferOutput<typeof screen>;

/** The longest diagnostics that are saved; they have some 60 KiB. */
const mostText = 2_000_000;

export const diagnosticsCalls = {
  /** Facts about this Steward without personal data, as text to be shown whole. `check`: everything is checked as well, which may take minutes. */
  'diagnostics.collect': call(v.strictObject({ check: v.boolean(), screen: v.nullable(screen) })).answers<{
    readonly text: string;
  }>(),
  /** Asks where to save what was shown, and saves it there. */
  'diagnostics.save': call(v.strictObject({ text: v.pipe(v.string(), v.maxLength(mostText)) }))
    .answers<{ readonly kind: 'saved'; readonly name: string } | { readonly kind: 'cancelled' }>()
    .refuses<{ readonly kind: 'file-not-saved' }>(),
} as const;
