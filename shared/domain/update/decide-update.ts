import { compareVersions, readVersion } from './version.ts';

/** Which versions a computer hears of. */
export type UpdateChannel = 'latest' | 'beta';

/** What holds for updates on this computer: the admin's word, or what is usual. */
export type UpdateWish = {
  /** `auto` fetches by itself and installs at the end of the day's work; `notify` says so and waits for a click. */
  readonly mode: 'auto' | 'notify' | 'off';
  readonly channel: UpdateChannel;
  /** The one version that may be installed; null for any. */
  readonly pin: string | null;
  /** A version is taken so many days after it was published. */
  readonly deferDays: number;
};

/** A version that the feed offers; `publishedAt` in ms UTC, null where the feed does not say. */
export type Offer = { readonly version: string; readonly publishedAt: number | null };

/** What becomes of an offer. */
export type UpdateDecision =
  /** There is nothing newer for this computer. */
  | { readonly kind: 'current' }
  /** Older than what runs: its application would not open a database that this one has brought forward. */
  | { readonly kind: 'older' }
  | { readonly kind: 'pinned'; readonly pin: string }
  | { readonly kind: 'waits'; readonly until: number }
  | { readonly kind: 'offered' }
  | { readonly kind: 'take' };

const dayMs = 24 * 60 * 60 * 1_000;

/** What to do about an offer, given what runs and what is allowed. Something unreadable is never installed. */
export const decideUpdate = (
  running: string,
  offer: Offer,
  wish: UpdateWish,
  now: number,
): UpdateDecision => {
  const here = readVersion(running);
  const there = readVersion(offer.version);
  if (here === null || there === null || wish.mode === 'off') return { kind: 'current' };
  const order = compareVersions(there, here);
  if (order === 0) return { kind: 'current' };
  if (order < 0) return { kind: 'older' };
  if (wish.pin !== null) {
    const pin = readVersion(wish.pin);
    if (pin === null || compareVersions(pin, there) !== 0) return { kind: 'pinned', pin: wish.pin };
  } else if (there.preview.length > 0 && wish.channel === 'latest') {
    return { kind: 'current' };
  }
  // Without a date the days begin when it is first seen, which nobody keeps: an admin who defers names it by a pin.
  if (wish.deferDays > 0) {
    const until = offer.publishedAt === null ? Infinity : offer.publishedAt + wish.deferDays * dayMs;
    if (until > now) return { kind: 'waits', until };
  }
  return wish.mode === 'auto' ? { kind: 'take' } : { kind: 'offered' };
};

/** What is usual where nobody says anything: a preview goes on hearing of previews. */
export const usualChannel = (running: string): UpdateChannel =>
  (readVersion(running)?.preview.length ?? 0) > 0 ? 'beta' : 'latest';
