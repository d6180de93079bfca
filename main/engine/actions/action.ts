import type { Topic } from '#shared/contract/events.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { Clock, Ids } from '#shared/kit/ports.ts';
import type { WritableDb } from '../store/driver.ts';
import type { ErasureLedger } from '../store/erase/ledger.ts';
import type { VaultWriter } from '../store/vault.ts';
import type { TeamNotes } from './team/notes.ts';

/** What an action has at hand. Actions run on the writer thread, each in one transaction with its events and rows. */
export type ActionContext = {
  readonly db: WritableDb;
  readonly vault: VaultWriter;
  /** What was erased, beside the database, and the hashes of its names. */
  readonly erasures: ErasureLedger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly me: MemberId;
  /** Collects what changed; told to the page after the commit, never before. */
  readonly changed: (topic: Topic) => void;
  /** In a workspace that belongs to a team: where commands are noted, to be run again where somebody else was first. */
  readonly team?: TeamNotes;
  /** Numbers of identities that the action itself puts into the index of names before it ends; absent where each is put there at once. */
  readonly identitiesToIndex?: Set<number>;
};

/** One intent: load, decide, append, project. Synchronous, so that a transaction never waits for anything. */
export type Action<Input, Output> = (context: ActionContext, input: Input) => Output;
