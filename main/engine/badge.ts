import type { Topic } from '#shared/contract/events.ts';
import { quietly } from './log.ts';
import { countConversations } from './store/read/conversation-counts.ts';
import { viewerOf } from './store/read/members.ts';
import type { Workspace } from './workspace.ts';

/** The number is for a glance: it may be this late. */
const gatherMs = 250;

/** Keeps the number on the application's icon equal to the count of unread conversations. */
export class Badge {
  readonly #workspace: Workspace;
  #shown: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  changed(topics: readonly Topic[]): void {
    // What is still committed while everything ends finds no database open by the time the number would be shown.
    if (this.#stopped) return;
    if (!topics.some(({ topic }) => topic === 'lists' || topic === 'conversation')) return;
    this.#timer ??= setTimeout(() => quietly(this.#workspace.log, 'badge', () => this.#show()), gatherMs);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #show(): void {
    this.#timer = null;
    const { unread } = countConversations(this.#workspace.db, viewerOf(this.#workspace.db)).views;
    if (unread === this.#shown) return;
    this.#shown = unread;
    this.#workspace.shell.badge(unread);
  }
}
