/** One of the limits of config/initializers/rack_attack.rb. */
export type Limit = { readonly name: string; readonly count: number; readonly periodMs: number };

const minute = 60_000;

/** Mastodon's own (docs.joinmastodon.org/api/rate-limits). */
export const usualLimits = {
  api: { name: 'throttle_per_token_api', count: 300, periodMs: 5 * minute },
  paging: { name: 'throttle_authenticated_paging', count: 300, periodMs: 15 * minute },
  media: { name: 'throttle_api_media', count: 30, periodMs: 30 * minute },
} as const satisfies Readonly<Record<string, Limit>>;

/** Where one of the limits stands. */
export type Standing = { readonly limit: Limit; readonly left: number; readonly resetAt: number };

/** Counts by whom and in which window; windows begin at whole periods, as those of Rack::Attack. */
export class Counters {
  readonly #counts = new Map<string, number>();

  /** Counts one request; `left` is negative when it was one too many. */
  count(limit: Limit, who: string, now: number): Standing {
    const window = Math.floor(now / limit.periodMs);
    const key = `${limit.name} ${who} ${String(window)}`;
    const used = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, used);
    return { limit, left: limit.count - used, resetAt: (window + 1) * limit.periodMs };
  }
}

/** The headers of a standing. GoToSocial says the reset in seconds since 1970. */
export const limitHeaders = (
  { limit, left, resetAt }: Standing,
  inSeconds: boolean,
): Readonly<Record<string, string>> => ({
  'x-ratelimit-limit': String(limit.count),
  'x-ratelimit-remaining': String(Math.max(0, left)),
  'x-ratelimit-reset': inSeconds
    ? String(Math.ceil(resetAt / 1_000))
    : new Date(resetAt).toISOString().replace('Z', '000Z'),
});
