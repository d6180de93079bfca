/** How much of a hostile mail is read. Hitting one keeps what was read and adds the oddity `limit-hit`. */
export type ReadLimits = {
  /** Bytes of one header block in which every field is recorded; beyond it only the first of each field we use. */
  readonly headerBytes: number;
  /** Bytes of one field's value that are decoded. */
  readonly fieldBytes: number;
  /** Fields recorded of one header block. */
  readonly headerFields: number;
  /** Addresses kept of one header. */
  readonly addresses: number;
  /** References kept from the end, besides the first. */
  readonly references: number;
  /** Entities of the MIME tree. */
  readonly parts: number;
  /** Nested multiparts. */
  readonly depth: number;
  /** Characters of `text`. */
  readonly textChars: number;
  /** Characters of `html`. */
  readonly htmlChars: number;
  /** Bytes of a calendar part that are parsed. */
  readonly calendarBytes: number;
  /** Decoded bytes of a TNEF container that is opened. */
  readonly tnefBytes: number;
};

/**
 * Far above what honest mail needs: the largest header seen in public corpora is under 100 KiB, the deepest nesting
 * under 15, and Exchange refuses over 1,000 recipients by default.
 */
export const defaultReadLimits: ReadLimits = {
  headerBytes: 1024 * 1024,
  fieldBytes: 256 * 1024,
  headerFields: 5000,
  addresses: 1000,
  references: 100,
  parts: 1000,
  depth: 50,
  textChars: 1024 * 1024,
  htmlChars: 2 * 1024 * 1024,
  calendarBytes: 256 * 1024,
  tnefBytes: 32 * 1024 * 1024,
};
