import { app } from 'electron';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockEngine } from './lockdown.ts';
import { declarePageScheme } from './page-protocol.ts';
import { runApplication } from './application.ts';
import { hearInvitations } from './opened-invitations.ts';

const sampleFirst = process.argv.includes('--demo');

// The sample beside a person's own Steward must not share its lock or its files, and leaves nothing behind.
if (sampleFirst) {
  const folder = mkdtempSync(join(tmpdir(), 'steward-sample-'));
  app.setPath('userData', folder);
  app.on('quit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
}

app.setName('Steward');
app.setAppUserModelId('app.steward.desktop');
// Every process in Chromium's sandbox. As root Chromium refuses it, and with it the engine's process: whoever starts us
// as root has switched it off.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
lockEngine(app);
declarePageScheme();

if (app.requestSingleInstanceLock()) {
  const onInvitation = hearInvitations();
  void app.whenReady().then(() => {
    runApplication({ sampleFirst, bundles: __dirname, onInvitation });
  });
} else {
  app.quit();
}
