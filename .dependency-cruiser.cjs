/** The arrows of ARCHITECTURE.md: who may import whom. */

/** @param {string} name @param {string} comment @param {string | string[]} from @param {string | string[]} to @param {{ fromNot?: string | string[], toNot?: string | string[] }} [except] */
const forbid = (name, comment, from, to, except = {}) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, ...(except.fromNot ? { pathNot: except.fromNot } : {}) },
  to: { path: to, ...(except.toNot ? { pathNot: except.toNot } : {}) },
});

/** An npm package as it is resolved, or as it is written where it cannot be. */
const packages = (/** @type {string} */ names) => [`(^|/)node_modules/(${names})(/|$)`, `^(${names})(/|$)`];

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third one that both need.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      comment: 'The import leads nowhere: mend the path (with its .ts) or install the package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^electron(/|$)' },
    },
    {
      name: 'packages-are-declared',
      comment:
        'Declare the package in package.json: dependencies for the product, devDependencies for tools and tests.',
      severity: 'error',
      from: { path: '^(shared|main|renderer)/' },
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/(electron|@types)/',
      },
    },
    forbid(
      'shared-is-alone',
      'shared/ runs anywhere, so it imports only itself.',
      '^shared/',
      '^(main|renderer|test|tools)/',
    ),
    {
      name: 'shared-has-no-platform',
      comment: 'shared/ runs in the page and in Node: take what the platform gives as an argument.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { dependencyTypes: ['core'] },
    },
    forbid(
      'domain-is-pure',
      'The rules in shared/domain import nothing but the small kit: pass values in.',
      '^shared/domain/',
      '.',
      { toNot: ['^shared/domain/', '^shared/kit/'] },
    ),
    forbid(
      'kit-is-the-ground',
      'shared/kit stands below everything else.',
      '^shared/kit/',
      '^shared/(?!kit/)',
    ),

    forbid(
      'page-sees-only-shared',
      'The page reaches the engine through the contract in shared/contract alone.',
      '^renderer/',
      '^(main|test|tools)/',
    ),
    {
      name: 'page-has-no-node',
      comment: 'The page is sandboxed: ask the engine through the contract.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'features-meet-at-their-index',
      comment:
        "Import another feature only through its index.ts; what is not there is that feature's own business.",
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: {
        path: '^renderer/features/([^/]+)/',
        pathNot: ['^renderer/features/$1/', '^renderer/features/[^/]+/index\\.tsx?$'],
      },
    },
    {
      name: 'app-meets-features-at-their-index',
      comment: 'renderer/app puts features together through their index.ts.',
      severity: 'error',
      from: { path: '^renderer/(?!features/)' },
      to: { path: '^renderer/features/[^/]+/', pathNot: '^renderer/features/[^/]+/index\\.tsx?$' },
    },
    forbid(
      'ui-is-below-features',
      'Buttons, lists and dialogs know nothing of conversations: pass in what they show.',
      '^renderer/ui/',
      '^renderer/(features|app|engine-client)/',
    ),
    forbid(
      'engine-client-is-below-features',
      'The typed client knows no feature.',
      '^renderer/engine-client/',
      '^renderer/(features|app)/',
    ),
    forbid(
      'features-do-not-know-the-app',
      'renderer/app starts the features, not the other way.',
      '^renderer/features/',
      '^renderer/app/',
    ),

    forbid(
      'widget-is-alone',
      'The widget runs on strangers’ pages: it takes its names from shared/domain/website-chat and nothing else.',
      '^widget/',
      '.',
      { toNot: ['^widget/', '^shared/domain/website-chat/'] },
    ),
    forbid(
      'only-tests-take-the-widget',
      'The product ships the widget as a file; only tests look inside.',
      '^(shared|main|renderer)/',
      '^widget/',
    ),

    forbid(
      'main-does-not-draw',
      'Nothing in main/ imports the page, the tests or the tools.',
      '^main/',
      '^(renderer|test|tools)/',
    ),
    forbid(
      'shell-starts-the-engine',
      'The shell and the command line reach the engine through main/engine/host; shell-port.ts is what the engine asks of them.',
      '^main/(shell|cli)/',
      '^main/(engine/(?!host/|shell-port\\.ts$)|channels/)',
    ),
    forbid(
      'shell-and-cli-are-ends',
      'Nothing imports the shell, the preload or the command line: they are where a process starts.',
      '^main/',
      '^main/(shell|preload|cli)/',
      { fromNot: ['^main/shell/', '^main/preload/', '^main/cli/'] },
    ),
    forbid(
      'shell-is-not-cli',
      'The window and the command line share the engine, not each other.',
      '^main/shell/',
      '^main/(cli|preload)/',
    ),
    forbid(
      'cli-is-not-shell',
      'The command line runs without Electron.',
      '^main/cli/',
      '^main/(shell|preload)/',
    ),
    forbid(
      'preload-is-alone',
      'The preload hands over one port and needs nothing but shared/.',
      '^main/preload/',
      '^main/(?!preload/)',
    ),
    forbid(
      'host-is-above-the-engine',
      'The engine does not know where it runs: take a port and let main/engine/host pass it in.',
      '^main/engine/(?!host/)',
      '^main/engine/host/',
    ),
    forbid(
      'engine-sees-only-the-channel-kit',
      'The engine speaks to every channel through main/channels/kit; channels are passed in by main/engine/host.',
      '^main/engine/',
      '^main/channels/(?!kit/)',
      { fromNot: '^main/engine/host/', toNot: '^main/channels/registry\\.ts$' },
    ),
    forbid(
      'only-the-host-takes-the-registry',
      'The registry of channels is passed to the engine by its entry points in main/engine/host.',
      '^main/',
      '^main/channels/registry\\.ts$',
      { fromNot: '^main/engine/host/' },
    ),
    forbid(
      'host-takes-channels-from-the-registry',
      'One line a channel, in main/channels/registry.ts.',
      '^main/engine/host/',
      '^main/channels/(?!kit/|registry\\.ts$)',
    ),
    forbid(
      'channels-do-not-know-the-engine',
      'A channel yields batches and takes attempts; it never touches the store.',
      '^main/channels/',
      '^main/(?!channels/)',
    ),
    {
      name: 'channels-do-not-know-each-other',
      comment: 'What two channels need belongs in main/channels/kit.',
      severity: 'error',
      from: { path: '^main/channels/([^/]+)/' },
      to: { path: '^main/channels/', pathNot: ['^main/channels/$1/', '^main/channels/kit/'] },
    },
    forbid(
      'kit-knows-no-channel',
      'The kit stands below all channels.',
      '^main/channels/kit/',
      '^main/channels/(?!kit/)',
    ),

    forbid(
      'electron-in-shell',
      'Only main/shell and main/preload know Electron.',
      '^(shared|main|renderer)/',
      packages('electron'),
      {
        fromNot: ['^main/shell/', '^main/preload/'],
      },
    ),
    forbid(
      'sqlite-in-driver',
      'SQLite is opened in main/engine/store/driver.ts alone.',
      '^(shared|main|renderer)/',
      packages('@signalapp/sqlcipher'),
      { fromNot: '^main/engine/store/driver\\.ts$' },
    ),
    forbid(
      'postgres-in-team',
      'PostgreSQL is spoken in main/engine/team alone.',
      '^(shared|main|renderer)/',
      packages('pg'),
      {
        fromNot: '^main/engine/team/',
      },
    ),
    forbid(
      'mail-in-email',
      'Mail libraries live in main/channels/email alone.',
      '^(shared|main|renderer)/',
      packages('imapflow|nodemailer|postal-mime|mailparser'),
      { fromNot: '^main/channels/email/' },
    ),
    forbid(
      'products-know-no-tests',
      'The product does not import tests or tools.',
      '^(shared|main|renderer)/',
      '^(test|tools)/',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|\\.cache|test/fixtures)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};
