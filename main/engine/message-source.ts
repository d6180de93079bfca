import { createHash } from 'node:crypto';
import type { BlobId, MessageId } from '#shared/kit/brand.ts';
import type { Result } from '#shared/kit/result.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { PreparedText } from '#shared/contract/accounts.ts';
import type { Session } from '#main/channels/kit/channel.ts';
import { ChannelError, failure } from '#main/channels/kit/failure.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { findMessage, placesOf, remoteAttachment } from './store/read/message-lookup.ts';
import type { StoredMessage } from './store/read/message-lookup.ts';
import { blobElsewhere } from './store/team/blobs.ts';
import { VaultError, placeOfBlob } from './store/vault.ts';
import { TeamError } from './team/connection-failure.ts';
import type { Workspace } from './workspace.ts';

/** Why a message's source cannot be had. */
export type SourceRefusal =
  | { readonly kind: 'message-gone' }
  | {
      readonly kind: 'source-unavailable';
      readonly reason: 'offline' | 'deleted' | 'too-large' | 'unreadable' | 'damaged';
    };

/** A message and the bytes it came in. */
export type FoundSource = { readonly message: StoredMessage; readonly bytes: Uint8Array };

/** A file with what it is called. */
export type RemoteBytes = { readonly bytes: Uint8Array; readonly name: string; readonly mimeType: string };

/** Larger files than this are not brought into the workspace (100 MiB). */
const mostFileBytes = 100 * 1024 * 1024;

/** Fetching the rest of a message must not leave a person waiting for a server that does not answer. */
const fetchWithinMs = 60_000;

/** What a team's database can give: `fetch` brings bytes into the vault by their SHA-256, `bytes` only answers them. */
type TeamCopies = {
  readonly fetch: (hash: string) => Promise<boolean>;
  readonly bytes: (hash: string) => Promise<Uint8Array | null>;
};

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Finds sources: in the vault, and on the server where only the beginning was kept or where the vault is damaged. */
export class MessageSources {
  readonly #workspace: Workspace;
  readonly #sessionOf: (account: AccountId) => Session | null;
  readonly #team: TeamCopies;

  constructor(workspace: Workspace, sessionOf: (account: AccountId) => Session | null, team: TeamCopies) {
    this.#workspace = workspace;
    this.#sessionOf = sessionOf;
    this.#team = team;
  }

