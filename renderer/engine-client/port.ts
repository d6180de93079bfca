import type { Transport } from '#shared/kit/transport.ts';

const hello = { type: 'steward:hello' } as const;

const isPortMessage = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'steward:port';

const transportOver = (port: MessagePort): Transport => ({
  post: (message, transfer) => {
    port.postMessage(message, transfer === undefined ? [] : [...transfer]);
  },
  onMessage: (listener) => {
    // Setting `onmessage` also starts the port (HTML, 9.4.3); messages sent before are kept until then.
    port.onmessage = (event: MessageEvent<unknown>) => {
      listener(event.data);
    };
  },
  onClose: (listener) => {
    // Chromium tells when the far end is gone; older ones do not, and there the next port takes the old one's place.
    port.addEventListener('close', listener);
  },
  close: () => {
    port.close();
  },
});

/**
 * Asks the preload for the engine's port and hands over each one that comes: the first, and another whenever the
 * engine was restarted. Only messages that this window sent to itself are heard.
 */
export const listenForPorts = (window: Window, onPort: (transport: Transport) => void): (() => void) => {
  const hear = (event: MessageEvent<unknown>): void => {
    if (event.source !== window || event.origin !== window.location.origin) return;
    const port = event.ports[0];
    if (port === undefined || !isPortMessage(event.data)) return;
    onPort(transportOver(port));
  };
  window.addEventListener('message', hear);
  // Not while the page's first file is evaluated: Chromium notes where a message was posted, and reads all of the first file again to number its lines.
  queueMicrotask(() => window.postMessage(hello, window.location.origin));
  return () => {
    window.removeEventListener('message', hear);
  };
};
