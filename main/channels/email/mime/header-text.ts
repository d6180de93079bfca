import { isUtf8 } from 'node:buffer';
import { decodeCharset, guessCharset } from './charset.ts';
import { allFields, firstField, rawValue } from './header-block.ts';
import type { HeaderBlock, HeaderField } from './header-block.ts';
import type { ReadLimits } from './read-limits.ts';

const eightBit = /[\x80-\xff]/;

/** Bytes of body text that help to tell the charset of a short raw header. */
const bodySample = 2048;

/** Reads the fields of one header block as text; raw 8-bit bytes (RFC 6532, or no rule at all) are decoded by one guess for the whole block. */
export class HeaderText {
  readonly #bytes: Buffer;
  readonly #block: HeaderBlock;
  readonly #limits: ReadLimits;
  readonly #declaredCharset: string | null;
  #rawCharset: string | null = null;
  #guessed = false;
  #cut = false;

  constructor(bytes: Buffer, block: HeaderBlock, limits: ReadLimits, declaredCharset: string | null) {
    this.#bytes = bytes;
    this.#block = block;
    this.#limits = limits;
    this.#declaredCharset = declaredCharset;
  }

  /** Whether a raw header had to be decoded by a guess so far. */
  get guessed(): boolean {
    return this.#guessed;
  }

  /** Whether a value was cut at the limit so far. */
  get cut(): boolean {
    return this.#cut;
  }

  /** The unfolded value of a field as text, encoded words left as they are. */
  valueOf(field: HeaderField, max = this.#limits.fieldBytes): string {
    if (field.end - field.start > max) this.#cut = true;
    return this.#decode(rawValue(this.#bytes, field, max));
  }

  /** The first value of that name, or null. */
  first(name: string, max?: number): string | null {
    const field = firstField(this.#block, name);
    return field === null ? null : this.valueOf(field, max);
  }

  /** The values of that name, topmost first, at most `most` of them. */
  all(name: string, most: number, max?: number): readonly string[] {
    return allFields(this.#block, name)
      .slice(0, most)
      .map((field) => this.valueOf(field, max));
  }

  /** How many fields of that name there are. */
  count(name: string): number {
    return allFields(this.#block, name).length;
  }

  /** The start and the end of a value that may be huge, for lists of which first and last matter. */
  ends(name: string, head: number, tail: number): readonly [string, string] | null {
    const field = firstField(this.#block, name);
    if (field === null) return null;
    if (field.end - field.start <= head + tail) return [this.valueOf(field, head + tail), ''];
    const last = { ...field, start: field.end - tail };
    this.#cut = true;
    return [
      this.#decode(rawValue(this.#bytes, field, head)),
      this.#decode(rawValue(this.#bytes, last, tail)),
    ];
  }

  #decode(raw: string): string {
    if (!eightBit.test(raw)) return raw;
    const bytes = Buffer.from(raw, 'latin1');
    if (isUtf8(bytes)) return bytes.toString('utf8', 0, bytes.length);
    this.#guessed = true;
    this.#rawCharset ??= this.#guess();
    return decodeCharset(bytes, this.#rawCharset).text;
  }

  #guess(): string {
    const chunks: Buffer[] = [];
    for (const field of this.#block.fields.slice(0, 200)) {
      const raw = rawValue(this.#bytes, field, 500);
      if (eightBit.test(raw)) chunks.push(Buffer.from(raw, 'latin1'));
    }
    const body = this.#bytes.subarray(this.#block.bodyStart, this.#block.bodyStart + bodySample);
    if (!isUtf8(body)) chunks.push(body);
    return guessCharset(Buffer.concat(chunks), this.#declaredCharset);
  }
}
