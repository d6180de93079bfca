import type { Clock } from '#shared/kit/ports.ts';
import type { Attempt, Reconciled } from '../../kit/outgoing.ts';
import { pause } from '../../kit/waiting.ts';
import type { Timeouts } from '../deadline.ts';
import type { SentFiler } from '../providers.ts';
import type { ImapConnection } from './connection.ts';
import { listFolders } from './folders.ts';
import { appendCopy, findCopies, removeCopy } from './sent-copies.ts';

/** Runs work on the account's working connection, in turn with everything else. */
type Work = <T>(work: (connection: ImapConnection) => Promise<T>, signal: AbortSignal) => Promise<T>;

type Facts = {
  readonly address: string;
  readonly filer: SentFiler;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
};

/**
 * The folder where sent mail is kept. Some providers file it by themselves, seconds after the message was accepted, and most do not
 * say so; hence nothing is appended before it was looked for, and what a session has once seen its provider do it expects again.
 */
export class SentFolder {
  private readonly facts: Facts;
  private readonly work: Work;
  private filer: SentFiler;
  private folder: string | null = null;

  constructor(facts: Facts, work: Work) {
    this.facts = facts;
    this.work = work;
    this.filer = facts.filer;
  }

  /** Sees to it that Sent holds exactly one copy. May be called again after any failure. */
  async file(attempt: Attempt, signal: AbortSignal): Promise<void> {
    const patience = this.patience(attempt);
    const found = await this.lookUntilFound(attempt, patience, signal);
    if (found.length > 0) {
      // Found at the first look it may be our own copy of an earlier try; found while waiting it was the server.
      if (found.length === 1 && found.waited && this.filer === 'unknown') this.filer = 'server';
      return;
    }
    const folder = await this.folderName(signal);
    const uid = await this.work(
      (connection) => connection.run((client) => appendCopy(client, folder, attempt), signal),
      signal,
    );
    const copies = await this.look(attempt, signal);
    if (copies.length > 1 && uid !== null && copies.includes(uid)) {
      // The server filed its own while ours was on the way.
      this.filer = 'server';
      await this.work(
        (connection) => connection.run((client) => removeCopy(client, folder, uid), signal),
        signal,
      );
    } else if (this.filer === 'unknown') this.filer = 'client';
  }

  /**
   * What became of a message whose acceptance was never heard of. A copy proves that it was accepted. That there is none proves
   * something only where the server is known to file every message it accepts, and after it had the time to do so.
   */
  async reconcile(attempt: Attempt, signal: AbortSignal): Promise<Reconciled> {
    const known = this.facts.filer === 'server';
    const found = await this.lookUntilFound(attempt, known ? this.facts.timeouts.filedByServer : 0, signal);
    if (found.length > 0 || (await this.isInOwnInbox(attempt, signal))) return 'accepted';
    return known ? 'absent' : 'unknown';
  }

  /** A large message takes its server longer to file: a second for each megabyte on top. */
  private patience(attempt: Attempt): number {
    const bySize = attempt.bytes.length / 1_000;
    switch (this.filer) {
      case 'server':
        return this.facts.timeouts.filedByServer + bySize;
      case 'unknown':
        return this.facts.timeouts.filedPerhaps + bySize;
      case 'client':
        return 0;
    }
  }

  private async lookUntilFound(
    attempt: Attempt,
    patience: number,
    signal: AbortSignal,
  ): Promise<{ readonly length: number; readonly waited: boolean }> {
    const { clock } = this.facts;
    const until = clock.monotonic() + patience;
    for (let wait = 500, waited = false; ; wait = Math.min(wait * 2, 8_000), waited = true) {
      const found = await this.look(attempt, signal);
      const left = until - clock.monotonic();
      if (found.length > 0 || left <= 0) return { length: found.length, waited };
      await pause(Math.min(wait, left), signal);
    }
  }

  private async look(attempt: Attempt, signal: AbortSignal): Promise<readonly number[]> {
    const folder = await this.folderName(signal);
    return this.work(
      (connection) => connection.run((client) => findCopies(client, folder, attempt), signal),
      signal,
    );
  }

  /** A mail to ourselves that arrived was accepted. */
  private async isInOwnInbox(attempt: Attempt, signal: AbortSignal): Promise<boolean> {
    const own = this.facts.address.toLowerCase();
    if (!attempt.recipients.some((recipient) => recipient.toLowerCase() === own)) return false;
    const copies = await this.work(
      (connection) => connection.run((client) => findCopies(client, 'INBOX', attempt), signal),
      signal,
    );
    return copies.length > 0;
  }

  private async folderName(signal: AbortSignal): Promise<string> {
    this.folder ??= await this.work(
      (connection) =>
        connection.run(async (client) => {
          const sent = (await listFolders(client)).find(({ role }) => role === 'sent');
          if (sent !== undefined) return sent.name;
          // A new mailbox on a bare server has no Sent yet; imapflow puts it under the personal namespace.
          const made = await client.mailboxCreate('Sent');
          return made.path;
        }, signal),
      signal,
    );
    return this.folder;
  }
}
