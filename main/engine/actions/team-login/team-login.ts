import type { DeviceLogin } from '../../store/read/team-login.ts';
import { forgetLogin, keepLogin } from '../../store/write/team-login.ts';
import type { ActionContext } from '../action.ts';

/** How this device comes into its team's database. */
export const teamLoginActions = {
  'team.keepLogin': ({ db, changed }: ActionContext, login: DeviceLogin): null => {
    keepLogin(db, login);
    changed({ topic: 'team' });
    return null;
  },
  'team.forgetLogin': ({ db, changed }: ActionContext, _: Readonly<Record<string, never>>): null => {
    forgetLogin(db);
    changed({ topic: 'team' });
    return null;
  },
} as const;