  /** What is kept here: the whole source, or its beginning. */
  kept(id: MessageId): Result<FoundSource, SourceRefusal> {
    const message = findMessage(this.#workspace.db, id);
    if (message === undefined) return fail({ kind: 'message-gone' });
    if (message.source === null) return fail({ kind: 'source-unavailable', reason: 'deleted' });
    try {
      return ok({ message, bytes: this.#workspace.vault.read(message.source) });
    } catch (error) {
      return this.#damaged(error);
    }
  }

  /** What could not be read as a message, as it was kept. */
  unmapped(source: BlobId): Result<Uint8Array, SourceRefusal> {
    try {
      return ok(this.#workspace.vault.read(source));
    } catch (error) {
      return this.#damaged(error);
    }
  }

  #damaged(error: unknown): Result<never, SourceRefusal> {
    if (!(error instanceof VaultError)) throw error;
    this.#workspace.log.fault('vault', error);
    return fail({ kind: 'source-unavailable', reason: 'damaged' });
  }

  /** The same, where a colleague's device took it in also out of the team's database. */
  async #keptOrFetched(id: MessageId): Promise<Result<FoundSource, SourceRefusal>> {
    const message = findMessage(this.#workspace.db, id);
    if (message?.source !== null) return this.kept(id);
    // What the team does not have yet will come, like what is on a server out of reach.
    const fetched = await this.#fetched(message.seq, '');
    return fetched === 'not now' ? fail({ kind: 'source-unavailable', reason: 'offline' }) : this.kept(id);
  }

  async #fetched(seq: number, part: string): Promise<'here' | 'not now' | 'not there'> {
    const hash = blobElsewhere(this.#workspace.db, seq, part);
    if (hash === null) return 'not there';
    try {
      return (await this.#team.fetch(hash)) ? 'here' : 'not now';
    } catch (error) {
      if (!(error instanceof TeamError)) this.#workspace.log.fault('team blobs', error);
      return 'not now';
    }
  }

  /** The prepared texts of an account; throws what its session throws, and a ChannelError where there is no connection. */
  async templates(account: AccountId): Promise<readonly PreparedText[]> {
    const session = this.#sessionOf(account);
    if (session?.templates === undefined) throw new ChannelError(failure('offline', ''));
    return session.templates(AbortSignal.timeout(fetchWithinMs));
  }

  /**
   * A file that a message only points to: fetched when somebody wants it, and kept from then on. `part` is that of a
   * listed attachment; what is not remote, or not listed, is not here.
   */
  async remoteFile(
    message: StoredMessage,
    part: string,
    source: Uint8Array,
  ): Promise<Result<RemoteBytes, SourceRefusal>> {
    const { db, vault, writer } = this.#workspace;
    const listed = remoteAttachment(db, message.seq, part);
    if (listed === undefined) return fail({ kind: 'source-unavailable', reason: 'unreadable' });
    const { name, mime_type: mimeType, blob } = listed;
    let reason: 'offline' | 'deleted' | 'too-large' | 'damaged' = 'offline';
    if (blob !== null) {
      try {
        return ok({ bytes: vault.read(blob), name, mimeType });
      } catch (error) {
        this.#damaged(error);
        reason = 'damaged';
        const again = await this.#fromTeam(blob);
        if (again !== null) {
          await writer.run('attachment.keep', { seq: message.seq, part, bytes: new Uint8Array(again) });
          return ok({ bytes: again, name, mimeType });
        }
      }
    }
    if ((await this.#fetched(message.seq, part)) === 'here') {
      const kept = remoteAttachment(db, message.seq, part)?.blob ?? null;
      if (kept !== null) return ok({ bytes: vault.read(kept), name, mimeType });
    }
    for (const { account_id, stream, item } of placesOf(db, message.seq)) {
      const session = this.#sessionOf(account_id);
      if (session?.file === undefined) continue;
      try {
        const file = { stream, key: item, part, source };
        const bytes = await session.file(file, mostFileBytes, AbortSignal.timeout(fetchWithinMs));
        if (bytes === null) {
          if (reason !== 'damaged') reason = 'deleted';
          continue;
        }
        await writer.run('attachment.keep', { seq: message.seq, part, bytes: new Uint8Array(bytes) });
        return ok({ bytes, name, mimeType });
      } catch (error) {
        if (error instanceof ChannelError && error.failure.kind === 'quota') reason = 'too-large';
      }
    }
    return fail({ kind: 'source-unavailable', reason });
  }

  /** The whole source, fetched from the server where only the beginning was kept. */
  async whole(id: MessageId): Promise<Result<FoundSource, SourceRefusal>> {
    const kept = await this.#keptOrFetched(id);
    if (!kept.ok) {
      const message = findMessage(this.#workspace.db, id);
      const isDamaged = kept.failure.kind === 'source-unavailable' && kept.failure.reason === 'damaged';
      return isDamaged && message !== undefined ? this.#fetchedAgain(message) : kept;
    }
    const { message } = kept.value;
    if (message.source_partial === 0) return kept;
    const bytes = await this.#onServer(message);
    return typeof bytes === 'string'
      ? fail({ kind: 'source-unavailable', reason: bytes })
      : ok({ message, bytes });
  }

  /**
   * A source that is damaged here, from its server or from the team's database. What has the very digest that was kept
   * goes back into the vault; what else a server has under that number is shown, and asked for again the next time.
   */
  async #fetchedAgain(message: StoredMessage): Promise<Result<FoundSource, SourceRefusal>> {
    const { source } = message;
    const fromServer = await this.#onServer(message);
    const again = typeof fromServer !== 'string' ? fromServer : source && (await this.#fromTeam(source));
    if (source === null || again === null) return fail({ kind: 'source-unavailable', reason: 'damaged' });
    if (hashOf(again) === placeOfBlob(source)?.hash)
      await this.#workspace.writer.run('ingest.mend', {
        ...{ seq: message.seq, damaged: source, bytes: new Uint8Array(again) },
      });
    return ok({ message, bytes: again });
  }

  /** The bytes of a blob out of the team's database; null where that has none, or cannot be asked now. */
  async #fromTeam(blob: BlobId): Promise<Uint8Array | null> {
    const hash = placeOfBlob(blob)?.hash;
    if (hash === undefined) return null;
    try {
      return await this.#team.bytes(hash);
    } catch (error) {
      if (!(error instanceof TeamError)) this.#workspace.log.fault('team blobs', error);
      return null;
    }
  }

  /** The whole source from wherever it lies on a server. */
  async #onServer(message: StoredMessage): Promise<Uint8Array | 'deleted' | 'offline' | 'too-large'> {
    const places = placesOf(this.#workspace.db, message.seq);
    if (places.length === 0) return 'deleted';
    let connected = false;
    let tooLarge = false;
    for (const { account_id, stream, item } of places) {
      const session = this.#sessionOf(account_id);
      if (session === null) continue;
      connected = true;
      try {
        const bytes = await session.source(stream, item, AbortSignal.timeout(fetchWithinMs));
        if (bytes !== null) return bytes;
      } catch (error) {
        if (error instanceof ChannelError && error.failure.kind === 'quota') tooLarge = true;
        else connected = false;
      }
    }
    if (tooLarge) return 'too-large';
    return connected ? 'deleted' : 'offline';
  }
}
