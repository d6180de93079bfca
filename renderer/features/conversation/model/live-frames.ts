import { createContext } from 'react';
import { createFrameTurns } from './frame-turns.ts';
import type { FrameTurns } from './frame-turns.ts';

/**
 * How many frames of one conversation are alive at once: more than any screen shows, so that going back a little draws
 * nothing anew. Each is a document of its own, of a megabyte or more.
 */
const most = 12;

/** One frame: whether it may be taken down now, and how. */
type LiveFrame = { readonly mayGo: () => boolean; readonly letGo: () => void };

/** Which frames of a conversation are alive, the one that was near longest ago first. */
type LiveFrames = {
  /** It came near to what is seen, and stays alive at least until it is away. */
  readonly near: (frame: LiveFrame) => void;
  readonly away: (frame: LiveFrame) => void;
  /** It is gone with its message. */
  readonly gone: (frame: LiveFrame) => void;
};

/** Keeps count of live frames and lets go of those that were near longest ago. */
export const createLiveFrames = (limit = most): LiveFrames => {
  const near = new Set<LiveFrame>();
  const alive = new Set<LiveFrame>();
  const settle = (): void => {
    for (const frame of alive) {
      if (alive.size <= limit) return;
      if (near.has(frame) || !frame.mayGo()) continue;
      alive.delete(frame);
      frame.letGo();
    }
  };
  return {
    near: (frame) => {
      near.add(frame);
      alive.delete(frame);
      alive.add(frame);
      settle();
    },
    away: (frame) => {
      near.delete(frame);
      settle();
    },
    gone: (frame) => {
      near.delete(frame);
      alive.delete(frame);
    },
  };
};

/** Tells an element's owner whether it is near to what is seen; the answer ends that. */
type Watch = (element: Element, tell: (near: boolean) => void) => () => void;

/** The frame is made when the message comes this near to what is seen, in px. */
const nearby = '600px';

/** One observer for all messages of a timeline: as many as there are messages would each be asked in every frame. */
const createWatch = (): Watch => {
  const told = new Map<Element, (near: boolean) => void>();
  let observer: IntersectionObserver | null = null;
  const look = (entries: readonly IntersectionObserverEntry[]): void => {
    // The last word on each counts.
    const latest = new Map(entries.map(({ target, isIntersecting }) => [target, isIntersecting]));
    for (const [target, near] of latest) told.get(target)?.(near);
  };
  return (element, tell) => {
    observer ??= new IntersectionObserver(look, { rootMargin: nearby });
    told.set(element, tell);
    observer.observe(element);
    return () => {
      observer?.unobserve(element);
      told.delete(element);
    };
  };
};

/** What the messages of one timeline share: a limit of frames, the turns in which they are drawn, and what looks whether they are near. */
type TimelineFrames = {
  readonly live: LiveFrames;
  readonly turns: FrameTurns;
  readonly watch: Watch;
};

/** Makes what the messages of one timeline share. */
export const createTimelineFrames = (): TimelineFrames => ({
  live: createLiveFrames(),
  turns: createFrameTurns(),
  watch: createWatch(),
});

/** The frames of one conversation. */
export const TimelineFramesContext = createContext(createTimelineFrames());
