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

  /** What to show of it. `now` in ms UTC. */
  shown(now: number): OpenedInvitation | null {
    if (this.#text === null) return null;
    const invitation = readInvitation(this.#text);
    if (invitation === null) return { kind: 'invitation-unreadable' };
    if (invitation.expiresAt <= now) return { kind: 'invitation-expired' };
    return { kind: 'good', facts: factsOf(invitation) };
  }
}
