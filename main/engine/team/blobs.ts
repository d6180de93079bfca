import { createHash } from 'node:crypto';
import { Wake } from '../ingest/wake.ts';
import { nextUploads } from '../store/team/blobs.ts';
import type { Upload } from '../store/team/blobs.ts';
import { contentOf } from '../store/team/message-content.ts';
import { VaultError } from '../store/vault.ts';
import type { Workspace } from '../workspace.ts';
import { connectDelay } from './backoff.ts';
import { TeamError } from './connection-failure.ts';
import { TeamConnection, usualLimits } from './connection.ts';
import type { ConnectionLimits, TeamLogin } from './connection.ts';

/** What one call carries, in bytes; the database says so too. */
const partBytes = 1024 * 1024;
/** What is asked about at once. */
const askedAtOnce = 100;
/** A part may take longer than words: a megabyte over a slow line. In ms. */
const limits: ConnectionLimits = { ...usualLimits, statementMs: 60_000, answerMs: 120_000 };
/** An unused connection is given back after so long, in ms. */
const idleMs = 10_000;

/** What blobs need of the line to the team. */
export type BlobPorts = {
  readonly login: () => TeamLogin | null;
  /** Whether the team's database is there: a second connection is not tried where the first one fails. */
  readonly isThere: () => boolean;
  /** Larger ones stay on their device, in bytes. */
  readonly mostBytes: number;
};

/**
 * Sources and attachments on their way to the team's database, the newest first, and back from it for whoever wants to
 * read one. They have a connection of their own, so that nobody's words wait behind somebody's video; it is open only
 * while there is something to carry.
 */
export class TeamBlobs {
  readonly #workspace: Workspace;
  readonly #ports: BlobPorts;
  readonly #ended = new AbortController();
  readonly #wake = new Wake();
  #connection: Promise<TeamConnection> | null = null;
  #using = 0;
  #idle: NodeJS.Timeout | null = null;
  #failures = 0;
  #finished: Promise<void> | null = null;

  constructor(workspace: Workspace, ports: BlobPorts) {
    this.#workspace = workspace;
    this.#ports = ports;
  }

  start(): void {
    this.#finished ??= this.#run();
  }

  /** The line has opened, or something was taken in. */
  wake(): void {
    this.#wake.wake();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#hangUp();
    await this.#finished;
  }

  /**
   * Brings bytes from the team's database into the vault, by the SHA-256 of their content. False where it does not have
   * them (yet), or where what it has is something else; throws {@link TeamError} where it cannot be asked.
   */
  async fetch(hash: string): Promise<boolean> {
    const bytes = await this.bytes(hash);
    if (bytes === null) return false;
    return this.#workspace.writer.run('team.keep-blob', { hash, bytes });
  }

