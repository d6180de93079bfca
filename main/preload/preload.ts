import { ipcRenderer } from 'electron';

/**
 * Hands the page one MessagePort to the engine, and nothing else. The page says hello from its own window; the shell
 * checks which frame asks, and answers with a port, also later when the engine was started again.
 */
window.addEventListener('message', (event) => {
  const said: unknown = event.data;
  if (event.source !== window || event.origin !== location.origin) return;
  if (typeof said !== 'object' || said === null || !('type' in said) || said.type !== 'steward:hello') return;
  ipcRenderer.send('page:hello');
});

ipcRenderer.on('page:port', (event) => {
  window.postMessage({ type: 'steward:port' }, location.origin, event.ports);
});
