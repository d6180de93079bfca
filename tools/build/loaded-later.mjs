import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { isRecord } from '../json-file.mjs';
import { inProject } from '../paths.mjs';

/**
 * Packages whose code runs when something of them is first used, and not when a bundle starts: nobody waits at the start
 * for a line to a mail server or a database, or for an update that comes later or never. Electron compiles each of
 * Node's own modules anew in every process, so what these stand on counts as much as they do.
 */
const packages = [
  ...['pg', 'imapflow', 'ws', 'oauth4webapi', 'electron-updater'],
  ...['htmlparser2', 'ical.js', 'chardet', 'iconv-lite', 'tldts', 'yazl'],
];

/** Files of our own that cannot be had without such a package, because a class of theirs extends one of it, and what they export. */
const files = new Map([['checked-client.ts', ['CheckedClient']]]);

const require = createRequire(inProject('package.json'));

/** @param {string} name @returns {Promise<string[]>} what the package can be asked for, as either kind of module */
const namesIn = async (name) => {
  /** @type {unknown} */
  const loaded = await import(require.resolve(name));
  const module = isRecord(loaded) ? loaded : {};
  const whole = module['default'];
  const ofWhole = typeof whole === 'function' || (typeof whole === 'object' && whole !== null) ? whole : {};
  const names = [...Object.keys(module), ...Object.keys(ofWhole)];
  return [...new Set(names)].filter((one) => one !== 'default');
};

/** @param {string} path @param {readonly string[]} names a module that loads the one at `path` at the first look at a name */
const standIn = (path, names) => ({
  contents: names
    .map((name) => {
      const [from, key] = [path, name].map((text) => JSON.stringify(text));
      return `Object.defineProperty(exports, ${key}, { enumerable: true, get: () => require(${from})[${key}] });`;
    })
    .join('\n'),
  loader: /** @type {const} */ ('js'),
  resolveDir: inProject(),
});

/** @param {string} text */
const literally = (text) => text.replaceAll('.', '\\.');

/**
 * Puts an object that loads the package when it is first looked at in the place of each import of our own.
 *
 * @type {import('esbuild').Plugin}
 */
export const loadedLater = {
  name: 'loaded-later',
  setup(build) {
    const ofPackages = new RegExp(`^(${packages.map(literally).join('|')})$`);
    const ofFiles = new RegExp(`/(${[...files.keys()].map(literally).join('|')})$`);
    build.onResolve({ filter: ofPackages }, ({ path, importer, kind }) =>
      kind === 'import-statement' && !importer.includes('node_modules')
        ? { path, namespace: 'later-package' }
        : undefined,
    );
    build.onResolve({ filter: ofFiles }, ({ path, resolveDir, kind }) =>
      kind === 'import-statement' ? { path: join(resolveDir, path), namespace: 'later-file' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'later-package' }, async ({ path }) =>
      standIn(path, await namesIn(path)),
    );
    build.onLoad({ filter: /.*/, namespace: 'later-file' }, ({ path }) =>
      standIn(path, files.get(basename(path)) ?? []),
    );
  },
};
