import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** The kinds of channels in architecture.md section 1 and those that may follow: screens and rules ask capabilities instead. */
const channelKinds =
  'email|xmpp|telegram|mastodon|matrix|whatsapp|messenger|instagram|bluesky|discord|slack|irc|sms|zulip|mattermost|signal|line|viber|reddit';

/** Rules of the house, each as a selector and the words that name the way out. */
const everywhere = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export it by name: a default export has a different name in every file that imports it.',
  },
  {
    selector: 'ExportSpecifier[exported.name="default"]',
    message: 'Export it by name: a default export has a different name in every file that imports it.',
  },
  {
    selector: 'TSEnumDeclaration',
    message: "Use a union of string literals ('open' | 'done') or a union of objects with a `kind`.",
  },
  {
    selector: 'TSNonNullExpression',
    message: 'Check for null or undefined and say what to do then, or change the type so that it cannot be.',
  },
  {
    selector: 'ExportAllDeclaration[exported=null]',
    message:
      'Name what is exported: `export { a, b } from ...`, so that a reader can find where a name comes from.',
  },
];

const chance = [
  {
    selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    message: 'Take the time from the Clock port (shared/kit/ports.ts), so that a test can set it.',
  },
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Take the time from the Clock port (shared/kit/ports.ts), so that a test can set it.',
  },
  {
    selector: 'CallExpression[callee.object.name="performance"][callee.property.name="now"]',
    message: 'Take the time from the Clock port (shared/kit/ports.ts), so that a test can set it.',
  },
  {
    selector: 'CallExpression[callee.object.name="Math"][callee.property.name="random"]',
    message: 'Take ids and chance from the Ids port (shared/kit/ports.ts), so that a run can be repeated.',
  },
  {
    selector: 'CallExpression[callee.property.name="randomUUID"], CallExpression[callee.name="randomUUID"]',
    message: 'Take ids from the Ids port (shared/kit/ports.ts), so that a run can be repeated.',
  },
];

const kindMessage =
  'Ask the channel profile for a capability: comparing the kind of a channel belongs in main/channels alone.';
const channelKind = [
  {
    selector: `BinaryExpression[operator=/^[!=]==?$/] > Literal[value=/^(${channelKinds})$/]`,
    message: kindMessage,
  },
  { selector: `SwitchCase > Literal[value=/^(${channelKinds})$/]`, message: kindMessage },
];

const everyTestRuns = 'Every test runs, every time, once: mend the test or take it out.';
const turnedOff = 'property.name=/^(only|skip|todo|fails|skipIf|runIf)$/';
const inTests = [
  {
    selector: `MemberExpression[object.name=/^(describe|it|test|suite|bench|context|ctx|task)$/][${turnedOff}]`,
    message: everyTestRuns,
  },
  {
    selector: `MemberExpression[object.object.name=/^(describe|it|test|suite|bench)$/][${turnedOff}]`,
    message: everyTestRuns,
  },
  {
    selector:
      'CallExpression[callee.name=/^(describe|it|test|suite)$/] > ObjectExpression > Property[key.name=/^(only|skip|todo|fails|retry|repeats)$/]',
    message: `${everyTestRuns} What needs a second try hides a fault: wait on a state instead.`,
  },
  {
    selector: 'MemberExpression[object.name="vi"][property.name=/^(mock|doMock|hoisted|unmock)$/]',
    message: 'Run the real thing: pass a collaborator in, or start a real server on loopback.',
  },
];

const electron = {
  name: 'electron',
  message:
    'Only main/shell and main/preload know Electron: give the engine a port (seal, open, notify, badge).',
};
const sqlite = {
  name: '@signalapp/sqlcipher',
  message: 'SQLite is opened in main/engine/store/driver.ts alone: take a ReadableDb or a WritableDb.',
};
const postgres = { name: 'pg', message: 'PostgreSQL is spoken in main/engine/team alone.' };
const mail = ['imapflow', 'nodemailer', 'postal-mime', 'mailparser'].map((name) => ({
  name,
  message:
    'Mail libraries live in main/channels/email alone: go through the channel interface of main/channels/kit.',
}));
const mailDeep = {
  group: ['imapflow/*', 'nodemailer/*', 'postal-mime/*'],
  message:
    'Mail libraries live in main/channels/email alone: go through the channel interface of main/channels/kit.',
};
const node = {
  group: ['node:*', 'fs', 'path', 'crypto', 'os', 'child_process', 'net', 'tls', 'http', 'https'],
  message: 'There is no Node here: ask the engine through the contract in shared/contract.',
};

const inCatalogue = 'Say it through the catalogue: a key in shared/messages, and `useWords` here.';
const fromCatalogue = [
  {
    selector: 'JSXElement[openingElement.name.name!="kbd"] > JSXText[value=/\\p{L}{2}/u]',
    message: inCatalogue,
  },
  { selector: 'JSXFragment > JSXText[value=/\\p{L}{2}/u]', message: inCatalogue },
  {
    selector:
      'JSXAttribute[name.name=/^(alt|aria-label|aria-description|aria-valuetext|hint|label|placeholder|title)$/] > Literal[value=/^(?!https?:).*\\p{L}{2}/u]',
    message: inCatalogue,
  },
];
const inLocale = [
  {
    selector: 'NewExpression[callee.object.name="Intl"] > Literal:first-child',
    message: 'Take the locale from `words.locale`: the reader chose it.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^toLocale(Date|Time)?String$/]',
    message: 'Take Intl with `words.locale`, or what shared/messages has for times and sizes.',
  },
];

