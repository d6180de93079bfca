import { ArrowDown, ChevronsUpDown } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { Busy, Button, useWords } from '#renderer/ui/index.ts';
import { useAction } from '#renderer/workbench/index.ts';
import { useTeam } from '#renderer/features/ownership/index.ts';
import type { TimelineItem } from '#shared/contract/conversations.ts';
import type { DraftMode } from '#shared/contract/compose.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import { expandNew, foldRuns, joinSmall } from '../model/expanded.ts';
import type { Expanded, TimelineRow } from '../model/expanded.ts';
import { isSpoken } from '../model/event-values.ts';
import { TimelineFramesContext, createTimelineFrames } from '../model/live-frames.ts';
import { ownWords, takenBack } from '../model/own-words.ts';
import { withWays } from '../model/ways.ts';
import type { WayRow } from '../model/ways.ts';
import type { Timeline as TimelineState } from '../model/use-timeline.ts';
import { EventLine } from './EventLine.tsx';
import { LinkQuestion } from './LinkQuestion.tsx';
import { MessageCard } from './MessageCard.tsx';
import type { MessageHands } from './message-hands.ts';
import type { LinkWish } from './MessageFrame.tsx';
import { NoteCard } from './NoteCard.tsx';
import { WayLine } from './WayLine.tsx';
import './timeline.css';

type Props = {
  readonly timeline: TimelineState & { readonly items: readonly TimelineItem[] };
  readonly onAnswer: (mode: DraftMode, message: MessageId) => void;
  /** Asks which messages get a conversation of their own, from this one on; null where there is only one. */
  readonly onSplit: ((from: MessageId) => void) | null;
};

const messageAt = (list: HTMLElement, step: 1 | -1): HTMLElement | undefined => {
  const all = [...list.querySelectorAll<HTMLElement>('[data-message-focus]')];
  const current = all.findIndex(
    (element) => element === document.activeElement || element.contains(document.activeElement),
  );
  if (current >= 0) return all[current + step];
  // Nothing is focused: start from what is seen.
  const top = list.getBoundingClientRect().top;
  const first = all.findIndex((element) => element.getBoundingClientRect().bottom > top + 8);
  return all[step === 1 ? first : Math.max(0, first - 1)] ?? all.at(-1);
};

/** Keys that move between messages and open or fold the one under the focus. */
const useMessageKeys = (list: RefObject<HTMLElement | null>, toggle: (id: MessageId) => void): void => {
  const move = (step: 1 | -1): void => {
    const target = list.current === null ? undefined : messageAt(list.current, step);
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: 'nearest' });
  };
  useAction('message.next', () => move(1));
  useAction('message.previous', () => move(-1));
  useAction('message.toggle', () => {
    const within = document.activeElement?.closest<HTMLElement>('[data-message]') ?? null;
    const target = within ?? list.current?.querySelector<HTMLElement>('.message:last-of-type') ?? null;
    const id = target?.dataset['message'];
    if (target === null || id === undefined) return;
    toggle(id as MessageId);
    requestAnimationFrame(() => {
      list.current
        ?.querySelector<HTMLElement>(
          `[data-message="${CSS.escape(id)}"] [data-message-focus], [data-message="${CSS.escape(id)}"][data-message-focus]`,
        )
        ?.focus({ preventScroll: true });
    });
  });
};

/** Puts the first unread message, or else the newest, at the top when the conversation is opened; afterwards only the agent scrolls. */
const useOpeningPlace = (scroller: RefObject<HTMLElement | null>, items: readonly TimelineItem[]): void => {
  const placed = useRef(false);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (placed.current || element === null) return;
    const messages = items.filter((item) => item.kind === 'message');
    const target = messages.find((item) => !item.seen) ?? messages.at(-1);
    if (target === undefined) return;
    placed.current = true;
    const card = element.querySelector<HTMLElement>(`[data-message="${CSS.escape(target.id)}"]`);
    if (card !== null)
      element.scrollBy({ top: card.getBoundingClientRect().top - element.getBoundingClientRect().top - 8 });
  }, [scroller, items]);
};

