import type { MessageId } from '#shared/kit/brand.ts';
import type { Result } from '#shared/kit/result.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Session } from '#main/channels/kit/channel.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { findMessage, placesOf } from './store/read/message-lookup.ts';
import type { StoredMessage } from './store/read/message-lookup.ts';
import { VaultError } from './store/vault.ts';
import type { Workspace } from './workspace.ts';

/** Why a message's source cannot be had. */
export type SourceRefusal =
  | { readonly kind: 'message-gone' }
  | {
      readonly kind: 'source-unavailable';
      readonly reason: 'offline' | 'deleted' | 'too-large' | 'unreadable';
    };

/** A message and the bytes it came in. */
export type FoundSource = { readonly message: StoredMessage; readonly bytes: Uint8Array };

/** Fetching the rest of a message must not leave a person waiting for a server that does not answer. */
const fetchWithinMs = 60_000;

/** Finds sources: in the vault, and on the server where only the beginning was kept. */
export class MessageSources {
  readonly #workspace: Workspace;
  readonly #sessionOf: (account: AccountId) => Session | null;

  constructor(workspace: Workspace, sessionOf: (account: AccountId) => Session | null) {
    this.#workspace = workspace;
    this.#sessionOf = sessionOf;
  }

  /** What is kept here: the whole source, or its beginning. */
  kept(id: MessageId): Result<FoundSource, SourceRefusal> {
    const message = findMessage(this.#workspace.db, id);
    if (message === undefined) return fail({ kind: 'message-gone' });
    if (message.source === null) return fail({ kind: 'source-unavailable', reason: 'deleted' });
    try {
      return ok({ message, bytes: this.#workspace.vault.read(message.source) });
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      this.#workspace.log.fault('vault', error);
      return fail({ kind: 'source-unavailable', reason: 'unreadable' });
    }
  }

  /** The whole source, fetched from the server where only the beginning was kept. */
  async whole(id: MessageId): Promise<Result<FoundSource, SourceRefusal>> {
    const kept = this.kept(id);
    if (!kept.ok || kept.value.message.source_partial === 0) return kept;
    const { message } = kept.value;
    const places = placesOf(this.#workspace.db, message.seq);
    if (places.length === 0) return fail({ kind: 'source-unavailable', reason: 'deleted' });
    let connected = false;
    for (const { account_id, stream, item } of places) {
      const session = this.#sessionOf(account_id);
      if (session === null) continue;
      connected = true;
      try {
        const bytes = await session.source(stream, item, AbortSignal.timeout(fetchWithinMs));
        if (bytes !== null) return ok({ message, bytes });
      } catch {
        connected = false;
      }
    }
    return fail({ kind: 'source-unavailable', reason: connected ? 'deleted' : 'offline' });
  }
}
