import type { Understood } from '#main/channels/kit/inbound.ts';

/** An item as the parser thread gives it back: what it says, the server's facts about it, and its bytes. */
export type ParsedItem = {
  readonly key: string;
  readonly seen: boolean;
  readonly answered: boolean;
  /** True when `bytes` is only the beginning. */
  readonly partial: boolean;
  /** Size of the whole item in bytes. */
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly result: Understood;
};
