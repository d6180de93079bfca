/** Milliseconds of a day on which no clock is changed. */
export const dayMs = 86_400_000;
/** Milliseconds of a minute. */
export const minuteMs = 60_000;

/**
 * Local time of one IANA zone. A wall time is what the clock on the wall shows, as milliseconds since 1970 as if
 * that clock never changed: `Math.floor(wall / dayMs)` is the number of the local day, 0 being 1970-01-01.
 */
export type Zone = {
  /** The wall time at a moment (ms UTC). */
  readonly wallAt: (moment: number) => number;
  /**
   * The first moment at which the clock shows this wall time. One that daylight saving leaves out becomes the first
   * moment after the gap; of one that comes twice the first is taken. So a later wall time is never an earlier moment.
   */
  readonly momentOf: (wall: number) => number;
};

/** Days of offsets that are kept for each zone before the memory is emptied: eleven years. */
const mostDaysKept = 4_096;

const createZone = (name: string): Zone => {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

  const askOffset = (moment: number): number => {
    const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = (
      clock.format(moment).match(/\d+/gu) ?? []
    ).map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1_000) * 1_000;
  };

  // Asking Intl takes microseconds; two UTC midnights with the same offset have it in between as well.
  const atMidnight = new Map<number, number>();
  const offsetAtMidnight = (utcDay: number): number => {
    const known = atMidnight.get(utcDay);
    if (known !== undefined) return known;
    if (atMidnight.size >= mostDaysKept) atMidnight.clear();
    const offset = askOffset(utcDay * dayMs);
    atMidnight.set(utcDay, offset);
    return offset;
  };

  const offsetAt = (moment: number): number => {
    const utcDay = Math.floor(moment / dayMs);
    const offset = offsetAtMidnight(utcDay);
    return offset === offsetAtMidnight(utcDay + 1) ? offset : askOffset(moment);
  };

  /** The moment between two others from which on the offset is no longer `before`. */
  const changeBetween = (earliest: number, latest: number, before: number): number => {
    let still = earliest;
    let changed = latest;
    while (changed - still > 1) {
      const middle = Math.floor((still + changed) / 2);
      if (askOffset(middle) === before) still = middle;
      else changed = middle;
    }
    return changed;
  };

  return {
    wallAt: (moment) => moment + offsetAt(moment),
    momentOf: (wall) => {
      // Offsets reach from -12 to +14 hours, so the moment lies between these two midnights.
      const first = Math.floor(wall / dayMs) - 1;
      const last = first + 3;
      const before = offsetAtMidnight(first);
      const after = offsetAtMidnight(last);
      if (before === after) return wall - before;
      if (offsetAt(wall - before) === before) return wall - before;
      if (offsetAt(wall - after) === after) return wall - after;
      return changeBetween(first * dayMs, last * dayMs, before);
    },
  };
};

// A zone never changes while the program runs and there are some hundred of them; making one costs fifty uses.
const zones = new Map<string, Zone>();

/** The zone of an IANA name; a RangeError for a name the system does not know (ask {@link isZone} first). */
export const zoneOf = (name: string): Zone => {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = createZone(name);
  zones.set(name, zone);
  return zone;
};

/** Whether the system knows an IANA zone of this name. */
export const isZone = (name: string): boolean => {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
};
