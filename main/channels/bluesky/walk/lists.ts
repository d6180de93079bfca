import * as v from 'valibot';
import type { BlueskyAccount } from '../account/account.ts';
import { readPostUri, readRecordUri, postCollection } from '../names.ts';
import type { Entry, List } from './walk.ts';

/** A list could be given by the server out of bounds; what is beyond them is not read. */
const mark = v.pipe(v.string(), v.maxLength(100));
const uri = v.pipe(v.string(), v.maxLength(2_000));

const notificationShape = v.looseObject({
  uri,
  indexedAt: mark,
  isRead: v.fallback(v.boolean(), false),
  reason: v.fallback(v.string(), ''),
  reasonSubject: v.fallback(v.nullable(v.string()), null),
});
/** A notification (lexicon app.bsky.notification.listNotifications#notification); the rest of it is kept as it came. */
export type Notification = v.InferOutput<typeof notificationShape>;

const notificationsShape = v.object({
  cursor: v.exactOptional(uri),
  notifications: v.array(v.unknown()),
});

/** Notifications for some reasons, by the time that the network gives them. */
export const notificationsFor = (
  account: BlueskyAccount,
  reasons: readonly string[],
  history: boolean,
): List<Notification> => ({
  history,
  page: async (cursor, limit, signal) => {
    const params = { reasons, limit: String(limit), cursor: cursor ?? undefined };
    const call = { method: 'app.bsky.notification.listNotifications', params };
    const { cursor: next, notifications } = await account.need(call, notificationsShape, signal);
    const entries = notifications.flatMap((one): Entry<Notification>[] => {
      const parsed = v.safeParse(notificationShape, one);
      if (!parsed.success || !reasons.includes(parsed.output.reason)) return [];
      return [{ uri: parsed.output.uri, mark: parsed.output.indexedAt, what: parsed.output }];
    });
    // A post that both answers and mentions us may be told twice.
    const once = entries.filter((entry, at) => entries.findIndex((other) => other.uri === entry.uri) === at);
    return { entries: once, next: notifications.length === 0 ? null : (next ?? null) };
  },
});

const recordsShape = v.object({
  cursor: v.exactOptional(uri),
  records: v.array(v.fallback(v.object({ uri, value: v.unknown() }), { uri: '', value: null })),
});

/** A post of our own as our server keeps it. */
export type OwnRecord = { readonly uri: string; readonly value: unknown };

/** Our own posts, by their keys, which are made of the time. */
export const ownPosts = (account: BlueskyAccount): List<OwnRecord> => ({
  history: true,
  page: async (cursor, limit, signal) => {
    const params = {
      repo: account.did,
      collection: postCollection,
      limit: String(limit),
      cursor: cursor ?? undefined,
    };
    const call = { method: 'com.atproto.repo.listRecords', params };
    const { cursor: next, records } = await account.need(call, recordsShape, signal);
    const entries = records.flatMap(({ uri: written, value }): Entry<OwnRecord>[] => {
      const read = readPostUri(written);
      const rkey = readRecordUri(read)?.rkey;
      return read === null || rkey === undefined || rkey.length > 100
        ? []
        : [{ uri: read, mark: rkey, what: { uri: read, value } }];
    });
    return { entries, next: records.length === 0 ? null : (next ?? null) };
  },
});
