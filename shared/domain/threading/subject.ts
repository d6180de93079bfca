/**
 * Words that mail programs put before the subject of an answer or a forwarded mail, by language; compared in lower
 * case, with an optional number in brackets and an ASCII or full-width colon.
 */
const replyWords = [
  're',
  'aw', // German
  'antw', // Dutch
  'antwort',
  'sv', // Scandinavian
  'vs', // Finnish
  'rv', // Spanish
  'res', // Portuguese
  'r', // Italian
  'rif',
  'odp', // Polish
  'ynt', // Turkish
  'atb', // Welsh
  'vá', // Hungarian
  'απ', // Greek
  'σχετ',
  'ответ', // Russian
  'відп', // Ukrainian
  'hal', // Indonesian
  'bls', // Indonesian
  'ref',
  'réf', // French
  'rép',
  '回复', // Chinese
  '回覆',
  '答复',
  '返信', // Japanese
  '답장', // Korean
  '회신',
  'השב', // Hebrew
  'رد', // Arabic
];

const forwardWords = [
  'fw',
  'fwd',
  'wg', // German
  'tr', // French
  'doorst', // Dutch
  'vl', // Finnish
  'vb', // Swedish
  'enc', // Portuguese
  'i', // Italian
  'pd', // Polish
  'ilt', // Turkish
  'πρθ', // Greek
  'пересл', // Russian
  '转发', // Chinese
  '轉寄',
  '転送', // Japanese
  '전달', // Korean
];

const replySet = new Set(replyWords);
const prefixSet = new Set([...replyWords, ...forwardWords]);

/** A prefix is looked for in this many characters only. */
const longestPrefix = 16;
const deepestPrefix = 50;
/** RFC 5322 2.1.1: a line has at most 998 characters; what a longer subject says beyond that joins nothing. */
const longestSubject = 998;

type Prefix = { readonly word: string; readonly rest: string };

const prefixOf = (subject: string): Prefix | null => {
  const colon = subject.slice(0, longestPrefix).search(/[:：]/u);
  if (colon < 1) return null;
  const word = subject
    .slice(0, colon)
    .replace(/\s*[[(]\d{1,3}[\])]\s*$|\s*\*?\d{1,3}$/u, '')
    .trim()
    .toLowerCase();
  return prefixSet.has(word) ? { word, rest: subject.slice(colon + 1).trimStart() } : null;
};

/** A subject without its reply and forward words, and whether the outermost says that it is an answer. */
export const bareSubject = (subject: string): { readonly bare: string; readonly answers: boolean } => {
  let rest = subject.slice(0, longestSubject).normalize('NFC').replace(/\s+/gu, ' ').trim();
  let answers = false;
  for (let depth = 0; depth < deepestPrefix; depth += 1) {
    const prefix = prefixOf(rest);
    if (prefix === null) break;
    if (depth === 0) answers = replySet.has(prefix.word);
    rest = prefix.rest;
  }
  return { bare: rest.toLowerCase(), answers };
};

/** Subjects that say nothing; two of them are no sign that two mails belong together. */
const empty = new Set([
  '',
  '(no subject)',
  'no subject',
  '(kein betreff)',
  'kein betreff',
  '(sans objet)',
  '...',
]);

/** Whether a bare subject can hold a conversation together at all: it says something and is not one or two letters. */
export const saysSomething = (bare: string): boolean => !empty.has(bare) && Array.from(bare).length > 2;
