import type { Understood } from '#main/channels/kit/inbound.ts';
import type { BlobId } from '#shared/kit/brand.ts';

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
  /** Where the bytes were put away before; `bytes` is empty then. */
  readonly kept?: BlobId;
  readonly result: Understood;
};
