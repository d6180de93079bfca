import { run } from './processes.mjs';

/** Words that could name anything, and so hide what is inside: as a whole name, or as the last part of one. */
const emptyWords = 'utils?|helpers?|common|managers?|services?|data|info|misc';

const emptyName = new RegExp(
  `(^|/)(${emptyWords})(/|\\.[^/]*$)|[-.](utils?|helpers?|managers?)\\.[^/]*$`,
  'i',
);

/** Components are PascalCase, everything else kebab-case, with further parts after dots. */
const houseName = /^(\.?[a-z0-9]+(-[a-z0-9]+)*|[A-Z][A-Za-z0-9]*)(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

const ruled = ['shared', 'main', 'renderer', 'test', 'tools', 'bin'];

/** @param {string} file @returns {string[]} what is wrong with its name, in words */
const complaints = (file) => {
  const base = file.slice(file.lastIndexOf('/') + 1);
  const found = [];
  if (emptyName.test(file)) found.push(`${file}: name it after the one thing it holds.`);
  if (!houseName.test(base) && base !== 'README.md') {
    found.push(`${file}: files are kebab-case, React components PascalCase.`);
  }
  if (/\/[A-Z][^/]*\.(ts|mjs)$/.test(file))
    found.push(`${file}: only React components (.tsx) are PascalCase.`);
  return found;
};

/** Looks at the name of every file in the tree, new ones included. Fixtures keep the names they came with. */
export const checkFileNames = async () => {
  const { code, output } = await run('git', [
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    ...ruled,
  ]);
  if (code !== 0) return { code, output };
  const files = output.split('\n').filter((file) => file !== '' && !file.startsWith('test/fixtures/'));
  const found = files.flatMap(complaints);
  return { code: found.length === 0 ? 0 : 1, output: found.join('\n') };
};
