import { app } from 'electron';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockEngine } from './lockdown.ts';
import { declarePageScheme } from './page-protocol.ts';
import { runApplication } from './application.ts';
import { runCommand } from './command.ts';
import { hearInvitations } from './opened-invitations.ts';
import { commandAmong, switchesToDrop } from './start-words.ts';

const args = process.argv.slice(1);

app.setName('Steward');
app.setAppUserModelId('app.steward.desktop');
if (app.isPackaged) {
  for (const name of switchesToDrop(args, process.platform)) app.commandLine.removeSwitch(name);
}
lockEngine(app);

const openWindow = (): void => {
  const sampleFirst = args.includes('--demo');
  // The sample beside a person's own Steward must not share its lock or its files, and leaves nothing behind.
  if (sampleFirst) {
    const folder = mkdtempSync(join(tmpdir(), 'steward-sample-'));
    app.setPath('userData', folder);
    app.on('quit', () => {
      rmSync(folder, { recursive: true, force: true });
    });
  }
  // Every process in Chromium's sandbox. As root Chromium refuses it, and with it the engine's process: whoever starts us
  // as root has switched it off.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  declarePageScheme();
  if (app.requestSingleInstanceLock()) {
    const onInvitation = hearInvitations();
    void app.whenReady().then(() => {
      runApplication({ sampleFirst, bundles: __dirname, onInvitation });
    });
  } else {
    app.quit();
  }
};

const command = app.isPackaged ? commandAmong(args) : null;
if (command === null) openWindow();
else runCommand(command, __dirname);
