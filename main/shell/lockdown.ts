import type { App, Session, WebContents } from 'electron';
import { pageOrigin } from './content-policy.ts';

/** What the page may ask of the system; everything else is denied by name and by default. */
const granted: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/**
 * Switches off what Chromium would do by itself. The page never needs the network: every host name fails to resolve,
 * and what is asked for by address is cancelled by {@link lockSession}.
 */
export const lockEngine = (app: App): void => {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.commandLine.appendSwitch('disable-background-networking');
  app.commandLine.appendSwitch('disable-component-update');
  app.commandLine.appendSwitch('disable-domain-reliability');
  app.commandLine.appendSwitch('no-pings');
  app.commandLine.appendSwitch('webrtc-ip-handling-policy', 'disable_non_proxied_udp');
  app.commandLine.appendSwitch('disable-features', 'SpareRendererForSitePerProcess,WebOTP,NetworkPrediction');
};

/** Denies permissions, devices, downloads and every request that is not for the application's own files. */
export const lockSession = (session: Session): void => {
  // Set to null first, so that rights given by an earlier handler really go.
  session.setPermissionRequestHandler(null);
  session.setPermissionCheckHandler(null);
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    answer(details.isMainFrame && isPage(contents) && granted.has(permission));
  });
  session.setPermissionCheckHandler(
    (contents, permission, origin) =>
      contents !== null && isPage(contents) && origin === `${pageOrigin}/` && granted.has(permission),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler(null);
  session.setBluetoothPairingHandler(null);
  // Switched off it still fetches its word list when the session is made; there is none where this leads.
  session.setSpellCheckerDictionaryDownloadURL(`${pageOrigin}/no-word-list/`);
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((request, answer) => {
    answer({ cancel: !isOwn(request.url) });
  });
  session.on('will-download', (event) => {
    event.preventDefault();
  });
};

const isOwn = (url: string): boolean =>
  url.startsWith(`${pageOrigin}/`) ||
  url.startsWith('devtools:') ||
  url.startsWith(`blob:${pageOrigin}/`) ||
  url.startsWith('data:');

const isPage = (contents: WebContents): boolean => contents.getURL().startsWith(`${pageOrigin}/index.html`);

/**
 * Keeps a window where it is: nothing navigates it, nothing opens another one, nothing is embedded. A link the agent
 * follows goes through the engine's check to the system's browser and never through here.
 */
export const lockContents = (contents: WebContents): void => {
  contents.on('will-navigate', (event) => {
    event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (event.url !== `${pageOrigin}/frame.html`) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
};
