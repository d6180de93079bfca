import { app } from 'electron';
import { AppImageUpdater, MacUpdater, NsisUpdater } from 'electron-updater';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { UpdateChannel } from '#shared/domain/update/decide-update.ts';
import { feedFetcher } from './feed-fetcher.ts';
import { isFeedAddress } from './feed-http.ts';
import type { Fetcher } from './updates.ts';

/** The feed that was built in; null for a build that knows none. It lies in the archive, where nobody changes it. */
const feedIn = (file: string): string | null => {
  if (!existsSync(file)) return null;
  const feed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const url = typeof feed === 'object' && feed !== null && 'url' in feed ? feed.url : null;
  return typeof url === 'string' && isFeedAddress(url) ? url : null;
};

/** How Steward was installed says who brings new versions: a package of the system or of an admin is not ours to change. */
const ownInstallation = (): 'nsis' | 'mac' | 'appimage' | null => {
  if (process.platform === 'darwin') return 'mac';
  if (process.platform === 'win32') {
    return existsSync(join(dirname(process.execPath), 'Uninstall Steward.exe')) ? 'nsis' : null;
  }
  return process.env['APPIMAGE'] === undefined ? null : 'appimage';
};

/** The parts of Electron's `app` that electron-updater asks for; the file of the feed is ours. */
const adapter = (feedFile: string) => ({
  version: app.getVersion(),
  name: app.getName(),
  isPackaged: app.isPackaged,
  appUpdateConfigPath: feedFile,
  userDataPath: app.getPath('userData'),
  baseCachePath: app.getPath('sessionData'),
  whenReady: () => app.whenReady(),
  relaunch: () => {
    app.relaunch();
  },
  quit: () => {
    app.quit();
  },
  onQuit: (handler: (code: number) => void) => {
    app.once('quit', (_event, code) => {
      handler(code);
    });
  },
});

/** Named inside of a function: electron-updater is loaded at the first look at one of them. */
const updaterFor = (kind: NonNullable<ReturnType<typeof ownInstallation>>) =>
  ({ nsis: () => NsisUpdater, mac: () => MacUpdater, appimage: () => AppImageUpdater })[kind]();

/** electron-updater for this installation, or who brings new versions instead. `bundles` is the folder of the built main files. */
export const fetcherHere = (
  bundles: string,
  channel: UpdateChannel,
): { readonly fetcher: Fetcher | null; readonly without: 'packages' | 'nobody' } => {
  const feedFile = join(bundles, 'app-update.yml');
  const feed = app.isPackaged ? feedIn(feedFile) : null;
  if (feed === null) return { fetcher: null, without: 'nobody' };
  const kind = ownInstallation();
  if (kind === null) return { fetcher: null, without: 'packages' };
  const Updater = updaterFor(kind);
  const updater = new Updater(undefined, adapter(feedFile));
  return { without: 'nobody', fetcher: feedFetcher(updater, feed, channel) };
};
