import { Notification, app, dialog, shell, type BrowserWindow, type Session } from 'electron';
import { basename, extname, join } from 'node:path';
import type { Notice, NoticeAct, NoticeAnswer, ShellPort } from '../engine/shell-port.ts';
import { platform } from './platform.ts';
import { setSpelling } from './spelling.ts';
import { openWithSystem, sealWithSystem } from './system-key-store.ts';

/** What the services need of the rest of the shell. */
export type ServiceOptions = {
  window(): BrowserWindow | null;
  /** The session of the page. */
  session(): Session;
  /** The person clicked a notice, or one of its buttons. */
  answered(answer: NoticeAnswer): void;
  language: ShellPort['language'];
  update: ShellPort['update'];
  switchWorkspace(to: 'own' | 'sample'): void;
};

/** Only these leave the application; anything else is refused here too, whatever the engine has already checked. */
const outside: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** What the engine may ask of the desktop. */
export const shellServices = (options: ServiceOptions): ShellPort => ({
  sealing: async () => ((await platform.guardsSecrets()) ? 'os' : 'none'),
  seal: (plain) => sealWithSystem(Buffer.from(plain).toString('base64')),
  open: async (sealed) => Buffer.from(await openWithSystem(Buffer.from(sealed)), 'base64'),
  notify: (notice) => {
    if (Notification.isSupported()) showNotice(notice, options);
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
  chooseFolder: async () => {
    const choice = await dialog.showOpenDialog(...owner(options), {
      properties: ['openDirectory', 'createDirectory'],
    });
    return choice.canceled ? null : (choice.filePaths[0] ?? null);
  },
  openFile: async (path) => {
    const problem = await shell.openPath(path);
    if (problem !== '') throw new Error(problem);
  },
  markFromInternet: (path) => platform.markFromInternet(path),
  spelling: (wish) => Promise.resolve(setSpelling(options.session(), wish)),
  language: (choice) => options.language(choice),
  update: (act) => options.update(act),
  switchWorkspace: (to) => {
    options.switchWorkspace(to);
  },
});

/** A notification that nobody refers to is collected, and its click with it; so many are kept. */
const mostKept = 50;
const kept = new Set<Notification>();

const showNotice = (told: Notice, options: ServiceOptions): void => {
  const { conversation, title, body, followUp = null } = told;
  const buttons = platform.noticeButtons ? (told.actions ?? []) : [];
  const notice = new Notification({
    title,
    body,
    silent: false,
    actions: buttons.map(({ label }) => ({ type: 'button', text: label })),
  });
  const answer = (act: NoticeAct) => {
    kept.delete(notice);
    options.answered({ act, conversation, followUp });
  };
  notice.on('click', () => {
    answer('open');
  });
  notice.on('action', (_event, place) => {
    answer(buttons[place]?.act ?? 'open');
  });
  notice.on('close', () => {
    kept.delete(notice);
  });
  kept.add(notice);
  for (const oldest of kept) {
    if (kept.size <= mostKept) break;
    kept.delete(oldest);
  }
  notice.show();
};

const owner = (options: ServiceOptions): [BrowserWindow] => {
  const window = options.window();
  if (window === null) throw new Error('there is no window to ask in');
  return [window];
};

const saveFilters = (name: string): { name: string; extensions: string[] }[] => {
  const extension = extname(name).slice(1);
  return extension === '' ? [] : [{ name: extension.toUpperCase(), extensions: [extension] }];
};
