import { readAs, status as statusSchema } from '../api/entities.ts';
import type { Notification, Status } from '../api/entities.ts';
import type { MastodonApi, Page } from '../api/mastodon-api.ts';
import { isSaidToSomebody } from './correspondence.ts';
import { favouriteItem, strangeItem } from './item.ts';
import type { Entry, EntryPage, Feed } from './pull-stream.ts';

/** The limits of the two lists (methods/notifications#get, methods/accounts#statuses). */
const mostNotifications = 80;
const mostStatuses = 40;

type Own = { readonly ownId: string; readonly home: string };

const entryOf = ({ read, raw }: { read: Notification; raw: unknown }, { ownId, home }: Own): Entry => {
  const { id, created_at: at, type } = read;
  const nothing: Entry = { id, at, what: { kind: 'nothing' } };
  const status = readAs(statusSchema, read.status);
  if (status === null) {
    // Something was said that cannot be read: it is kept as it came. A mention without any status was taken back.
    const isKept = type === 'mention' && read.status !== null && read.status !== undefined;
    return isKept ? { id, at, what: { kind: 'item', item: strangeItem(read, home) } } : nothing;
  }
  switch (type) {
    case 'mention':
      return { id, at, what: { kind: 'status', status: { read: status, raw: read.status } } };
    case 'update':
      return { id, at, what: { kind: 'edit', status: { read: status, raw: read.status } } };
    case 'favourite': {
      if (status.account.id !== ownId || !isSaidToSomebody(status, ownId)) return nothing;
      return { id, at, what: { kind: 'item', item: favouriteItem(read, raw, status, home) } };
    }
    default:
      // Servers before 3.5 know no `types[]` and tell of everything.
      return nothing;
  }
};

/**
 * What others say to us: notifications of mentions, direct ones included, since nobody can be addressed without being mentioned. News
 * also tell of statuses that were changed and of likings.
 */
export const mentionsFeed = (api: MastodonApi, own: Own): Feed => {
  const asEntries = ({ entries, older }: Page<Notification>): EntryPage => ({
    entries: entries.map((one) => entryOf(one, own)),
    older,
  });
  return {
    mostAtOnce: mostNotifications,
    history: async (range, signal) => asEntries(await api.notifications(['mention'], range, signal)),
    news: async (range, signal) =>
      asEntries(await api.notifications(['mention', 'update', 'favourite'], range, signal)),
  };
};

/** What we said ourselves, here or with any other program, as far as it is said to somebody. */
export const ownStatusesFeed = (api: MastodonApi, { ownId }: Own): Feed => {
  const asEntries = ({ entries, older }: Page<Status>): EntryPage => ({
    entries: entries.map(({ read, raw }) => ({
      id: read.id,
      at: read.created_at,
      what: isSaidToSomebody(read, ownId) ? { kind: 'status', status: { read, raw } } : { kind: 'nothing' },
    })),
    older,
  });
  const pages: Feed['history'] = async (range, signal) =>
    asEntries(await api.statusesOf(ownId, range, signal));
  return { mostAtOnce: mostStatuses, history: pages, news: pages };
};
