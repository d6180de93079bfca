import type { Status } from './api/entities.ts';
import { htmlToWords } from './map/html-words.ts';
import { withoutHosts } from './names.ts';

/** What is said in a post that we make, by which it is known again. */
export type Post = {
  readonly status: string;
  readonly visibility: string;
  readonly in_reply_to_id: string | null;
};

type Sent = { readonly clientId: string; readonly post: Post; readonly since: number; id: string | null };

/** Clocks differ; what was posted this much before the first try, in ms, may still be the post itself. */
export const clockMargin = 10 * 60_000;

/** Posts remembered per account; the outbox sends one at a time, so that many are of the last hours. */
const mostRemembered = 300;

/** The words alone: servers change spaces, and write mentions of their own people without the server's name. */
const gist = (text: string): string =>
  withoutHosts(text).replaceAll(/\s+/gu, '').normalize('NFC').toLowerCase();

/** Whether a status says what a post was to say, in the same place. */
export const isSamePost = (status: Status, post: Post): boolean =>
  status.in_reply_to_id === post.in_reply_to_id &&
  status.visibility === post.visibility &&
  gist(htmlToWords(status.content, status.mentions)) === gist(post.status);

/**
 * What this program has sent, for all sessions of a channel: Mastodon gives a post an id of its own and does not tell ours again, so that
 * the echo is known by that id, and before the id is known by place and words.
 */
export class SentMemory {
  readonly #accounts = new Map<string, Sent[]>();

  /** A post is about to be made, or may have been, not before `since` (ms UTC). */
  expect(account: string, clientId: string, post: Post, since: number): void {
    const sent = this.#of(account);
    if (sent.some((one) => one.clientId === clientId)) return;
    sent.push({ clientId, post, since, id: null });
    sent.splice(0, Math.max(0, sent.length - mostRemembered));
  }

  /** The server has it, under this id. */
  found(account: string, clientId: string, id: string): void {
    const one = this.#of(account).find((sent) => sent.clientId === clientId);
    if (one !== undefined) one.id = id;
  }

  /** The server does not have it. */
  forget(account: string, clientId: string): void {
    const sent = this.#of(account);
    const at = sent.findIndex((one) => one.clientId === clientId && one.id === null);
    if (at >= 0) sent.splice(at, 1);
  }

  /** The id we gave to a status of ours, or null when it was written elsewhere. */
  clientOf(account: string, status: Status): string | null {
    const sent = this.#of(account);
    const known = sent.find((one) => one.id === status.id);
    if (known !== undefined) return known.clientId;
    const at = Date.parse(status.created_at);
    const expected = sent.find(
      (one) => one.id === null && at >= one.since - clockMargin && isSamePost(status, one.post),
    );
    if (expected === undefined) return null;
    // From now on it is this one: the same words a second time are another post.
    expected.id = status.id;
    return expected.clientId;
  }

  #of(account: string): Sent[] {
    const known = this.#accounts.get(account);
    if (known !== undefined) return known;
    const fresh: Sent[] = [];
    this.#accounts.set(account, fresh);
    return fresh;
  }
}
