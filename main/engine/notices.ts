import type { ConversationId } from '#shared/kit/brand.ts';
import type { Arrival } from './actions/ingest/intake.ts';
import type { HandedOver } from './actions/team/handed.ts';
import type { ReviewNews } from './actions/team/reviewed.ts';
import { quietly } from './log.ts';
import { underPolicy } from './policy/rules.ts';
import { readPreferences } from './store/read/preferences.ts';
import type { Workspace } from './workspace.ts';

/** Arrivals within this time of each other are told together. */
const gatherMs = 1_500;
/** More conversations than this at once are one notice with their number. */
const mostAtOnce = 3;

/** Tells the person of new customer messages: one notice for each conversation, one for many. */
export class Notices {
  readonly #workspace: Workspace;
  readonly #waiting = new Map<ConversationId, Arrival>();
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** New customer messages have come; the import and machines' mail are not among them. */
  arrived(arrivals: readonly Arrival[]): void {
    // A batch that was under way when its account stopped is committed all the same; nobody is left to be told.
    if (this.#stopped) return;
    this.#workspace.tell({
      event: 'arrived',
      conversations: arrivals.map((arrival) => arrival.conversation),
    });
    for (const arrival of arrivals) this.#waiting.set(arrival.conversation, arrival);
    this.#timer ??= setTimeout(() => quietly(this.#workspace.log, 'notices', () => this.#show()), gatherMs);
  }

  /** Colleagues gave something to whoever sits here: one notice for each, one for many. */
  handed(handed: readonly HandedOver[]): void {
    const { notifications, notificationPreview } = underPolicy(
      this.#workspace.policy,
      readPreferences(this.#workspace.db),
    );
    const newest = handed.at(-1);
    if (this.#stopped || !notifications || newest === undefined) return;
    const { shell, words } = this.#workspace;
    if (handed.length > mostAtOnce) {
      const title = words('notice.handed.digest', { count: handed.length });
      shell.notify({ conversation: newest.conversation, title, body: '' });
      return;
    }
    for (const { conversation, by, customer, words: body } of handed) {
      shell.notify(
        notificationPreview
          ? { conversation, title: words('notice.handed', { name: by, customer }), body }
          : { conversation, title: words('notice.handed.hidden', { name: by }), body: '' },
      );
    }
  }

  /** Colleagues want an answer looked at, or said what they think of one: one notice for each, one for many. */
  reviewed(reviews: readonly ReviewNews[]): void {
    const { notifications, notificationPreview } = readPreferences(this.#workspace.db);
    const newest = reviews.at(-1);
    if (this.#stopped || !notifications || newest === undefined) return;
    const { shell, words } = this.#workspace;
    if (reviews.length > mostAtOnce) {
      const title = words('notice.review.digest', { count: reviews.length });
      shell.notify({ conversation: newest.conversation, title, body: '' });
      return;
    }
    for (const { conversation, what, by, customer, words: body } of reviews) {
      shell.notify(
        notificationPreview
          ? { conversation, title: words(`notice.review.${what}`, { name: by, customer }), body }
          : { conversation, title: words(`notice.review.${what}.hidden`, { name: by }), body: '' },
      );
    }
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting.clear();
  }

  #show(): void {
    this.#timer = null;
    const arrivals = [...this.#waiting.values()];
    this.#waiting.clear();
    const { notifications, notificationPreview } = underPolicy(
      this.#workspace.policy,
      readPreferences(this.#workspace.db),
    );
    if (!notifications) return;
    const { shell, words } = this.#workspace;
    const newest = arrivals.at(-1);
    if (newest === undefined) return;
    if (arrivals.length > mostAtOnce) {
      const title = words('notice.digest', { count: arrivals.length });
      shell.notify({ conversation: newest.conversation, title, body: '' });
      return;
    }
    for (const { conversation, from, subject, snippet } of arrivals) {
      shell.notify(
        notificationPreview
          ? {
              conversation,
              title: words('notice.message', { name: from }),
              body: subject === '' ? snippet : subject,
            }
          : { conversation, title: words('notice.hidden'), body: '' },
      );
    }
  }
}
