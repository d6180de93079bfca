import { inProject } from '../paths.mjs';

/**
 * @typedef {object} Shape
 * @property {'text' | 'number' | 'switch' | 'choice' | 'list' | 'object'} kind
 * @property {number} [least]
 * @property {number} [most]
 * @property {string} [form]
 * @property {Shape | readonly string[]} [of]
 * @property {Readonly<Record<string, { readonly shape: Shape, readonly required: boolean }>>} [fields]
 */

/**
 * @typedef {object} Definition
 * @property {Shape} shape
 * @property {unknown} example
 * @property {boolean} [secret]
 */

/**
 * What every file is made from: the keys, the forms of texts, and the words in both languages.
 *
 * @typedef {object} Schema
 * @property {Readonly<Record<string, Definition>>} keys
 * @property {Readonly<Record<string, string>>} forms
 * @property {Readonly<Record<'en' | 'de', Readonly<Record<string, string>>>>} words
 */

const source = `
  export { policyKeys as keys } from './shared/domain/policy/keys.ts';
  export { textForms as forms } from './shared/domain/policy/shape.ts';
  import { en } from './shared/messages/en.ts';
  import { de } from './shared/messages/de.ts';
  export const words = { en, de };
`;

/** Reads the one schema out of the product's own source. @returns {Promise<Schema>} */
export const readSchema = async () => {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: inProject(), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error('the schema of policies could not be bundled');
  /** @type {unknown} */
  const read = await import(`data:text/javascript;base64,${Buffer.from(bundle.contents).toString('base64')}`);
  return /** @type {Schema} */ (read);
};

/** @param {Schema} schema @param {'en' | 'de'} language @param {string} key @returns {string} */
export const wordsOf = ({ words }, language, key) => {
  const said = words[language][key];
  if (said === undefined) throw new Error(`there are no words for ${key} in ${language}`);
  return said;
};

/** The choices of a shape that is one. @param {Shape} shape @returns {readonly string[]} */
export const choicesOf = ({ of }) => (of instanceof Array ? of : []);

/** What a list is a list of. @param {Shape} shape @returns {Shape} */
export const itemOf = ({ of }) => {
  if (of === undefined || 'length' in of) throw new Error('this is no list');
  return of;
};

/** Text for XML. @param {string} text */
export const xml = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
