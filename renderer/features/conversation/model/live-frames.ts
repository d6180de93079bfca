import { createContext } from 'react';

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

/** The frames of one conversation, which share a limit. */
export const LiveFramesContext = createContext(createLiveFrames());
