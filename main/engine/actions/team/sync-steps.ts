import { createHash } from 'node:crypto';
import { blobsArrived, uploaded } from '../../store/team/blobs.ts';
import type { Upload } from '../../store/team/blobs.ts';
import { goOnFrom } from '../../store/team/cursors.ts';
import type { StreamPlace } from '../../store/team/cursors.ts';
import { whileApplying } from '../../store/team/link.ts';
import { clockError, keepProgress } from '../../store/team/progress.ts';
import type { TeamProgress } from '../../store/team/progress.ts';
import { keepSent, restoreSent } from '../../store/team/sent.ts';
import { followFrom, unlearn } from '../../store/team/unlearn.ts';
import type { Unlearned } from '../../store/team/unlearn.ts';
import type { Action } from '../action.ts';

const progress: Action<Partial<TeamProgress>, null> = ({ db, changed }, change) => {
  const before = clockError(db);
  keepProgress(db, change);
  if (clockError(db) !== before) changed({ topic: 'team' });
  return null;
};

const noteUploaded: Action<readonly Pick<Upload, 'seq' | 'part'>[], null> = ({ db }, done) => {
  uploaded(db, done);
  return null;
};

/** Keeps bytes that the team had and this device did not; false where they are not what they should be. */
const keepBlob: Action<{ readonly hash: string; readonly bytes: Uint8Array }, boolean> = (
  { db, vault },
  { hash, bytes },
) => {
  if (createHash('sha256').update(bytes).digest('hex') !== hash) return false;
  whileApplying(db, () => blobsArrived(db, hash, vault.put(bytes)));
  return true;
};

/** Another device has read an account up to these places, and the team has all of it: it is read on from there. */
const goOn: Action<readonly StreamPlace[], null> = ({ db, clock, changed }, places) => {
  goOnFrom(db, places, clock.now());
  changed({ topic: 'accounts' });
  return null;
};

/** The push under way was accepted: it is kept for a while, in case the server loses it. */
const keepAccepted: Action<null, null> = ({ db }) => {
  keepSent(db);
  return null;
};

/** The server has lost a push and others went on without it: its commands wait again. */
const restore: Action<number, null> = ({ db, changed }, num) => {
  restoreSent(db, num);
  changed({ topic: 'team' });
  return null;
};

/** The server has gone back to an earlier state, and perhaps on from there. */
const goBack: Action<{ readonly to: number; readonly unlearned: readonly Unlearned[] }, null> = (
  { db },
  { to, unlearned },
) => {
  whileApplying(db, () => unlearn(db, unlearned));
  followFrom(db, to);
  return null;
};

/** What the loop between this workspace and its team writes down beside documents. */
export const teamSyncActions = {
  'team.progress': progress,
  'team.uploaded': noteUploaded,
  'team.go-on': goOn,
  'team.keep-blob': keepBlob,
  'team.keep-sent': keepAccepted,
  'team.restore-sent': restore,
  'team.go-back': goBack,
} as const;
