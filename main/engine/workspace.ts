import type { Channel } from '#main/channels/kit/channel.ts';
import type { EngineEvent, Topic } from '#shared/contract/events.ts';
import type { Clock, Ids } from '#shared/kit/ports.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import type { Words } from '#shared/messages/format.ts';
import type { Log } from './log.ts';
import type { BulkVault } from './bulk-vault/bulk-vault.ts';
import type { Marks } from './recovery/marks.ts';
import type { Parser } from './parser/parser.ts';
import type { ShellPort } from './shell-port.ts';
import type { ReadableDb } from './store/driver.ts';
import type { KeyedHash } from './store/erase/tombstones.ts';
import type { VaultReader } from './store/vault.ts';
import type { ImageFetchOptions } from './web/remote-images.ts';
import type { Writer } from './writer/writer.ts';

/** An open workspace as everything in the engine sees it: one reader, one writer, and the ports of its place. */
export type Workspace = {
  readonly dir: string;
  readonly kind: 'own' | 'sample';
  /** The 32 bytes that the keys of database and vault are derived from. */
  readonly root: Uint8Array;
  readonly db: ReadableDb;
  readonly vault: VaultReader;
  readonly writer: Writer;
  /** Puts the sources of large pulls away, beside the writer. */
  readonly bulk: BulkVault;
  /** The hashes of names by which is known what was erased. */
  readonly hash: KeyedHash;
  /** What is written down outside the database before a send is handed over. */
  readonly marks: Marks;
  readonly parser: Parser;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A number in [0, 1) that spreads retries. */
  readonly chance: () => number;
  readonly shell: ShellPort;
  readonly log: Log;
  readonly words: Words;
  /** What the machine's admin has laid down; read at the start and the same until the end. */
  readonly policy: Policy;
  readonly images: ImageFetchOptions;
  /** The website chat's one file, as the build made it; null where there is none. */
  readonly chatFile: string | null;
  /** Tells the pages what changed without a commit, such as the health of an account. */
  readonly changed: (...topics: readonly Topic[]) => void;
  readonly tell: (event: EngineEvent) => void;
};
