import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
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

/** Files of our own that cannot be had without such a package, because a class of theirs extends one of it. */
const files = ['checked-client.ts'];

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

/** @param {string} path @returns {string[]} what a file of our own exports where it declares it */
const declaredIn = (path) =>
  [...readFileSync(path, 'utf8').matchAll(/^export (?:class|const|function) (\w+)/gm)].map(
    ([, name]) => name ?? '',
  );

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
 * Puts an object that loads the package when it is first looked at in the place of each import of our own; what packages
 * import of each other stays as it is. A default import gives such an object too, and never a function. See ADR 22.
 *
 * @type {import('esbuild').Plugin}
 */
export const loadedLater = {
  name: 'loaded-later',
  setup(build) {
    const ofPackages = new RegExp(`^(${packages.map(literally).join('|')})$`);
    const ofFiles = new RegExp(`/(${files.map(literally).join('|')})$`);
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
    build.onLoad({ filter: /.*/, namespace: 'later-file' }, ({ path }) => standIn(path, declaredIn(path)));
  },
};
