import type { Policy } from '#shared/domain/policy/policy.ts';
import type { Clock, Ids } from '#shared/kit/ports.ts';
import type { Channel } from '#main/channels/kit/channel.ts';
import type { KeySource } from './keyring.ts';
import type { Threads } from './open-workspace.ts';
import type { LookDelays } from './outbox/plan.ts';
import type { ShellPort } from './shell-port.ts';
import type { UpkeepTimes } from './recovery/upkeep.ts';
import type { ImageFetchOptions } from './web/remote-images.ts';
import type { SyncOptions } from './team/sync.ts';

/** Everything the engine takes from where it runs. */
export type EngineOptions = {
  readonly workspaceDir: string;
  readonly kind: 'own' | 'sample';
  readonly key: KeySource;
  readonly shell: ShellPort;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A number in [0, 1) that spreads retries. */
  readonly chance: () => number;
  readonly threads: Threads;
  readonly version: string;
  /** `off`: nothing connects, sends or indexes by itself; single calls still may. */
  readonly traffic?: 'on' | 'off';
  /** `off`: nothing comes up by itself, because nobody is there who would be told; as `traffic` when left out. */
  readonly reminders?: 'on' | 'off';
  /** What the machine's admin has laid down; nothing when left out. */
  readonly policy?: Policy;
  /** How remote pictures are fetched; tests let loopback through. */
  readonly images?: ImageFetchOptions;
  /** Where the build has put the website chat's file. */
  readonly chatFile?: string;
  /** Times of the exchange with a team, for tests to shorten. */
  readonly team?: SyncOptions;
  /** The pauses between looks for what became of a send, in ms, for tests to shorten. */
  readonly lookDelaysMs?: LookDelays;
  /** When backups are made and the database is read through; nothing by itself when left out. */
  readonly upkeep?: UpkeepTimes;
  /** What a backup or a restore leaves free on a disk, in bytes; as usual when left out. */
  readonly reserveBytes?: number;
};
