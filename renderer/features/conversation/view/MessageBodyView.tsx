import { Ellipsis } from 'lucide-react';
import { use, useEffect, useMemo, useRef, useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, Notice, refusalWords, useWords } from '#renderer/ui/index.ts';
import type { MessageItem } from '../model/expanded.ts';
import { TimelineFramesContext } from '../model/live-frames.ts';
import { shownText } from '../model/plain-text.ts';
import { usePictures } from '../model/use-pictures.ts';
import { HeldPictures } from './HeldPictures.tsx';
import { MessageFrame } from './MessageFrame.tsx';
import type { LinkWish } from './MessageFrame.tsx';
import { PlainText } from './PlainText.tsx';

/** HTML beyond this many characters takes the window too long; its text is shown. */
const longestHtml = 2_000_000;
/** The timeline carries this much of a text; a longer one is fetched when asked for. */
const carriedText = 64 * 1024;

/** Whether a message's frame is alive: from when the element comes near to what is seen until there are too many others. */
const useLiveFrame = () => {
  const { live: frames, turns, watch } = use(TimelineFramesContext);
  const element = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  const [live, setLive] = useState(false);
  useEffect(() => {
    const watched = element.current;
    if (watched === null) return;
    const frame = {
      // Somebody reads in it with the keys.
      mayGo: () => !watched.contains(document.activeElement),
      letGo: () => setLive(false),
    };
    let takeBack = (): void => undefined;
    const unwatch = watch(watched, (near) => {
      takeBack();
      if (!near) {
        frames.away(frame);
        return;
      }
      takeBack = turns.ask(() => {
        frames.near(frame);
        setSeen(true);
        setLive(true);
      });
    });
    return () => {
      takeBack();
      unwatch();
      frames.gone(frame);
    };
  }, [frames, turns, watch]);
  return { element, seen, live };
};

const QuoteButton = ({ shown, onToggle }: { readonly shown: boolean; readonly onToggle: () => void }) => {
  const words = useWords();
  return (
    <Button
      small
      kind="plain"
      icon={Ellipsis}
      className="message-quote"
      aria-expanded={shown}
      onClick={onToggle}
    >
      {words(shown ? 'conversation.quote.hide' : 'conversation.quote.show')}
    </Button>
  );
};

const TextBody = ({
  item,
  onLink,
}: {
  readonly item: MessageItem;
  readonly onLink: (wish: LinkWish) => void;
}) => {
  const words = useWords();
  const [quotes, setQuotes] = useState(false);
  const [whole, setWhole] = useState(false);
  const body = useLive('message.body', whole ? { id: item.id } : null);
  const raw = body.data?.text ?? item.text;
  const text = useMemo(() => shownText(raw.trimEnd()), [raw]);
  if (raw.trim() === '') return <p className="message-empty">{words('conversation.no-text')}</p>;
  return (
    <>
      <PlainText text={text} showQuotes={quotes} onLink={onLink} />
      {text.folded.trim() === '' ? null : <QuoteButton shown={quotes} onToggle={() => setQuotes(!quotes)} />}
      {!whole && item.text.length >= carriedText - 4 ? (
        <Button small onClick={() => setWhole(true)}>
          {words('conversation.body.show-all')}
        </Button>
      ) : null}
    </>
  );
};

const HtmlBody = ({
  item,
  live,
  onLink,
}: {
  readonly item: MessageItem;
  readonly live: boolean;
  readonly onLink: (wish: LinkWish) => void;
}) => {
  const words = useWords();
  const body = useLive('message.body', { id: item.id });
  const pictures = usePictures(item.id, body.data);
  const [quotes, setQuotes] = useState(false);
  if (body.data === undefined) {
    if (body.error === null) return <Busy subject={words('conversation.body.loading')} />;
    const { failure } = body.error;
    const why =
      failure.kind === 'source-unavailable'
        ? words(`conversation.body.source-unavailable.${failure.reason}`)
        : refusalWords(words, failure);
    return (
      <>
        <Notice tone="warn">{why}</Notice>
        <TextBody item={item} onLink={onLink} />
      </>
    );
  }
  const { html } = body.data;
  if (html === null || html.length > longestHtml)
    return (
      <>
        {html === null ? null : <Notice tone="note">{words('conversation.frame.too-long')}</Notice>}
        <TextBody item={item} onLink={onLink} />
      </>
    );
  return (
    <>
      <HeldPictures
        id={item.id}
        remote={pictures.remote}
        trackers={pictures.drawn?.trackers ?? 0}
        onShow={pictures.showRemote}
      />
      <MessageFrame
        title={words('conversation.frame.title', { name: item.from.name || item.from.address })}
        html={html}
        live={live}
        showQuotes={quotes}
        pictures={pictures.shown}
        onDrawn={pictures.onDrawn}
        onLink={onLink}
      />
      {(pictures.drawn?.quotes ?? 0) > 0 ? (
        <QuoteButton shown={quotes} onToggle={() => setQuotes(!quotes)} />
      ) : null}
    </>
  );
};

type Props = {
  readonly item: MessageItem;
  /** Show the plain text although there is formatting. */
  readonly asText: boolean;
  readonly onLink: (wish: LinkWish) => void;
};

/** The words of a message. Formatted ones are fetched and framed once they come near to what is seen. */
export const MessageBodyView = ({ item, asText, onLink }: Props) => {
  const { element, seen, live } = useLiveFrame();
  if (!item.hasHtml || asText) return <TextBody item={item} onLink={onLink} />;
  return (
    <div ref={element} className="message-html">
      {seen ? (
        <HtmlBody item={item} live={live} onLink={onLink} />
      ) : (
        <p className="message-snippet">{item.snippet}</p>
      )}
    </div>
  );
};