/** How long the end is kept in sight after sending: until the message's frame has found its height. */
const keepEndMs = 2_000;

/** What the agent has just sent, which can still be taken back, or said in a note since the conversation was opened. */
const useOwnNewest = (items: readonly TimelineItem[]): string | null => {
  const [opened] = useState(() => Date.now());
  const { me } = useTeam();
  const newest = items.findLast((item) => item.kind === 'message' || item.event === 'note.added');
  if (newest === undefined) return null;
  const own =
    newest.kind === 'message'
      ? newest.direction === 'out' && newest.delivery?.kind === 'queued'
      : newest.at >= opened && newest.by !== null && newest.by.id === me?.id;
  return own ? newest.id : null;
};

/** Shows what the agent has just sent or noted, and with a send how long it can still be taken back. */
const useOwnArrival = (scroller: RefObject<HTMLElement | null>, items: readonly TimelineItem[]): void => {
  const own = useOwnNewest(items);
  const known = useRef(own);
  useEffect(() => {
    const element = scroller.current;
    const column = element?.firstElementChild ?? null;
    const fresh = own !== null && own !== known.current;
    known.current = own;
    if (!fresh || element === null || column === null) return;
    const toEnd = (): void => element.scrollTo({ top: element.scrollHeight });
    const observer = new ResizeObserver(toEnd);
    const stop = (): void => observer.disconnect();
    observer.observe(column);
    observer.observe(element);
    const timer = setTimeout(stop, keepEndMs);
    const hands = ['wheel', 'pointerdown', 'keydown'] as const;
    for (const kind of hands) element.addEventListener(kind, stop, { passive: true });
    return () => {
      stop();
      clearTimeout(timer);
      for (const kind of hands) element.removeEventListener(kind, stop);
    };
  }, [scroller, own]);
};

/** Counts messages from outside that came while the end of the timeline was out of sight. */
const useNewBelow = (scroller: RefObject<HTMLElement | null>, items: readonly TimelineItem[]) => {
  const newest = items.findLast((item) => item.kind === 'message' && item.direction === 'in')?.id ?? null;
  const [seenUpTo, setSeenUpTo] = useState(newest);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = (): void => {
      const end = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
      if (end) setSeenUpTo(newest);
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [scroller, newest]);
  const from = items.findIndex((item) => item.id === seenUpTo);
  return seenUpTo === newest
    ? 0
    : items.slice(from + 1).filter((item) => item.kind === 'message' && item.direction === 'in').length;
};

const FoldedRun = ({ count, onOpen }: { readonly count: number; readonly onOpen: () => void }) => {
  const words = useWords();
  return (
    <button type="button" className="timeline-folded" onClick={onOpen}>
      <ChevronsUpDown aria-hidden size={14} />
      {words('conversation.folded', { count })}
    </button>
  );
};

/** What events say about other entries of the timeline. */
type Marks = { readonly ownWords: ReadonlySet<string>; readonly takenBack: ReadonlySet<string> };

type RowProps = MessageHands & {
  readonly row: TimelineRow | WayRow;
  readonly severalWays: boolean;
  readonly expanded: Expanded;
  readonly marks: Marks;
  readonly onUnfold: (key: string) => void;
};

const keyOf = (row: TimelineRow | WayRow): string => {
  switch (row.kind) {
    case 'way':
      return `way-${row.key}`;
    case 'folded':
      return `folded-${row.key}`;
    case 'events':
      return `events-${row.items[0]?.id ?? ''}`;
    case 'item':
      return row.item.id;
  }
};

