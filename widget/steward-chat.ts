import { readSettings } from './settings.ts';
import type { ChatSettings } from './settings.ts';
import { KeptTalk } from './talk/saved.ts';
import type { Shelf } from './talk/saved.ts';
import { Talk } from './talk/talk.ts';
import { Panel } from './view/panel.ts';
import { wordsFor } from './words.ts';
import { Line } from './xmpp/line.ts';

/** What a page may do with the chat: `window.stewardChat`. */
export type StewardChat = {
  /** Shows the button where it is hidden, and opens the panel. */
  readonly open: () => void;
  readonly close: () => void;
  /** Shows or hides the button. */
  readonly show: () => void;
  readonly hide: () => void;
};

/** The browser's memory for this site; where it is forbidden, this window's own. */
function shelf(): Shelf {
  const own = new Map<string, string>();
  return {
    get: (name) => {
      if (own.has(name)) return own.get(name) ?? null;
      try {
        return localStorage.getItem(name);
      } catch {
        return null;
      }
    },
    set: (name, text) => {
      try {
        localStorage.setItem(name, text);
        own.delete(name);
      } catch {
        own.set(name, text);
      }
    },
  };
}

const random = (bytes: number): string =>
  [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');

/** Runs work while no other window of the site does the same (Web Locks); where browsers have none, at once. */
const aloneBy =
  (name: string) =>
  (work: () => void): (() => void) => {
    // Pages without TLS have no locks, whatever their type says.
    if (!('locks' in navigator)) {
      work();
      return () => undefined;
    }
    const end = new AbortController();
    let letGo: () => void = () => undefined;
    navigator.locks
      .request(name, { signal: end.signal }, () => {
        work();
        return new Promise<void>((resolve) => {
          letGo = resolve;
        });
      })
      .catch(() => undefined);
    return () => {
      end.abort();
      letGo();
    };
  };

const page = () => ({ url: location.href.split('#', 1)[0] ?? '', title: document.title });

function startTalk(settings: ChatSettings): Talk {
  const kept = new KeptTalk(
    { name: `steward-chat:${settings.agent}`, keepDays: settings.keepDays },
    { shelf: shelf(), now: () => Date.now(), newKey: () => random(16) },
  );
  const later = (ms: number, work: () => void): (() => void) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  };
  const socket = (url: string): WebSocket => new WebSocket(url, 'xmpp');
  const talk = new Talk(
    settings,
    {
      now: () => Date.now(),
      random,
      later,
      page,
      language: navigator.language,
      alone: aloneBy(kept.name),
      watched: () => document.visibilityState === 'visible',
    },
    kept,
    (events) => new Line(settings, { socket, later, chance: Math.random }, events),
  );
  window.addEventListener('storage', (event) => {
    if (event.key === kept.name) talk.changedElsewhere();
  });
  window.addEventListener('online', () => talk.nudge());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    talk.nudge();
    talk.seen();
  });
  // A page that is put away has no line; when it is taken out again, the talk goes on.
  window.addEventListener('pagehide', () => talk.leave());
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) talk.resume();
  });
  return talk;
}

function start(settings: ChatSettings): void {
  const own: unknown = Reflect.get(window, 'stewardChatWords');
  const talk = startTalk(settings);
  const panel = new Panel(settings, wordsFor(settings.language, own), talk);
  const { hideUntil } = settings;
  const chat: StewardChat = {
    open: () => panel.open(),
    close: () => panel.close(),
    show: () => panel.attach(),
    hide: () => panel.detach(),
  };
  Reflect.set(window, 'stewardChat', chat);
  // Whoever is in the middle of a talk sees it at once.
  const spoken = talk.view().kept.spoken;
  const wait =
    hideUntil.kind === 'after'
      ? hideUntil.ms
      : hideUntil.kind === 'time'
        ? Math.max(0, hideUntil.at - Date.now())
        : 0;
  if (spoken || hideUntil.kind === 'now') panel.attach();
  // Timers hold no more than 24 days; a page does not stay open for longer.
  else if (hideUntil.kind !== 'asked') setTimeout(() => panel.attach(), Math.min(wait, 2_000_000_000));
  talk.resume();
}

/** Whatever goes wrong here is no business of the page around it. */
function begin(script: HTMLOrSVGScriptElement | null): void {
  try {
    if (!(script instanceof HTMLScriptElement) || Reflect.has(window, 'stewardChat')) return;
    const settings = readSettings(script.dataset, {
      language: document.documentElement.lang || navigator.language,
    });
    if (settings === null) {
      console.warn('steward-chat: data-url, data-host and data-agent have to be given');
      return;
    }
    const ready = (): void => {
      try {
        start(settings);
      } catch (error) {
        console.warn('steward-chat could not start', error);
      }
    };
    if (document.readyState === 'loading')
      document.addEventListener('DOMContentLoaded', ready, { once: true });
    else ready();
  } catch (error) {
    console.warn('steward-chat could not start', error);
  }
}

begin(document.currentScript);
