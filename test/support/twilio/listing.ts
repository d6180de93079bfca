import type { EmulatedAnswer, EmulatedRequest } from '../http-emulator/http-emulator.ts';
import type { EmulatedAccount } from './account.ts';
import { messageJson, sentAt } from './messages.ts';
import type { Message } from './messages.ts';
import { refusal } from './refusals.ts';

/** Disorder that a list may show between two pages, or in one. */
export type Disorder = 'none' | 'reordered' | 'doubled';

const known = new Set(['To', 'From', 'DateSent', 'DateSent<', 'DateSent>', 'PageSize', 'Page', 'PageToken']);

/** The size of a page, 50 unless it is said; null when it is not one from 1 to 1000. */
export function pageSizeIn(query: URLSearchParams): number | null {
  const said = query.get('PageSize') ?? '50';
  const size = /^\d{1,4}$/.test(said) ? Number(said) : 0;
  return size >= 1 && size <= 1_000 ? size : null;
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The filters of ListMessage: dates are whole days in GMT, and `<` and `>` include the day itself. */
function matches(message: Message, query: URLSearchParams, now: number): boolean {
  if (query.has('To') && message.to !== query.get('To')) return false;
  if (query.has('From') && message.from !== query.get('From')) return false;
  const sent = sentAt(message, now);
  const day = sent === null ? null : dayOf(sent);
  const [on, until, since] = [query.get('DateSent'), query.get('DateSent<'), query.get('DateSent>')];
  if ((on ?? until ?? since) !== null && day === null) return false;
  return (on ?? day) === day && (until ?? day ?? '') >= (day ?? '') && (since ?? day ?? '') <= (day ?? '');
}

/** Sorted by DateSent, the most recent first; what was not sent yet stands where it was made. */
const inOrder = (account: EmulatedAccount, query: URLSearchParams, now: number): readonly Message[] =>
  account.messages
    .map((message, place) => ({ message, place, at: sentAt(message, now) ?? message.createdAt }))
    .filter(({ message }) => matches(message, query, now))
    .sort((a, b) => b.at - a.at || b.place - a.place)
    .map(({ message }) => message);

const swapped = <T>(list: readonly T[]): readonly T[] =>
  list.flatMap((one, place) => {
    const other = list[place % 2 === 0 ? place + 1 : place - 1];
    return [other ?? one];
  });

/** GET Messages.json: a page begins after the message that its token names. */
export function listMessages(
  account: EmulatedAccount,
  { url }: EmulatedRequest,
  { now, disorder }: { readonly now: number; readonly disorder: Disorder },
): EmulatedAnswer {
  const query = url.searchParams;
  const strange = [...query.keys()].find((name) => !known.has(name));
  if (strange !== undefined) return refusal(400, 20_001, `Unknown parameter ${strange}`);
  const size = pageSizeIn(query);
  if (size === null) return refusal(400, 20_001, 'Page size must be between 1 and 1000');
  const page = Number(query.get('Page') ?? '0');
  const token = query.get('PageToken');
  if (page > 0 && token === null) return refusal(400, 20_006, 'Page number out of range');
  const all = inOrder(account, query, now);
  const after = token === null ? -1 : all.findIndex(({ sid }) => `PA${sid}` === token);
  if (token !== null && after < 0) return refusal(400, 20_006, 'Page token is invalid');
  const from = disorder === 'doubled' && after >= 0 ? after : after + 1;
  const shown = all.slice(from, after + 1 + size);
  const last = shown.at(-1);
  const path = `/2010-04-01/Accounts/${account.sid}/Messages.json`;
  const filters = [...query].filter(
    ([name]) => name !== 'Page' && name !== 'PageToken' && name !== 'PageSize',
  );
  const uri = (to: number, place: string | null): string => {
    const at = new URLSearchParams([...filters, ['PageSize', String(size)], ['Page', String(to)]]);
    if (place !== null) at.set('PageToken', place);
    return `${path}?${at.toString()}`;
  };
  const more = last !== undefined && after + 1 + size < all.length;
  return {
    json: {
      first_page_uri: uri(0, null),
      end: page * size + shown.length - 1,
      previous_page_uri: null,
      messages: (disorder === 'reordered' ? swapped(shown) : shown).map((one) =>
        messageJson(account.sid, one, now),
      ),
      uri: `${path}?${query.toString()}`,
      page_size: size,
      start: page * size,
      next_page_uri: more ? uri(page + 1, `PA${last.sid}`) : null,
      page,
    },
  };
}