const Row = ({ row, severalWays, expanded, marks, onUnfold, ...hands }: RowProps) => {
  if (row.kind === 'way') return <WayLine row={row} />;
  if (row.kind === 'folded')
    return (
      <FoldedRun
        count={row.items.filter((item) => item.kind === 'message').length}
        onOpen={() => onUnfold(row.key)}
      />
    );
  if (row.kind === 'events') return <EventLine items={row.items} undoable={false} />;
  const { item } = row;
  if (item.kind === 'message')
    return (
      <MessageCard
        item={item}
        expanded={expanded.get(item.id) === true}
        severalWays={severalWays}
        ownWords={marks.ownWords.has(item.id)}
        {...hands}
      />
    );
  return item.event === 'note.added' ? (
    <NoteCard item={item} />
  ) : (
    <EventLine items={[item]} undoable={!marks.takenBack.has(item.id)} />
  );
};

/** Which messages are open, and the way to change that. */
const useExpanded = (items: readonly TimelineItem[]) => {
  const [chosen, setChosen] = useState<Expanded>(new Map());
  const expanded = expandNew(chosen, items);
  if (expanded !== chosen) setChosen(expanded);
  const toggle = useCallback(
    (id: MessageId) => setChosen((before) => new Map(before).set(id, before.get(id) !== true)),
    [],
  );
  return { expanded, toggle };
};

/** Everything that was said and that happened in a conversation, oldest first. */
export const Timeline = ({ timeline, onAnswer, onSplit }: Props) => {
  const words = useWords();
  const scroller = useRef<HTMLElement>(null);
  const [frames] = useState(createTimelineFrames);
  const { expanded, toggle } = useExpanded(timeline.items);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [link, setLink] = useState<LinkWish | null>(null);
  const spoken = useMemo(
    () => timeline.items.filter((item) => item.kind === 'message' || isSpoken(item)),
    [timeline.items],
  );
  const rows = useMemo(
    () => withWays(joinSmall(foldRuns(spoken, expanded, unfolded))),
    [spoken, expanded, unfolded],
  );
  const severalWays = rows.some(({ kind }) => kind === 'way');
  const marks = useMemo(
    () => ({ ownWords: ownWords(timeline.items), takenBack: takenBack(timeline.items) }),
    [timeline.items],
  );
  useMessageKeys(scroller, toggle);
  useOpeningPlace(scroller, timeline.items);
  useOwnArrival(scroller, timeline.items);
  const newBelow = useNewBelow(scroller, timeline.items);
  const { turns } = frames;
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const tell = (): void => turns.scrolled(element.scrollTop, performance.now());
    element.addEventListener('scroll', tell, { passive: true });
    return () => {
      element.removeEventListener('scroll', tell);
      turns.stop();
    };
  }, [turns]);
  const unfold = useCallback((key: string) => setUnfolded((before) => new Set(before).add(key)), []);

  return (
    <div className="timeline">
      <section
        ref={scroller}
        className="timeline-scroll"
        aria-label={words('conversation.timeline')}
        tabIndex={0}
      >
        <div className="timeline-column">
          {timeline.hasEarlier ? (
            <div className="timeline-earlier">
              {timeline.fetchingEarlier ? (
                <Busy subject={words('conversation.earlier.loading')} />
              ) : (
                <Button small onClick={timeline.fetchEarlier}>
                  {words('conversation.earlier')}
                </Button>
              )}
            </div>
          ) : null}
          <TimelineFramesContext value={frames}>
            {rows.map((row) => (
              <Row
                key={keyOf(row)}
                row={row}
                severalWays={severalWays}
                expanded={expanded}
                marks={marks}
                onUnfold={unfold}
                onToggle={toggle}
                onAnswer={onAnswer}
                onLink={setLink}
                onSplit={onSplit}
              />
            ))}
          </TimelineFramesContext>
        </div>
      </section>
      {newBelow > 0 ? (
        <div className="timeline-new">
          <Button
            small
            kind="primary"
            icon={ArrowDown}
            onClick={() =>
              scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'smooth' })
            }
          >
            {words('conversation.new-below', { count: newBelow })}
          </Button>
        </div>
      ) : null}
      {link === null ? null : <LinkQuestion wish={link} onClose={() => setLink(null)} />}
    </div>
  );
};
