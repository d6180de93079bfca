// Loaded before the application (electron -r FILE): holds its start until the driver listens to Chromium. A window that
// loads while the driver attaches to it is sometimes never reported, and the driver waits for it for ever. Playwright
// calls the name below once it listens; it brings such a hold of its own only where it finds Electron by itself.
const { app } = require('electron');

process.argv.splice(process.argv.indexOf(__filename) - 1, 2);

let letGo;
const held = new Promise((resolve) => {
  letGo = resolve;
});
const ready = app.whenReady();

app.whenReady = async () => {
  await held;
  return ready;
};
globalThis.__playwright_run = letGo;