  /** The same without keeping them; null in a workspace that belongs to no team. */
  async bytes(hash: string): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#ports.login() === null) return null;
    const parts = await this.#with(async (connection) => {
      const there = sizesIn(await connection.call('blobs_there', [JSON.stringify([hash])])).get(hash);
      if (there === undefined || there.size > this.#ports.mostBytes) return null;
      const digest = createHash('sha256');
      const bytes: Uint8Array[] = [];
      for (let part = 0; part < there.parts; part += 1) {
        const said = await connection.call('blob_get', [hash, part]);
        if (!(said instanceof Uint8Array) || said.byteLength > partBytes) return null;
        digest.update(said);
        bytes.push(said);
      }
      return digest.digest('hex') === hash ? bytes : null;
    });
    return parts === null ? null : new Uint8Array(Buffer.concat(parts));
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        const isMore = this.#ports.isThere() && (await this.#uploadSome());
        this.#failures = 0;
        if (!isMore) await this.#wake.wait(null, signal);
      } catch (error) {
        this.#failures += 1;
        if (!(error instanceof TeamError) && !isAbort(error)) this.#workspace.log.fault('team blobs', error);
        await new Wake().wait(connectDelay(this.#failures, this.#workspace.chance()), signal);
      }
    }
  }

  /** Uploads what the database does not have of the newest that waits; answers whether there may be more. */
  async #uploadSome(): Promise<boolean> {
    const waiting = nextUploads(this.#workspace.db, askedAtOnce);
    if (waiting.length === 0) return false;
    await this.#with(async (connection) => {
      const hashes = [...new Set(waiting.map(hashOf).filter((hash) => hash !== ''))];
      const there = sizesIn(await connection.call('blobs_there', [JSON.stringify(hashes)]));
      await this.#done(waiting.filter((upload) => upload.blob === null || there.has(hashOf(upload))));
      for (const upload of waiting) {
        if (upload.blob === null || there.has(hashOf(upload))) continue;
        await this.#upload(connection, upload);
        await this.#done([upload]);
      }
    });
    return true;
  }

  async #upload(connection: TeamConnection, upload: Upload): Promise<void> {
    const bytes = this.#bytesOf(upload);
    if (bytes === null || bytes.byteLength > this.#ports.mostBytes) return;
    const parts = Math.max(1, Math.ceil(bytes.byteLength / partBytes));
    for (let part = 0; part < parts; part += 1) {
      this.#ended.signal.throwIfAborted();
      const piece = Buffer.from(bytes.subarray(part * partBytes, (part + 1) * partBytes));
      const place = [hashOf(upload), upload.account, part, parts, bytes.byteLength];
      await connection.call('blob_put', [...place, piece]);
    }
  }

  /** What is damaged here is not passed on. */
  #bytesOf({ blob }: Upload): Uint8Array | null {
    if (blob === null) return null;
    try {
      return this.#workspace.vault.read(blob);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      this.#workspace.log.fault('vault', error);
      return null;
    }
  }

  async #done(uploads: readonly Upload[]): Promise<void> {
    if (uploads.length === 0) return;
    const places = uploads.map(({ seq, part }) => ({ seq, part }));
    await this.#workspace.writer.run('team.uploaded', places, 'background');
  }

  /** Works over the connection, which is opened for it where there is none and given back once nobody uses it. */
  async #with<Value>(work: (connection: TeamConnection) => Promise<Value>): Promise<Value> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#using += 1;
    try {
      return await work(await this.#connected());
    } finally {
      this.#using -= 1;
      if (this.#using === 0) {
        this.#idle = setTimeout(() => {
          this.#hangUp().catch((error: unknown) => this.#workspace.log.fault('team blobs', error));
        }, idleMs);
        this.#idle.unref();
      }
    }
  }

  async #connected(): Promise<TeamConnection> {
    const there = await this.#connection?.catch(() => null);
    if (there?.failure === null) return there;
    const login = this.#ports.login();
    const { signal } = this.#ended;
    if (login === null) throw new TeamError({ kind: 'offline', where: '', said: null });
    const opened = TeamConnection.open(login, { signal, limits, isBrief: true });
    opened.catch(() => undefined);
    this.#connection = opened;
    return opened;
  }

  async #hangUp(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const connection = await this.#connection?.catch(() => null);
    this.#connection = null;
    await connection?.close();
  }
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

const hashOf = ({ blob }: Pick<Upload, 'blob'>): string => (blob === null ? '' : contentOf(blob));

type Sizes = ReadonlyMap<string, { readonly size: number; readonly parts: number }>;

/** What the database says it has, by hash; what is not said properly is not there. */
const sizesIn = (said: unknown): Sizes => {
  const sizes = new Map<string, { size: number; parts: number }>();
  if (!Array.isArray(said)) return sizes;
  for (const one of said as readonly unknown[]) {
    if (typeof one !== 'object' || one === null) continue;
    const { hash, size, parts } = one as Readonly<Record<string, unknown>>;
    if (typeof hash !== 'string' || typeof size !== 'number' || typeof parts !== 'number') continue;
    // As many parts as these bytes take, so that nobody makes us ask for ever.
    if (parts === Math.max(1, Math.ceil(size / partBytes))) sizes.set(hash, { size, parts });
  }
  return sizes;
};
