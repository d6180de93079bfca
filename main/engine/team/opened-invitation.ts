import type { OpenedInvitation } from '#shared/contract/team.ts';
import { factsOf, readInvitation } from './invitation-link.ts';

/**
 * The invitation that the person opened the application with. It stays here, in memory, until they use it or put it
 * away: what it lets in with never reaches the window.
 */
export class InvitationAtTheDoor {
  #text: string | null = null;

  put(text: string): void {
    this.#text = text;
  }

  putAway(): void {
    this.#text = null;
  }

  /** The link itself; null where nothing was opened. */
  get text(): string | null {
    return this.#text;
  }

  /** What to show of it; whether it is still good is for the database to say. */
  shown(): OpenedInvitation | null {
    if (this.#text === null) return null;
    const invitation = readInvitation(this.#text);
    if (invitation === null) return { kind: 'invitation-unreadable' };
    return { kind: 'good', facts: factsOf(invitation) };
  }
}
