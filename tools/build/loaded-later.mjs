import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { isRecord } from '../json-file.mjs';
import { inProject } from '../paths.mjs';

/**
 * Packages whose code is read and runs when something of them is first used, and not when a bundle starts: nobody waits
 * at the start for a line to a mail server or a database, or for an update that comes later or never. V8 reads all of a
 * file before the first line of it runs, and Electron compiles each of Node's own modules anew in every process: what
 * the packages hold and what they stand on both count.
 */
const packages = [
  ...['pg', 'imapflow', 'ws', 'oauth4webapi', 'electron-updater', 'builder-util-runtime'],
  ...['htmlparser2', 'ical.js', 'chardet', 'iconv-lite', 'tldts', 'yazl'],
];

/** Files of our own that are wanted as late, and are imported by `import()` only. */
const ownFiles = { 'words-de': 'shared/messages/de.ts', 'words-longer': 'shared/messages/longer.ts' };

/** What a bundle asks for by `import()` and is a bundle itself: its file, and the bundle's name. */
const bundles = { 'main/engine/host/run-engine.ts': 'working-engine' };

/** Files of our own that cannot be had without such a package, because a class of theirs extends one of it. */
const files = ['checked-client.ts', 'feed-http.ts'];

const require = createRequire(inProject('package.json'));

/** @param {string} text */
const literally = (text) => text.replaceAll('.', '\\.');

const ofPackages = new RegExp(`^(${packages.map(literally).join('|')})$`);

/** What lies beside the bundles in a file of its own: the bundle's name and its first source file or package. */
export const laterEntries = {
  ...Object.fromEntries(packages.map((name) => [`later/${name}`, `later:${name}`])),
  ...Object.fromEntries(Object.entries(ownFiles).map(([name, file]) => [`later/${name}`, inProject(file)])),
};

/** @param {string} name @returns {string} where a bundle finds one of {@link laterEntries}, from its own place */
const placeOf = (name) => `./later/${name}.cjs`;

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

/**
 * For building {@link laterEntries}: each as whoever calls `require` has it, and one that needs another takes it from its
 * file, so that there is one of it.
 *
 * @type {import('esbuild').Plugin}
 */
export const laterShared = {
  name: 'later-shared',
  setup(build) {
    build.onResolve({ filter: /^later:/ }, ({ path }) => ({ path: path.slice(6), namespace: 'later-entry' }));
    build.onLoad({ filter: /.*/, namespace: 'later-entry' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
      resolveDir: inProject(),
    }));
    build.onResolve({ filter: ofPackages }, async ({ path, resolveDir, kind, namespace, pluginData }) => {
      if (namespace === 'later-entry' || pluginData === 'asked') return undefined;
      const found = await build.resolve(path, { resolveDir, kind, pluginData: 'asked' });
      // A package may bring another version of it along.
      const isOurs = found.path.startsWith(realpathSync(inProject('node_modules', path)) + sep);
      return isOurs ? { path: `./${path}.cjs`, external: true } : undefined;
    });
  },
};

/**
 * Puts an object that loads the package when it is first looked at in the place of each import of our own; what packages
 * import of each other stays as it is. A default import gives such an object too, and never a function. The packages
 * themselves are {@link laterEntries}, to be built beside the bundles. See ADR 22 and 27.
 *
 * @type {import('esbuild').Plugin}
 */
export const loadedLater = {
  name: 'loaded-later',
  setup(build) {
    const ofFiles = new RegExp(`/(${files.map(literally).join('|')})$`);
    const ofOwn = new Map([
      ...Object.entries(ownFiles).map(
        ([name, file]) => /** @type {const} */ ([inProject(file), placeOf(name)]),
      ),
      ...Object.entries(bundles).map(
        ([file, name]) => /** @type {const} */ ([inProject(file), `./${name}.cjs`]),
      ),
    ]);
    build.onResolve({ filter: ofPackages }, ({ path, importer, kind }) =>
      kind === 'import-statement' && !importer.includes('node_modules')
        ? { path, namespace: 'later-package' }
        : undefined,
    );
    build.onResolve({ filter: ofFiles }, ({ path, resolveDir, kind }) =>
      kind === 'import-statement' ? { path: join(resolveDir, path), namespace: 'later-file' } : undefined,
    );
    build.onResolve({ filter: /\.ts$/ }, ({ path, resolveDir, kind }) => {
      const place = kind === 'dynamic-import' ? ofOwn.get(join(resolveDir, path)) : undefined;
      return place === undefined ? undefined : { path: place, namespace: 'later-own' };
    });
    build.onResolve({ filter: /^\.\/.*\.cjs$/ }, ({ path, namespace }) =>
      namespace.startsWith('later-') ? { path, external: true } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'later-package' }, async ({ path }) =>
      standIn(placeOf(path), await namesIn(path)),
    );
    build.onLoad({ filter: /.*/, namespace: 'later-file' }, ({ path }) => standIn(path, declaredIn(path)));
    build.onLoad({ filter: /.*/, namespace: 'later-own' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};
