import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The desktop application's own workspace: Electron's `userData` of an application called Steward, and a folder in it. */
export const desktopWorkspace = (
  platform: NodeJS.Platform,
  env: Environment,
  home: string = homedir(),
): string => {
  const state =
    platform === 'win32'
      ? (env['APPDATA'] ?? join(home, 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? join(home, 'Library', 'Application Support')
        : (env['XDG_CONFIG_HOME'] ?? join(home, '.config'));
  return join(state, 'Steward', 'workspace');
};

/** The folder a command works on: what was asked for, else the desktop's. */
export const workspaceFolder = (asked: string | undefined): string =>
  resolve(asked ?? desktopWorkspace(process.platform, process.env));
