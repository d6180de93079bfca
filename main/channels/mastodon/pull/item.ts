import type { RawItem } from '../../kit/inbound.ts';
import type { Status } from '../api/entities.ts';
import type { ReadStatus } from '../api/mastodon-api.ts';

/** What a raw item says, as JSON: what the server said and what it takes to understand it without asking. `home` is the server's own name in addresses. */
export type Said =
  | {
      readonly as: 'status';
      readonly home: string;
      readonly root: string;
      /** Our own id, where we know that we sent it. */
      readonly client: string | null;
      /** Said to others before somebody spoke to us. */
      readonly aside: boolean;
      readonly status: unknown;
    }
  | { readonly as: 'edit'; readonly home: string; readonly status: unknown }
  | { readonly as: 'gone'; readonly id: string; readonly at: number }
  | {
      readonly as: 'favourite';
      readonly home: string;
      readonly notification: unknown;
      readonly about: string;
    };

const itemOf = (key: string, said: Said, at: number | null): RawItem => {
  const bytes = new TextEncoder().encode(JSON.stringify(said));
  // Nobody has to look at what was said to others.
  const seen = said.as === 'status' && said.aside;
  return { key, bytes, partial: false, size: bytes.byteLength, receivedAt: at, seen, answered: false };
};

const timeOf = (text: string): number | null => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
};

/** A status as an item; its key is its id. */
export const statusItem = (
  { read, raw }: ReadStatus,
  facts: {
    readonly home: string;
    readonly root: string;
    readonly client: string | null;
    readonly aside: boolean;
  },
): RawItem => itemOf(read.id, { as: 'status', ...facts, status: raw }, timeOf(read.created_at));

/** A status that was changed since it was read. */
export const editItem = ({ read, raw }: ReadStatus, home: string): RawItem =>
  itemOf(
    `${read.id}@${read.edited_at ?? ''}`,
    { as: 'edit', home, status: raw },
    timeOf(read.edited_at ?? ''),
  );

/** A status that is there no more, noticed at `at`. */
export const goneItem = (id: string, at: number): RawItem => itemOf(`${id}-gone`, { as: 'gone', id, at }, at);

/** Somebody's liking of a status of ours. */
export const favouriteItem = (
  notification: { readonly id: string; readonly created_at: string },
  raw: unknown,
  about: Status,
  home: string,
): RawItem =>
  itemOf(
    `favourite-${notification.id}`,
    // The status itself would only make it larger.
    { as: 'favourite', home, notification: withoutStatus(raw), about: about.id },
    timeOf(notification.created_at),
  );

/** A mention whose status cannot be read; the mapper will say so. */
export const strangeItem = (
  { id, status }: { readonly id: string; readonly status: unknown },
  home: string,
): RawItem =>
  itemOf(`notification-${id}`, { as: 'status', home, root: id, client: null, aside: false, status }, null);

const withoutStatus = (raw: unknown): unknown =>
  typeof raw === 'object' && raw !== null ? { ...raw, status: null } : raw;
