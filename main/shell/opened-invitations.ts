import { app } from 'electron';
import { invitationAmong, openedInvitation } from './invitation-among.ts';

/** The scheme of invitations as links. */
const scheme = 'steward';

/**
 * Listens for invitations that the system gives us: among the arguments of a start (Windows and Linux, also of a second
 * one) or by events (macOS, which may come before the application is ready). Answers where to listen for them; what came
 * before is told then.
 */
export const hearInvitations = (): ((listener: (invitation: string) => void) => void) => {
  // Only what is installed: a build somebody tries out must not take the links of the Steward they work with.
  if (app.isPackaged) app.setAsDefaultProtocolClient(scheme);
  let waiting = invitationAmong(process.argv.slice(1), process.cwd());
  let listener: ((invitation: string) => void) | null = null;
  const heard = (invitation: string | null): void => {
    if (invitation === null) return;
    if (listener === null) waiting = invitation;
    else listener(invitation);
  };
  app.on('second-instance', (_event, args, folder) => heard(invitationAmong(args.slice(1), folder)));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    heard(openedInvitation(url, '/'));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    heard(openedInvitation(path, '/'));
  });
  return (next) => {
    listener = next;
    const before = waiting;
    waiting = null;
    heard(before);
  };
};
