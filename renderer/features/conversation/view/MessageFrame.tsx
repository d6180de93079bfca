import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useWords } from '#renderer/ui/index.ts';
import { drawMail, showPicture } from '../model/draw-mail.ts';
import type { HeldPicture } from '../model/draw-mail.ts';
import { frameFitter } from '../model/fit-frame.ts';
import { foldQuotes } from '../model/fold-quotes.ts';
import { sanitise } from '../model/sanitise.ts';
import type { SafeMail } from '../model/sanitise.ts';
import { useDark } from '../model/theme.ts';
import './message-frame.css';

/** What a message asks for once it is drawn; pictures are fetched by whoever shows the frame. */
export type DrawnMail = {
  readonly remote: readonly string[];
  readonly trackers: number;
  readonly inline: readonly string[];
  readonly quotes: number;
};

/** A link of the message that the agent wants to follow. */
export type LinkWish = { readonly href: string; readonly shown: string; readonly at: DOMRect };

/** A picture whose bytes are here. */
export type ShownPicture = HeldPicture & { readonly address: string };

type Props = {
  readonly title: string;
  readonly html: string;
  /** Whether the message is drawn; otherwise its room is kept. */
  readonly live?: boolean;
  readonly showQuotes: boolean;
  readonly pictures: readonly ShownPicture[];
  readonly onDrawn: (drawn: DrawnMail) => void;
  readonly onLink: (wish: LinkWish) => void;
};

type FrameWindow = Window & typeof globalThis;

const realmOf = (frame: HTMLIFrameElement | null): FrameWindow | null => {
  const realm = frame?.contentWindow ?? null;
  // The frame is of this origin, so its global object carries the constructors of its realm.
  return realm === null ? null : (realm as FrameWindow);
};

const linkOf = (target: EventTarget | null, realm: FrameWindow): Element | null =>
  target instanceof realm.Element ? target.closest('[data-link]') : null;

/** Where an element of the frame is in the window. */
const placeOf = (element: Element, frame: HTMLIFrameElement): DOMRect => {
  const inner = element.getBoundingClientRect();
  const outer = frame.getBoundingClientRect();
  return new DOMRect(outer.x + inner.x, outer.y + inner.y, inner.width, inner.height);
};

/**
 * Shows one HTML message in a sandboxed frame that can neither run nor load anything. The frame is as high as the
 * message; clicks on links and keys come out to the page, which decides.
 */
export const MessageFrame = ({ title, html, live = true, showQuotes, pictures, onDrawn, onLink }: Props) => {
  const words = useWords();
  const dark = useDark();
  const frame = useRef<HTMLIFrameElement>(null);
  const [loaded, setLoaded] = useState(false);
  const [height, setHeight] = useState(60);
  const [mail, setMail] = useState<SafeMail | null>(null);
  // Outlives the frame, as its height does: what was let go keeps its ground and its room.
  const [coloured, setColoured] = useState(false);
  const [failed, setFailed] = useState(false);
  if (!live && loaded) {
    setLoaded(false);
    setMail(null);
  }
  const tellDrawn = useEffectEvent(onDrawn);
  const tellLink = useEffectEvent(onLink);

  useEffect(() => {
    const realm = realmOf(frame.current);
    if (!loaded || realm === null) return;
    try {
      const safe = sanitise(realm, html);
      drawMail(realm.document, safe);
      const quotes = foldQuotes(realm.document);
      setMail(safe);
      setColoured(safe.coloured);
      tellDrawn({ remote: safe.remote, trackers: safe.trackers, inline: safe.inline, quotes });
    } catch {
      // A message that breaks the sanitiser is not shown as HTML; its text still is.
      realm.document.body.replaceChildren();
      setFailed(true);
    }
  }, [loaded, html]);

  useEffect(() => {
    const realm = realmOf(frame.current);
    if (mail === null || realm === null) return;
    for (const { address, ...picture } of pictures) showPicture(realm.document, picture, address);
  }, [mail, pictures]);

  useEffect(() => {
    const root = realmOf(frame.current)?.document.documentElement;
    if (root === undefined || mail === null) return;
    root.dataset['theme'] = dark && !coloured ? 'dark' : 'light';
    root.toggleAttribute('data-quotes', showQuotes);
  }, [mail, dark, coloured, showQuotes]);

  useEffect(() => {
    const realm = realmOf(frame.current);
    if (mail === null || realm === null) return;
    const measure = frameFitter(realm.document);
    const fit = (): void => setHeight(measure());
    const observer = new ResizeObserver(fit);
    observer.observe(realm.document.body);
    observer.observe(realm.document.documentElement);
    fit();
    return () => observer.disconnect();
  }, [mail]);

  useEffect(() => {
    const element = frame.current;
    const realm = realmOf(element);
    if (mail === null || realm === null || element === null) return;
    const { document } = realm;
    const follow = (event: Event): void => {
      const link = linkOf(event.target, realm);
      event.preventDefault();
      const href = mail.links[Number(link?.getAttribute('data-link') ?? '-1')];
      if (link === null || href === undefined) return;
      tellLink({ href, shown: link.textContent, at: placeOf(link, element) });
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Enter' && linkOf(event.target, realm) !== null) {
        follow(event);
        return;
      }
      // Keys pressed while the message has the focus work as anywhere else on the page.
      const copy = new KeyboardEvent('keydown', event);
      if (!element.dispatchEvent(copy)) event.preventDefault();
    };
    const stop = (event: Event): void => event.preventDefault();
    const options = { capture: true };
    document.addEventListener('click', follow, options);
    document.addEventListener('auxclick', stop, options);
    document.addEventListener('submit', stop, options);
    document.addEventListener('dragstart', stop, options);
    document.addEventListener('drop', stop, options);
    document.addEventListener('dragover', stop, options);
    document.addEventListener('keydown', key, options);
    return () => {
      document.removeEventListener('click', follow, options);
      document.removeEventListener('auxclick', stop, options);
      document.removeEventListener('submit', stop, options);
      document.removeEventListener('dragstart', stop, options);
      document.removeEventListener('drop', stop, options);
      document.removeEventListener('dragover', stop, options);
      document.removeEventListener('keydown', key, options);
    };
  }, [mail]);

  return (
    <div className="message-frame" data-ground={coloured ? 'light' : 'page'}>
      {failed && <p className="message-frame-failed">{words('conversation.frame.failed')}</p>}
      {live ? (
        <iframe
          ref={frame}
          className="message-frame-document"
          sandbox="allow-same-origin"
          src="./frame.html"
          title={title}
          hidden={failed}
          style={{ height }}
          onLoad={() => setLoaded(true)}
        />
      ) : (
        <div hidden={failed} style={{ height }} />
      )}
    </div>
  );
};
