import { app, ipcMain, net, powerMonitor, session, type BrowserWindow, type WebContents } from 'electron';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPolicy } from '#shared/domain/policy/read.ts';
import { machinePolicies } from '../policy/machine-policy.ts';
import { pageOrigin } from './content-policy.ts';
import type { StartOrder } from './engine-messages.ts';
import { startEngineProcess, type EngineProcess } from './engine-process.ts';
import { ShellLanguage } from './language.ts';
import { lockContents, lockSession } from './lockdown.ts';
import { openMainWindow } from './main-window.ts';
import { setMenu } from './menu.ts';
import { servePage } from './page-protocol.ts';
import { platform } from './platform.ts';
import { keepScreenshot } from './screenshot.ts';
import { shellServices } from './shell-services.ts';
import { offerCorrections } from './spelling.ts';
import { doAboutUpdates, keepLooking, openUpdates } from './updates/open-updates.ts';
import type { Updates } from './updates/updates.ts';

/** How the application was started. `bundles` is the folder of the built main files. */
export type ApplicationOptions = {
  readonly sampleFirst: boolean;
  readonly bundles: string;
  /** Invitations that the person opens; one that came before the application was ready is told at once. */
  readonly onInvitation: (listener: (invitation: string) => void) => void;
};

/** How often the shell looks whether the system is online; Chromium has no event for it in the main process. */
const networkCheckMs = 5_000;

/** Runs the application from ready to quit: one window, one engine. */
export const runApplication = (options: ApplicationOptions): void => {
  const stateDir = app.getPath('userData');
  const policies = machinePolicies(app.isPackaged);
  const policy = readPolicy(policies);
  const language = new ShellLanguage({
    stateDir,
    laidDown: policy.values.language ?? null,
    system: systemLocale(),
    changed: setMenu,
  });
  let workspace: 'own' | 'sample' = options.sampleFirst ? 'sample' : 'own';
  let sampleDir: string | null = null;
  let window: BrowserWindow | null = null;

  const dropSample = (): void => {
    if (sampleDir !== null) rmSync(sampleDir, { recursive: true, force: true });
    sampleDir = null;
  };
  const workspaceDir = (): string => {
    if (workspace === 'own') return join(stateDir, 'workspace');
    sampleDir ??= mkdtempSync(join(app.getPath('temp'), 'steward-sample-'));
    return sampleDir;
  };
  const order = (): StartOrder => {
    const keyFile = process.env['STEWARD_KEY_FILE'];
    const folder = workspaceDir();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return {
      type: 'start',
      workspaceDir: folder,
      workspace,
      version: app.getVersion(),
      env: keyFile === undefined ? {} : { keyFile },
      policies,
    };
  };
  const switchWorkspace = async (to: 'own' | 'sample'): Promise<void> => {
    if (to === workspace) return;
    workspace = to;
    await engine.restart();
    if (to === 'own') dropSample();
    window?.webContents.reload();
  };
  const showWindow = (): void => {
    window ??= open();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };

  const updates: Updates = openUpdates({
    bundles: options.bundles,
    policy,
    changed: () => engine.tell({ type: 'update' }),
  });
  const services = shellServices({
    window: () => window,
    session: () => pageSession,
    answered: (answer) => {
      if (answer.act === 'open') showWindow();
      const tell = (): void => engine.tell({ type: 'notice', ...answer });
      // A window that has just been opened hears nothing before its page has said hello.
      if (window === null || greeted.has(window.webContents)) tell();
      else untilGreeted.push(tell);
    },
    language: (choice) => language.choose(choice),
    update: (act) => doAboutUpdates(updates, act),
    switchWorkspace: (to) => {
      void switchWorkspace(to);
    },
  });
  const engine: EngineProcess = startEngineProcess({
    bundle: join(options.bundles, 'engine.cjs'),
    shell: services,
    order,
    started: () => {
      if (window !== null && greeted.has(window.webContents)) connect(window.webContents);
    },
    log: (line) => {
      process.stderr.write(`${line}\n`);
    },
  });

  const greeted = new WeakSet<WebContents>();
  const untilGreeted: (() => void)[] = [];
  const connect = (contents: WebContents): void => {
    contents.postMessage('page:port', null, [engine.connect()]);
  };
  ipcMain.on('page:hello', (event) => {
    const frame = event.senderFrame;
    const ours =
      frame !== null && frame === event.sender.mainFrame && frame.url.startsWith(`${pageOrigin}/index.html`);
    if (!ours || event.sender !== window?.webContents) return;
    greeted.add(event.sender);
    connect(event.sender);
    for (const tell of untilGreeted.splice(0)) tell();
  });

  // Nothing uses the default session, but Chromium has it.
  lockSession(session.defaultSession);
  const pageSession = session.fromPartition('page', { cache: false });
  lockSession(pageSession);
  servePage(pageSession, join(options.bundles, '..', 'renderer'));
  app.on('web-contents-created', (_event, contents) => {
    lockContents(contents);
  });

  const open = (): BrowserWindow => {
    const opened = openMainWindow({
      preload: join(options.bundles, 'preload.cjs'),
      session: pageSession,
      stateDir,
      locale: language.state.locale,
    });
    offerCorrections(opened.webContents, language.words);
    const picture = process.env['STEWARD_SCREENSHOT'];
    if (picture !== undefined) keepScreenshot(opened, picture);
    opened.on('closed', () => {
      window = null;
    });
    return opened;
  };

  window = open();
  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  // Nobody joins anything by it: the window shows what the invitation says, and the person decides there.
  options.onInvitation((invitation) => {
    showWindow();
    engine.tell({ type: 'invitation', text: invitation });
  });
  app.on('window-all-closed', () => {
    if (!platform.menuBar) app.quit();
  });
  followSystem(engine);
  keepLooking(updates);
  quitInOrder(engine, () => {
    dropSample();
    updates.ended();
  });
};

/** What the system speaks; while Steward is being built, also a locale that no system has. */
const systemLocale = (): string =>
  (app.isPackaged ? undefined : process.env['STEWARD_LOCALE']) ?? app.getLocale();

/** Tells the engine about sleep, wake and the network, so that it reconnects at once instead of at a time-out. */
const followSystem = (engine: EngineProcess): void => {
  powerMonitor.on('suspend', () => {
    engine.tell({ type: 'power', event: 'suspend' });
  });
  powerMonitor.on('resume', () => {
    engine.tell({ type: 'power', event: 'resume' });
  });
  let online = net.isOnline();
  setInterval(() => {
    if (net.isOnline() === online) return;
    online = !online;
    engine.tell({ type: 'network', online });
  }, networkCheckMs);
};

/** The application ends when the engine has closed everything, never before. */
const quitInOrder = (engine: EngineProcess, ended: () => void): void => {
  let stopped = false;
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void engine.stop().then(() => {
      stopped = true;
      ended();
      app.quit();
    });
  });
};
