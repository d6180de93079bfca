import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { axeViolations } from './axe.ts';
import { brokenLayout } from './layout.ts';
import { namelessThings } from './screen-reader.ts';
import { resize, type StewardApp } from './steward-app.ts';

/** Pictures of every screen, to be looked at; not kept. */
export const picturesFolder = join('.cache', 'screenshots');

const usual = { width: 1280, height: 800 } as const;
const otherSizes = [
  { width: 1600, height: 1000 },
  { width: 900, height: 600 },
] as const;

/** What reaches out of the window: the page itself, or something a person would click or read. */
const cutOff = async (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const root = document.documentElement;
    const wide = root.scrollWidth > window.innerWidth ? [`the page is ${root.scrollWidth} px wide`] : [];
    const out = [...document.querySelectorAll('button, input, select, textarea, h1, h2, h3, [role=option]')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        // One pixel wide is what is there for screen readers alone.
        return width > 1 && (right > window.innerWidth + 1 || left < -1);
      })
      .map((element) => element.outerHTML.slice(0, 160));
    return [...wide, ...out];
  });

/** Until the window has the size and has drawn it. */
const drawnAt = async (app: StewardApp, size: { readonly width: number; readonly height: number }) => {
  await resize(app.electron, size);
  await app.page.waitForFunction(({ width }) => window.innerWidth === width, size);
  await app.page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
};

const picture = async (app: StewardApp, name: string): Promise<void> => {
  mkdirSync(picturesFolder, { recursive: true });
  await app.page.screenshot({ path: join(picturesFolder, `${name}.png`) });
};

/** Everything wrong with the screen as it is: in both colours by axe, in the accessibility tree by what has no name, at every size by what reaches out of the window. */
export const wrongWithScreen = async (app: StewardApp, name: string): Promise<readonly string[]> => {
  const { page } = app;
  const wrong: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    // Without motion colours change at once and are not judged half way.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await drawnAt(app, usual);
    wrong.push(...(await axeViolations(page)).map((what) => `${colorScheme}: ${what}`));
    await picture(app, `${name}-${colorScheme}-${usual.width}`);
  }
  wrong.push(...(await namelessThings(page)));
  wrong.push(...(await cutOff(page)).map((what) => `${usual.width} px: ${what}`));
  for (const size of otherSizes) {
    await drawnAt(app, size);
    wrong.push(...(await cutOff(page)).map((what) => `${size.width} px: ${what}`));
    await picture(app, `${name}-light-${size.width}`);
  }
  await drawnAt(app, usual);
  return wrong;
};

/** What does not fit on the screen as it is, at the usual size and in a small window; one colour, without axe. */
export const tooTight = async (app: StewardApp, name: string): Promise<readonly string[]> => {
  const wrong: string[] = [];
  for (const size of [otherSizes[1], usual]) {
    await drawnAt(app, size);
    const found = [...(await cutOff(app.page)), ...(await brokenLayout(app.page))];
    wrong.push(...found.map((what) => `${size.width} px: ${what}`));
    await picture(app, `${name}-${size.width}`);
  }
  return wrong;
};

/** The same at a zoom of 200 %, in a window of the usual size (WCAG 2.2, 1.4.4 and 1.4.10). */
export const tooTightAtDouble = async (app: StewardApp, name: string): Promise<readonly string[]> => {
  const { page, electron } = app;
  const zoom = async (factor: number): Promise<void> => {
    await electron.evaluate(({ BrowserWindow }, wanted) => {
      BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(wanted);
    }, factor);
    await page.waitForFunction((width) => window.innerWidth === width, usual.width / factor);
  };
  await zoom(2);
  const wrong = [...(await cutOff(page)), ...(await brokenLayout(page))];
  await picture(app, `${name}-200-percent`);
  await zoom(1);
  return wrong;
};
