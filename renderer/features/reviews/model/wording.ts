import DOMPurify from 'dompurify';

const blocks = new Set(['P', 'LI', 'BLOCKQUOTE', 'PRE', 'UL', 'OL', 'DIV']);

const textWithin = (node: Node): string => {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? '';
  if (!(node instanceof Element)) return [...node.childNodes].map(textWithin).join('');
  if (node.tagName === 'BR') return '\n';
  if (node.tagName === 'IMG') return node.getAttribute('alt') ?? '';
  const inner = [...node.childNodes].map(textWithin).join('');
  if (!blocks.has(node.tagName)) return inner;
  return `${node.tagName === 'LI' ? '• ' : ''}${inner.replace(/^\n/u, '')}\n`;
};

/** The words of an answer's HTML, a line for each paragraph; what comes from colleagues is cleaned before it is read. */
export const wordsOf = (html: string): string => {
  const fragment = DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true });
  return textWithin(fragment)
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
};
