import { Notification, app, dialog, shell, type BrowserWindow } from 'electron';
import { basename, extname, join } from 'node:path';
import type { ShellPort } from '../engine/shell-port.ts';
import { platform } from './platform.ts';
import { openWithSystem, sealWithSystem } from './system-key-store.ts';

/** What the services need of the rest of the shell. */
export type ServiceOptions = {
  window(): BrowserWindow | null;
  show(conversation: string): void;
  switchWorkspace(to: 'own' | 'sample'): void;
};

/** Only these leave the application; anything else is refused here too, whatever the engine has already checked. */
const outside: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** What the engine may ask of the desktop. */
export const shellServices = (options: ServiceOptions): ShellPort => ({
  sealing: async () => ((await platform.guardsSecrets()) ? 'os' : 'none'),
  seal: (plain) => sealWithSystem(Buffer.from(plain).toString('base64')),
  open: async (sealed) => Buffer.from(await openWithSystem(Buffer.from(sealed)), 'base64'),
  notify: ({ conversation, title, body }) => {
    if (!Notification.isSupported()) return;
    const notice = new Notification({ title, body, silent: false });
    notice.on('click', () => {
      options.show(conversation);
    });
    notice.show();
  },
  badge: (unread) => {
    platform.showBadge(unread);
  },
  openBrowser: async (url) => {
    if (!outside.has(new URL(url).protocol))
      throw new Error('only http, https and mailto leave the application');
    await shell.openExternal(url);
  },
  chooseSavePath: async (name) => {
    const defaultPath = join(app.getPath('downloads'), basename(name));
    const choice = await dialog.showSaveDialog(...owner(options), {
      defaultPath,
      filters: saveFilters(name),
      properties: ['createDirectory', 'showOverwriteConfirmation'],
    });
    return choice.canceled || choice.filePath === '' ? null : choice.filePath;
  },
  chooseFiles: async () => {
    const choice = await dialog.showOpenDialog(...owner(options), {
      properties: ['openFile', 'multiSelections'],
    });
    return choice.canceled ? [] : choice.filePaths;
  },
  openFile: async (path) => {
    const problem = await shell.openPath(path);
    if (problem !== '') throw new Error(problem);
  },
  markFromInternet: (path) => platform.markFromInternet(path),
  switchWorkspace: (to) => {
    options.switchWorkspace(to);
  },
});

const owner = (options: ServiceOptions): [BrowserWindow] => {
  const window = options.window();
  if (window === null) throw new Error('there is no window to ask in');
  return [window];
};

const saveFilters = (name: string): { name: string; extensions: string[] }[] => {
  const extension = extname(name).slice(1);
  return extension === '' ? [] : [{ name: extension.toUpperCase(), extensions: [extension] }];
};
