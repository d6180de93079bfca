import type { Page } from 'playwright-core';
import { canary } from '../../support/hostile-html.ts';
import type { StewardApp } from './steward-app.ts';

/** What hostile mails brought about. Everything here has to stay empty. */
export type Harm = {
  /** Dialogs, and errors of scripts, wherever they ran. */
  readonly ran: string[];
  /** Navigations away from the application's own two documents. */
  readonly went: string[];
};

/** Where in the window the calls of the canary are counted: an error or a word of the console could call it again. */
export const callCounter = 'stewardCanaryCalls';

const ownDocument = /^(about:(blank|srcdoc)|steward-app:\/\/page\/(index|frame)\.html)/;

/** Watches a running application from now on; the canary is there in the page and in every frame before a mail is drawn. */
export const watchForHarm = async (app: StewardApp): Promise<Harm> => {
  const harm: Harm = { ran: [], went: [] };
  const { page } = app;
  page.on('console', (message) => {
    const said = message.text();
    if (said.includes(canary)) harm.ran.push(said);
  });
  page.on('pageerror', (error) => harm.ran.push(String(error)));
  page.on('dialog', (dialog) => {
    harm.ran.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('framenavigated', (frame) => {
    if (!ownDocument.test(frame.url())) harm.went.push(frame.url());
  });
  await layCanary(page);
  return harm;
};

const layCanary = (page: Page): Promise<void> =>
  page.evaluate(
    ([name, counter]) => {
      Reflect.set(window, counter, 0);
      const lay = (realm: object): void => {
        Reflect.set(realm, name, () => {
          Reflect.set(window, counter, Number(Reflect.get(window, counter)) + 1);
        });
      };
      lay(window);
      // Before the page itself hears of it, and so before a mail is drawn into the frame.
      const onLoad = (event: Event): void => {
        if (event.target instanceof HTMLIFrameElement && event.target.contentWindow !== null)
          lay(event.target.contentWindow);
      };
      document.addEventListener('load', onLoad, { capture: true });
    },
    [canary, callCounter] as const,
  );

/** How often a mail has called the canary, in the page or in a frame. */
export const canaryCalls = (page: Page): Promise<number> =>
  page.evaluate((counter) => Number(Reflect.get(window, counter)), callCounter);

/** What the shell counts by itself: windows, downloads, refused requests, attempted navigations. */
export type ShellCount = {
  readonly windows: number;
  readonly created: readonly string[];
  readonly downloads: readonly string[];
  readonly cancelled: readonly string[];
  readonly navigations: readonly string[];
};

/** Lets the shell's process count; the count is read with {@link readShellCount}. */
export const countInShell = (app: StewardApp): Promise<void> =>
  app.electron.evaluate(({ app: electron, BrowserWindow }) => {
    const count = {
      created: new Array<string>(),
      downloads: new Array<string>(),
      cancelled: new Array<string>(),
      navigations: new Array<string>(),
    };
    Reflect.set(globalThis, 'shellCount', count);
    electron.on('web-contents-created', (_event, contents) => count.created.push(contents.getType()));
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    contents?.session.on('will-download', (_event, item) => count.downloads.push(item.getURL()));
    // The lock itself sits in onBeforeRequest; what it cancels arrives here.
    contents?.session.webRequest.onErrorOccurred((details) => {
      count.cancelled.push(`${details.error} ${details.url}`);
    });
    contents?.on('will-frame-navigate', (event) => {
      if (event.url !== 'steward-app://page/frame.html') count.navigations.push(event.url);
    });
  });

/** What was counted since {@link countInShell}. */
export const readShellCount = (app: StewardApp): Promise<ShellCount> =>
  app.electron.evaluate(({ BrowserWindow }) => ({
    windows: BrowserWindow.getAllWindows().length,
    ...(Reflect.get(globalThis, 'shellCount') as Omit<ShellCount, 'windows'>),
  }));

/** What hostile in the drawn mails is left: handlers, addresses, and elements that a mail has no business with. */
export const remains = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const never =
      'script,iframe,frame,frameset,object,embed,applet,link,meta,base,form,input,button,textarea,select,video,audio,source,track,svg,math,template,portal,dialog,marquee,style';
    const bytes = /^(data:image\/|blob:steward-app:)/;
    const left: string[] = [];
    for (const frame of document.querySelectorAll<HTMLIFrameElement>('.message-frame-document')) {
      for (const element of frame.contentDocument?.body.querySelectorAll('*') ?? []) {
        if (element.matches(never)) left.push(element.outerHTML.slice(0, 200));
        for (const { name, value } of element.attributes) {
          const address = ['src', 'srcset', 'href', 'xlink:href', 'background', 'action', 'poster', 'ping'];
          if (name.startsWith('on') || (address.includes(name) && !bytes.test(value)))
            left.push(`${element.tagName} ${name}=${value.slice(0, 100)}`);
        }
      }
    }
    return left;
  });

/** A host that the test itself has the locked session ask for, to prove that the log and the counters see it. */
export const witness = 'witness.example';

/** Asks for the witness: by a look-up, which the shell lets fail by its name, and by a request, which it cancels. */
export const callWitness = (app: StewardApp): Promise<void> =>
  app.electron.evaluate(async ({ BrowserWindow }, name) => {
    const session = BrowserWindow.getAllWindows()[0]?.webContents.session;
    if (session === undefined) return;
    await Promise.allSettled([session.resolveHost(name), session.fetch(`https://${name}/request`)]);
  }, witness);
