import { app, systemPreferences } from 'electron';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { quarantineValue, zoneIdentifier } from './internet-mark.ts';
import { systemKeyStoreAvailable, systemKeyStoreName } from './system-key-store.ts';

/** Every difference between operating systems that the shell has to know, in one place. */
export type Platform = {
  readonly kind: 'windows' | 'macos' | 'linux';
  /** Whether the menu belongs at the top of the screen and the application outlives its windows. */
  readonly menuBar: boolean;
  /** Whether the operating system guards secrets; where it does not, the person chooses a passphrase. */
  guardsSecrets(): Promise<boolean>;
  /** Marks a saved file as coming from the internet, so that the system warns before it runs anything of it. */
  markFromInternet(path: string): Promise<void>;
  /** The number on the application's icon. */
  showBadge(unread: number): void;
  /**
   * Whether a notification may have buttons. Electron tells of them on macOS alone; a button of a Windows toast could
   * only come back through a link that every web page may open as well.
   */
  readonly noticeButtons: boolean;
  /** Whether the person asked the system for less motion. */
  reducedMotion(): boolean;
};

const run = promisify(execFile);

const common = {
  showBadge: (unread: number): void => {
    app.setBadgeCount(unread);
  },
  reducedMotion: (): boolean => systemPreferences.getAnimationSettings().prefersReducedMotion,
};

const windows: Platform = {
  ...common,
  kind: 'windows',
  menuBar: false,
  noticeButtons: false,
  guardsSecrets: () => systemKeyStoreAvailable(),
  // An NTFS stream: zone 3 is the internet. Without referrer or host, so nothing about the sender is left on disk.
  markFromInternet: async (path) => writeFile(`${path}:Zone.Identifier`, zoneIdentifier),
};

const macos: Platform = {
  ...common,
  kind: 'macos',
  menuBar: true,
  noticeButtons: true,
  guardsSecrets: () => systemKeyStoreAvailable(),
  markFromInternet: async (path) => {
    await run('/usr/bin/xattr', ['-w', 'com.apple.quarantine', quarantineValue(Date.now()), path]);
  },
};

const linux: Platform = {
  ...common,
  kind: 'linux',
  menuBar: false,
  noticeButtons: false,
  // `basic_text` is a password written in Chromium's source: no protection, so it counts as none.
  guardsSecrets: async () =>
    !['basic_text', 'unknown'].includes(systemKeyStoreName()) && systemKeyStoreAvailable(),
  // freedesktop.org "CommonExtendedAttributes" would need setxattr; Linux desktops do not act on it.
  markFromInternet: () => Promise.resolve(),
};

/** The system this runs on; anything unknown is treated like Linux, which promises least. */
export const platform: Platform =
  process.platform === 'win32' ? windows : process.platform === 'darwin' ? macos : linux;
