import type { BrowserWindow } from 'electron';
import { writeFile } from 'node:fs/promises';

/** Painting goes on for a moment after the last change of title; a picture taken sooner shows half a page. */
const settledAfterMs = 1_500;

/** Writes a picture of the window to `file` whenever the page has come to rest after a change of its title. */
export const keepScreenshot = (window: BrowserWindow, file: string): void => {
  let timer: NodeJS.Timeout | null = null;
  window.webContents.on('page-title-updated', () => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      void takeScreenshot(window, file);
    }, settledAfterMs);
  });
};

const takeScreenshot = async (window: BrowserWindow, file: string): Promise<void> => {
  if (window.isDestroyed()) return;
  const picture = await window.webContents.capturePage();
  await writeFile(file, picture.toPNG());
};
