// Stands in for Electron's own default application, which the fallback build does not carry: it runs the folder or the
// file named on the command line, as `electron <path> [arguments]` does. All arguments stay in process.argv.
const { app, dialog } = require('electron');
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');

const given = process.argv.slice(1).find((argument) => !argument.startsWith('-'));

if (given === undefined) {
  dialog.showErrorBox('Nothing to run', 'Name the folder of the application: electron <path> [arguments]');
  app.exit(1);
} else {
  const target = resolve(given);
  const manifestFile = join(target, 'package.json');
  const isFolder = existsSync(manifestFile);
  if (isFolder) {
    const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
    const name = manifest.productName ?? manifest.name;
    if (name !== undefined) app.setName(name);
    if (manifest.version !== undefined) app.setVersion(manifest.version);
    app.setDesktopName(manifest.desktopName ?? `${app.getName()}.desktop`);
  }
  app.setAppPath(isFolder ? target : dirname(target));
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  require(require.resolve(target));
}
