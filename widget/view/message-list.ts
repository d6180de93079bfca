import type { Said } from '../talk/saved.ts';
import type { Words } from '../words.ts';
import { piecesOf } from './links.ts';
import { make } from './make.ts';

/** The list of what was said. */
export type MessageList = {
  readonly element: HTMLElement;
  readonly show: (said: readonly Said[], typing: boolean) => void;
  /** Whether the newest is in view; whoever reads further up is not to be moved. */
  readonly atEnd: () => boolean;
  readonly toEnd: () => void;
};

const sameDay = (one: number, other: number): boolean =>
  new Date(one).toDateString() === new Date(other).toDateString();

function timeOf(at: number, language: string): string {
  const options: Intl.DateTimeFormatOptions = sameDay(at, Date.now())
    ? { timeStyle: 'short' }
    : { dateStyle: 'medium', timeStyle: 'short' };
  try {
    return new Intl.DateTimeFormat(language || undefined, options).format(at);
  } catch {
    return new Intl.DateTimeFormat(undefined, options).format(at);
  }
}

const bubble = (text: string): HTMLElement =>
  make(
    'p',
    { class: 'bubble', dir: 'auto' },
    ...piecesOf(text).map((piece) =>
      piece.href === null
        ? piece.text
        : make(
            'a',
            { href: piece.href, target: '_blank', rel: 'noopener noreferrer nofollow ugc' },
            piece.text,
          ),
    ),
  );

/** Makes the list. Texts are shown as texts, whatever they hold. */
export function messageList(
  words: Words,
  of: { readonly title: string; readonly greeting: string; readonly language: string },
  tryAgain: (id: string) => void,
): MessageList {
  const list = make('ol', { class: 'list' });
  const typing = make('p', { class: 'typing', hidden: '' }, words.typing);
  // A region that scrolls has to be reached by the keyboard, too.
  const element = make(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': words.messages },
    list,
    typing,
  );
  const shown = new Map<string, { readonly state: Said['state']; readonly item: HTMLElement }>();

  const itemOf = (said: Said): HTMLElement => {
    const mine = said.by === 'visitor';
    const note = make('p', { class: said.state === 'refused' ? 'note bad' : 'note' });
    if (said.state === 'refused') {
      const again = make('button', { type: 'button', class: 'again' }, words.tryAgain);
      again.addEventListener('click', () => tryAgain(said.id));
      note.append(`${words.refused} `, again);
    } else if (said.state === 'waiting') note.append(words.waiting);
    else
      note.append(make('time', { datetime: new Date(said.at).toISOString() }, timeOf(said.at, of.language)));
    return make(
      'li',
      { class: mine ? 'item mine' : 'item' },
      make('span', { class: 'unseen' }, `${mine ? words.you : words.us}: `),
      bubble(said.text),
      note,
    );
  };

  const greeting = make(
    'li',
    { class: 'item' },
    make('span', { class: 'unseen' }, `${words.us}: `),
    bubble(of.greeting),
  );
  list.append(greeting);

  const atEnd = (): boolean => element.scrollTop + element.clientHeight >= element.scrollHeight - 40;
  const toEnd = (): void => {
    element.scrollTop = element.scrollHeight;
  };

  return {
    element,
    atEnd,
    toEnd,
    show: (said, isTyping) => {
      const wasAtEnd = atEnd();
      const ids = new Set(said.map(({ id }) => id));
      let changed = typing.hidden === isTyping;
      for (const [id, { item }] of shown) {
        if (ids.has(id)) continue;
        item.remove();
        shown.delete(id);
      }
      let before: Element = greeting;
      for (const one of said) {
        const known = shown.get(one.id);
        let item = known?.item;
        if (item === undefined || known?.state !== one.state) {
          const made = itemOf(one);
          item?.replaceWith(made);
          item = made;
          shown.set(one.id, { state: one.state, item });
          changed = true;
        }
        if (before.nextElementSibling !== item) before.after(item);
        before = item;
      }
      typing.hidden = !isTyping;
      const last = said.at(-1);
      if (changed && (wasAtEnd || last?.by === 'visitor')) toEnd();
    },
  };
}
