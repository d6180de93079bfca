import { htmlQuoteRules } from '#shared/domain/quoting/html-quotes.ts';
import { startsQuoteHeaders } from '#shared/domain/quoting/attribution-lines.ts';

/** Outlook for Windows writes the header block of the answered mail into a box that has only an upper border. */
const isOutlookHeader = (element: HTMLElement): boolean =>
  element.style.borderTopStyle === 'solid' &&
  element.style.borderBottomStyle !== 'solid' &&
  startsQuoteHeaders(
    Array.from(element.querySelectorAll('p, div'), (line) => line.textContent)
      .concat(element.innerText.slice(0, 2_000).split('\n'))
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .slice(0, 12)
      .flatMap((line) => line.split('\n')),
    0,
  );

const visibleText = (node: Node): string => (node.textContent ?? '').replace(/[\s\u00a0\u200b-\u200d]+/g, '');

const outermost = (elements: readonly Element[]): Element[] =>
  elements.filter((element) => !elements.some((other) => other !== element && other.contains(element)));

/** An element and everything behind it in the mail: its later siblings, and those of what it lies in. */
const fromHere = (root: Element, start: Element): Element[] => {
  const all: Element[] = [start];
  for (let level: Element | null = start; level !== null && level !== root; level = level.parentElement)
    for (let next = level.nextElementSibling; next !== null; next = next.nextElementSibling) all.push(next);
  return all;
};

/** True when words of the sender stand between two of these elements: the answer is written into the quote. */
const interleaved = (root: Element, quoted: readonly Element[]): boolean => {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let quotesSeen = 0;
  let inside: Element | undefined;
  let wordsAfterQuote = false;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const within = quoted.find((element) => element.contains(node));
    if (within !== undefined) {
      if (within !== inside) {
        if (wordsAfterQuote && quotesSeen > 0) return true;
        quotesSeen += 1;
      }
      inside = within;
    } else if (visibleText(node).length > 1) {
      if (quotesSeen > 0) wordsAfterQuote = true;
      inside = undefined;
    }
  }
  return false;
};

/** Nodes looked at; mails with more elements are shown whole rather than searched. */
const mostElements = 20_000;

/**
 * Marks the quoted earlier mails in a drawn message with `data-quoted`, which the frame hides until asked. Answers how
 * many were marked. Nothing is folded where the answer is written between the lines, or where next to nothing would be
 * left (a forward without a word).
 */
export const foldQuotes = (frame: Document): number => {
  const root = frame.body;
  if (root.getElementsByTagName('*').length > mostElements) return 0;
  const marked = [
    ...htmlQuoteRules.flatMap(({ selector, fold }) =>
      Array.from(root.querySelectorAll(selector)).flatMap((element) =>
        fold === 'element' ? [element] : fromHere(root, element),
      ),
    ),
    ...Array.from(root.querySelectorAll<HTMLElement>('div[style*="border-top"]'))
      .filter(isOutlookHeader)
      .flatMap((element) => fromHere(root, element)),
  ];
  const quoted = outermost([...new Set(marked)]);
  if (quoted.length === 0 || interleaved(root, quoted)) return 0;
  const all = visibleText(root).length;
  const hidden = quoted.reduce((sum, element) => sum + visibleText(element).length, 0);
  if (all - hidden < Math.max(2, all * 0.005)) return 0;
  for (const element of quoted) element.setAttribute('data-quoted', '');
  return quoted.length;
};
