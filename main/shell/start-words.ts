/** What stands between the program's own switches and a command for the one without a window. */
const commandMark = '--cli';

/**
 * The command line that a start means, without the names of program and script; null where it means the window. A
 * command stands behind `--cli --`: what follows the two dashes is read by neither Electron nor Chromium.
 */
export const commandAmong = (args: readonly string[]): readonly string[] | null => {
  const place = args.indexOf(commandMark);
  if (place === -1 || args.slice(0, place).includes('--')) return null;
  const rest = args.slice(place + 1);
  return rest[0] === '--' ? rest.slice(1) : rest;
};

/**
 * Switches of Chromium that an installed Steward honours: what helps on a machine where drawing is difficult, and where
 * its files lie. Everything else is taken away before Chromium reads it: a port for debuggers, a proxy, other rules for
 * names, certificates or origins, a program in front of each process.
 */
const honoured: ReadonlySet<string> = new Set([
  'cli',
  'demo',
  'no-sandbox',
  'no-zygote',
  'user-data-dir',
  'password-store',
  'ozone-platform',
  'ozone-platform-hint',
  'disable-gpu',
  'disable-dev-shm-usage',
  'force-device-scale-factor',
  'lang',
  'log-level',
]);

/** The names of the switches in a start that an installed Steward does not honour, as Chromium reads them. */
export const switchesToDrop = (args: readonly string[], system: NodeJS.Platform): readonly string[] => {
  const end = args.indexOf('--');
  const form = system === 'win32' ? /^(?:--|-|\/)([^=]+)/ : /^--?([^=]+)/;
  const names = args
    .slice(0, end === -1 ? args.length : end)
    .flatMap((arg) => form.exec(arg)?.[1] ?? [])
    .map((name) => name.toLowerCase());
  return names.filter((name) => !honoured.has(name));
};
