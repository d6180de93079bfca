/**
 * How far a device's clock may be off, in ms: what happens by the clock is due if it is due by any clock within that.
 * Twelve hours, so that a computer in the wrong zone does not offer the same thing for ever.
 */
export const skew = '43200000';
