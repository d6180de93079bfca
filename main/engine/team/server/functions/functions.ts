import type { TeamFunction } from '../schema-part.ts';
import { blobFunctions } from './blobs.ts';
import { callerFunctions } from './caller.ts';
import { colleagueSendFunctions } from './colleague-sends.ts';
import { collectorFunctions } from './collectors.ts';
import { cursorFunctions } from './cursors.ts';
import { eraseNowFunctions } from './erase-now.ts';
import { erasureScopeFunctions } from './erasure-scope.ts';
import { erasureFunctions } from './erasures.ts';
import { foldFunctions } from './fold.ts';
import { loginFunctions } from './logins.ts';
import { memberFunctions } from './members.ts';
import { pushFunctions } from './push.ts';
import { readFunctions } from './read.ts';
import { rightsFunctions } from './rights.ts';

/** Every function of a team's schema; all are put in place anew by each upgrade. Their names and arguments stay as they are. */
export const teamFunctions: readonly TeamFunction[] = [
  ...callerFunctions,
  ...foldFunctions,
  ...rightsFunctions,
  ...erasureScopeFunctions,
  ...eraseNowFunctions,
  ...erasureFunctions,
  ...pushFunctions,
  ...readFunctions,
  ...loginFunctions,
  ...memberFunctions,
  ...blobFunctions,
  ...collectorFunctions,
  ...cursorFunctions,
  ...colleagueSendFunctions,
];
