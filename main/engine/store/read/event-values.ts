import type { MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { memberName } from './members.ts';

/** Values of events that may name a member. */
const naming = new Set(['by', 'from', 'to', 'owner']);

/** Numbers and texts of an event, for its words in the catalogue; members by their names. */
export const eventValues = (db: ReadableDb, payload: string): Readonly<Record<string, string | number>> => {
  const value: unknown = JSON.parse(payload);
  if (typeof value !== 'object' || value === null) return {};
  // A suggested wording is read with its review; whoever was asked is told by name.
  const { of, html: _html, ...rest }: { readonly of?: unknown; readonly html?: unknown } = value;
  const asked = Array.isArray(of) ? { of: of.map((one) => memberName(db, one as MemberId)).join(', ') } : {};
  const plain = Object.fromEntries(
    Object.entries(rest)
      .filter(
        (pair): pair is [string, string | number] =>
          typeof pair[1] === 'string' || typeof pair[1] === 'number',
      )
      .map(([key, one]) => [
        key,
        naming.has(key) && typeof one === 'string' ? memberName(db, one as MemberId) || one : one,
      ]),
  );
  return { ...plain, ...asked };
};
