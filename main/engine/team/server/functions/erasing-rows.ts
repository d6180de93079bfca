import { listed } from './lists.ts';

/** Of what the run `work` of an erasure is about, the ids of these kinds, for an `IN`. */
export const ids = (...kinds: readonly string[]): string =>
  `(SELECT x.id FROM erasing x WHERE x.run = work AND x.kind IN (${listed(kinds)}))`;

/** Whether the row `a` of `erasing_address` is this address. */
export const isAddress = (channel: string, address: string): string =>
  `a.run = work AND a.channel = ${channel} AND a.address = lower(btrim(${address}))`;

/** Whether the address is of somebody who is erased. */
export const isMine = (channel: string, address: string): string =>
  `EXISTS (SELECT 1 FROM erasing_address a WHERE ${isAddress(channel, address)} AND a.mine)`;
