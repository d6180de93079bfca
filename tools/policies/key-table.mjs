import { choicesOf, itemOf, wordsOf } from './schema.mjs';

/** @typedef {import('./schema.mjs').Schema} Schema */
/** @typedef {import('./schema.mjs').Shape} Shape */

/** @param {Shape} shape @returns {string} */
const kindOf = (shape) => {
  switch (shape.kind) {
    case 'text':
      return `text, at most ${shape.most} characters`;
    case 'number':
      return `whole number, ${shape.least} to ${shape.most}`;
    case 'switch':
      return '`true` or `false`';
    case 'choice':
      return `one of ${choicesOf(shape)
        .map((choice) => `\`${choice}\``)
        .join(', ')}`;
    case 'list':
      return `list of at most ${shape.most}: ${kindOf(itemOf(shape))}`;
    case 'object':
      return Object.entries(shape.fields ?? {})
        .map(([name, { required }]) => `\`${name}\`${required ? '' : ' (may be left out)'}`)
        .join(', ');
  }
};

/** What is documented of every key. @param {Schema} schema */
export const keyTable = (schema) =>
  Object.entries(schema.keys)
    .flatMap(([key, { shape, example }]) => [
      `### \`${key}\``,
      '',
      wordsOf(schema, 'en', `policy.key.${key}.about`),
      '',
      `- Value: ${kindOf(shape)}`,
      `- Example: \`${JSON.stringify({ [key]: example }).slice(1, -1)}\``,
      '',
    ])
    .join('\n');