/** @param {{ name: string, message: string }[]} paths @param {{ group: string[], message: string }[]} [patterns] */
const restrictImports = (paths, patterns = []) => ({
  'no-restricted-imports': /** @type {['error', unknown]} */ (['error', { paths, patterns }]),
});

/** @param {{ selector: string, message: string }[][]} lists */
const restrictSyntax = (...lists) => ({
  'no-restricted-syntax': /** @type {['error', ...{ selector: string, message: string }[]]} */ ([
    'error',
    ...everywhere,
    ...lists.flat(),
  ]),
});

export default defineConfig(
  globalIgnores(['node_modules/', 'dist/', '.cache/', 'coverage/', 'test/fixtures/']),
  {
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['*.js', '*.ts', 'bin/*.mjs'],
          defaultProject: 'tools/tsconfig.json',
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      ...restrictSyntax(),
      eqeqeq: 'error',
      'no-console': 'error',
      'no-void': ['error', { allowAsStatement: true }],
      'object-shorthand': 'error',
      'prefer-template': 'error',
      'no-param-reassign': 'error',
      'no-else-return': 'error',
      'no-implicit-coercion': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true, 'ts-ignore': true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/require-await': 'off',
      // The house says it with the way out, in no-restricted-syntax.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    name: 'shared: runs anywhere',
    files: ['shared/**/*.ts'],
    rules: restrictImports([electron, sqlite, postgres, ...mail], [node, mailDeep]),
  },
  {
    name: 'shared/domain: pure rules',
    files: ['shared/domain/**/*.ts'],
    rules: restrictSyntax(chance, channelKind),
  },
  {
    name: 'main: plain Node',
    files: ['main/**/*.ts'],
    rules: restrictImports([electron, sqlite, postgres, ...mail], [mailDeep]),
  },
  {
    name: 'main/engine: time, ids and channels are passed in',
    files: ['main/engine/**/*.ts'],
    rules: restrictSyntax(chance, channelKind),
  },
  {
    name: 'the one place with the system clock and the source of ids',
    files: ['main/engine/host/system-ports.ts'],
    rules: restrictSyntax(channelKind),
  },
  {
    name: 'main/engine/store/driver.ts: opens SQLite',
    files: ['main/engine/store/driver.ts'],
    rules: {
      ...restrictImports([electron, postgres, ...mail], [mailDeep]),
      // Only the SQL knows what a row holds, so whoever writes the SQL says it beside it: `db.get<{ n: number }>(…)`.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    name: 'main/engine/team: speaks PostgreSQL',
    files: ['main/engine/team/**/*.ts'],
    rules: restrictImports([electron, sqlite, ...mail], [mailDeep]),
  },
  {
    name: 'main/channels/email: speaks mail',
    files: ['main/channels/email/**/*.ts'],
    rules: restrictImports([electron, sqlite, postgres]),
  },
  {
    name: 'main/shell and main/preload: know Electron',
    files: ['main/shell/**/*.ts', 'main/preload/**/*.ts'],
    rules: restrictImports([sqlite, postgres, ...mail], [mailDeep]),
  },
  {
    name: 'main/shell: serves the page by buffers (ADR 27)',
    files: ['main/shell/page-protocol.ts'],
    rules: {
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', package: 'electron', name: 'registerBufferProtocol' }] },
      ],
    },
  },
  {
    name: 'main/cli: talks to a person on the standard streams',
    files: ['main/cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    name: 'renderer: the page',
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      ...restrictSyntax(channelKind, fromCatalogue, inLocale),
      ...restrictImports([electron, sqlite, postgres, ...mail], [node, mailDeep]),
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    name: 'widget: strangers’ pages',
    files: ['widget/**/*.ts'],
    rules: {
      ...restrictImports([electron, sqlite, postgres, ...mail], [node, mailDeep]),
      // What goes wrong on a page is told to whoever has put the chat there, and to nobody else.
      'no-console': ['error', { allow: ['warn'] }],
    },
  },
  {
    name: 'test: every test runs',
    files: ['test/**/*.{ts,tsx}'],
    rules: { ...restrictSyntax(inTests), '@typescript-eslint/no-empty-function': 'off' },
  },
  {
    name: 'tools and configuration: plain JavaScript for people at a terminal',
    files: ['tools/**/*.mjs', 'bin/**/*.mjs', '*.{js,cjs,ts}'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
  {
    name: 'what other tools load is read by them as a default export',
    files: ['*.config.{js,ts}', '.dependency-cruiser.cjs', 'tools/test-report.mjs'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    name: 'CommonJS',
    files: ['**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { sourceType: 'commonjs', globals: globals.node },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
