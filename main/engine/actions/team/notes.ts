import type { WritableDb } from '../../store/driver.ts';
import { currentTxn, setTxn } from '../../store/team/link.ts';
import { forgetTxns, hasChanges, saveOp } from '../../store/team/op.ts';
import type { TeamOp } from '../../store/team/op.ts';

/** Where an action in a team's workspace notes what it would take to do it again. */
export type TeamNotes = {
  /** Saves a command; it counts only if something shared changed with it. */
  readonly save: (op: TeamOp) => void;
  /** What follows can be pushed apart from what was before, such as the next message of a batch. Answers whether anything shared had changed. */
  readonly next: () => boolean;
};

/** The notes of one transaction; undefined for people alone, who note nothing. */
export const notesOf = (db: WritableDb, now: () => number): TeamNotes | undefined => {
  const first = currentTxn(db);
  if (first === null) return undefined;
  let txn = first;
  return {
    save: (op) => {
      saveOp(db, txn, op, now());
    },
    next: () => {
      if (!hasChanges(db, txn)) {
        forgetTxns(db, [txn]);
        return false;
      }
      txn += 1;
      setTxn(db, txn);
      return true;
    },
  };
};

/**
 * Actions that save more fitting commands themselves, or change nothing that is shared: their inputs have bytes and
 * secrets that nobody needs twice. All others are saved as they were called.
 */
const savedElsewhere =
  /^(?:ingest|outbox|erasure|retention|draft|account|preferences|sample|team|login|search|attachment|audit)\./u;

/** Whether an action is itself the command that is run again. */
export const isCommand = (name: string): boolean => !savedElsewhere.test(name);
