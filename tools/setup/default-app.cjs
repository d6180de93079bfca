// Stands in for Electron's own default application, which the fallback build does not carry: it runs the folder or the
// file named on the command line, as `electron [-r module] <path> [arguments]` does. All arguments stay in process.argv.
const { app, dialog } = require('electron');
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');

const words = process.argv.slice(1);
const isBefore = (index) => ['-r', '--require'].includes(words[index - 1]);
const given = words.find((word, index) => !word.startsWith('-') && !isBefore(index));
const before = words.filter((_word, index) => isBefore(index) && index < words.indexOf(given));

if (given === undefined) {
  dialog.showErrorBox('Nothing to run', 'Name the folder of the application: electron <path> [arguments]');
  app.exit(1);
} else {
  for (const module of before) require(resolve(module));
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
