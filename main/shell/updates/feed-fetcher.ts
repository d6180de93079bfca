import type { AppUpdater } from 'electron-updater';
import type { UpdateChannel } from '#shared/domain/update/decide-update.ts';
import { FeedHttp } from './feed-http.ts';
import type { Fetcher } from './updates.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const prepare = (updater: AppUpdater, feed: string, channel: UpdateChannel): void => {
  // Where an adapter is passed in, electron-updater leaves its way over the network to whoever passes it.
  Reflect.set(updater, 'httpExecutor', new FeedHttp(feed));
  updater.logger = quiet;
  updater.autoDownload = false;
  // At the end of the day's work, when the engine has ended.
  updater.autoInstallOnAppQuit = true;
  updater.channel = channel;
  // Setting a channel allows going back; nothing ever does.
  updater.allowDowngrade = false;
  updater.on('error', () => undefined);
};

/** electron-updater, held to one feed and to nothing older. */
export const feedFetcher = (updater: AppUpdater, feed: string, channel: UpdateChannel): Fetcher => {
  prepare(updater, feed, channel);
  return {
    ask: async () => {
      const found = await updater.checkForUpdates();
      if (found === null) return null;
      const at = Date.parse(found.updateInfo.releaseDate);
      return { version: found.updateInfo.version, publishedAt: Number.isFinite(at) ? at : null };
    },
    fetch: async (progress) => {
      const told = ({ percent }: { readonly percent: number }): void => progress(percent);
      updater.on('download-progress', told);
      try {
        await updater.downloadUpdate();
      } finally {
        updater.off('download-progress', told);
      }
    },
    installAndStart: () => {
      updater.quitAndInstall(true, true);
    },
  };
};
