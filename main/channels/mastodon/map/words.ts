import type { Poll, Status } from '../api/entities.ts';
import { addressOf } from '../names.ts';
import { htmlToWords } from './html-words.ts';

const longestText = 200_000;
const snippetLength = 160;

/** The choices of a poll, one a line, with how many chose each as far as that is shown. */
const choicesOf = ({ multiple, options }: Poll): string =>
  options
    .map(({ title, votes_count: votes }) => {
      const choice = `${multiple ? '☐' : '○'} ${title.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
      return votes === null ? choice : `${choice} · ${String(votes)}`;
    })
    .join('\n');

/** A text without the names it begins with, which say to whom and stand beside it anyway. */
function withoutAddressees(text: string, addresses: readonly string[]): string {
  let rest = text;
  for (;;) {
    const named = /^@(\S{1,400})\s*/u.exec(rest);
    if (named === null || !addresses.includes((named[1] ?? '').toLowerCase())) return rest;
    rest = rest.slice(named[0].length);
  }
}

/** The addresses that a status names. */
export const addressesIn = (status: Status, home: string): readonly string[] =>
  status.mentions.map(({ acct }) => addressOf(acct, home)).filter((address) => address !== null);

/** What a status says; one of ours without the names in front, as it was typed here. */
export function wordsIn(status: Status, home: string, isOurs: boolean): string {
  const words = htmlToWords(status.content, status.mentions, home);
  const text = isOurs ? withoutAddressees(words, addressesIn(status, home)) : words;
  const poll = status.poll === null ? '' : choicesOf(status.poll);
  return [text, poll]
    .filter((part) => part !== '')
    .join('\n\n')
    .slice(0, longestText);
}

/** The first words for the list; of what its author warns of, the warning. */
export function snippetOf(text: string, warning: string, addresses: readonly string[]): string {
  const words = warning === '' ? withoutAddressees(text, addresses) : warning;
  const line = words
    .slice(0, snippetLength * 8)
    .replaceAll(/\s+/gu, ' ')
    .trim();
  // By code points, so that none is cut in two.
  return Array.from(line).slice(0, snippetLength).join('');
}
