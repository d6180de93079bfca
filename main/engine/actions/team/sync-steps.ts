import { createHash } from 'node:crypto';
import { blobsArrived, uploaded } from '../../store/team/blobs.ts';
import type { Upload } from '../../store/team/blobs.ts';
import { whileApplying } from '../../store/team/link.ts';
import { keepProgress } from '../../store/team/progress.ts';
import type { TeamProgress } from '../../store/team/progress.ts';
import type { Action } from '../action.ts';

const progress: Action<Partial<TeamProgress>, null> = ({ db }, change) => {
  keepProgress(db, change);
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

/** What the loop between this workspace and its team writes down beside documents. */
export const teamSyncActions = {
  'team.progress': progress,
  'team.uploaded': noteUploaded,
  'team.keep-blob': keepBlob,
} as const;
