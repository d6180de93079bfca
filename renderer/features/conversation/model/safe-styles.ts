import { givesOwnColours, keepsDeclaration } from './style-rules.ts';

/** Style sheets of real newsletters stay under 100 KiB; longer text is dropped unread. */
const longestSheet = 256 * 1024;
/** Rules kept of all sheets of a message; Outlook writes about 200. */
const mostRules = 2_000;

/** The declarations of a parsed block that a mail may have, as text, and whether they colour it. */
export type SafeDeclarations = { readonly css: string; readonly coloured: boolean };

/** Reads a block that the browser has parsed and keeps what {@link keepsDeclaration} allows. */
export const safeDeclarations = (style: CSSStyleDeclaration): SafeDeclarations => {
  const kept: string[] = [];
  let coloured = false;
  for (const property of Array.from(style)) {
    const value = style.getPropertyValue(property);
    if (!keepsDeclaration(property, value)) continue;
    coloured ||= givesOwnColours(property, value);
    const important = style.getPropertyPriority(property) === 'important' ? ' !important' : '';
    kept.push(`${property}:${value}${important}`);
  }
  return { css: kept.join(';'), coloured };
};

type FrameWindow = Window & typeof globalThis;

/** Where a mail says how it wants to look: in a style sheet, for some widths only. */
type Kept = { readonly rules: string[]; coloured: boolean };

const keepRules = (realm: FrameWindow, rules: CSSRuleList, kept: Kept): void => {
  for (const rule of Array.from(rules)) {
    if (kept.rules.length >= mostRules) return;
    if (rule instanceof realm.CSSStyleRule) {
      // A pseudo-element could only carry words or pictures that are not in the message.
      if (rule.selectorText.includes('::') || /:(before|after)\b/i.test(rule.selectorText)) continue;
      const safe = safeDeclarations(rule.style);
      if (safe.css === '') continue;
      kept.coloured ||= safe.coloured;
      kept.rules.push(`${rule.selectorText}{${safe.css}}`);
    } else if (rule instanceof realm.CSSMediaRule && !/prefers-color-scheme/i.test(rule.conditionText)) {
      const inner: Kept = { rules: [], coloured: false };
      keepRules(realm, rule.cssRules, inner);
      if (inner.rules.length === 0) continue;
      kept.coloured ||= inner.coloured;
      kept.rules.push(`@media ${rule.conditionText}{${inner.rules.join('\n')}}`);
    }
  }
};

/**
 * Makes one style sheet of the frame out of the mail's own ones: parsed by the browser, filtered rule by rule, and made
 * anew from what is left, so that no text of the sender reaches a style element. Imports, fonts, key frames and layers
 * are left out.
 */
export const safeStyleSheet = (
  realm: FrameWindow,
  texts: readonly string[],
): { readonly sheet: CSSStyleSheet; readonly coloured: boolean } => {
  const kept: Kept = { rules: [], coloured: false };
  for (const text of texts) {
    if (text.length > longestSheet) continue;
    const parsed = new realm.CSSStyleSheet();
    parsed.replaceSync(text.replace(/^\s*<!--/, '').replace(/-->\s*$/, ''));
    keepRules(realm, parsed.cssRules, kept);
  }
  const sheet = new realm.CSSStyleSheet();
  sheet.replaceSync(kept.rules.join('\n'));
  return { sheet, coloured: kept.coloured };
};
