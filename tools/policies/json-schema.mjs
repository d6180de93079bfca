import { choicesOf, itemOf, wordsOf } from './schema.mjs';

/** @typedef {import('./schema.mjs').Schema} Schema */
/** @typedef {import('./schema.mjs').Shape} Shape */

/** @param {Shape} shape @param {Schema['forms']} forms @returns {Record<string, unknown>} */
const schemaOf = (shape, forms) => {
  switch (shape.kind) {
    case 'text': {
      const pattern = shape.form === undefined ? {} : { pattern: forms[shape.form] };
      return { type: 'string', minLength: 1, maxLength: shape.most, ...pattern };
    }
    case 'number':
      return { type: 'integer', minimum: shape.least, maximum: shape.most };
    case 'switch':
      return { type: 'boolean' };
    case 'choice':
      return { enum: choicesOf(shape) };
    case 'list':
      return { type: 'array', maxItems: shape.most, items: schemaOf(itemOf(shape), forms) };
    case 'object': {
      const fields = Object.entries(shape.fields ?? {});
      return {
        type: 'object',
        additionalProperties: false,
        required: fields.filter(([, { required }]) => required).map(([name]) => name),
        properties: Object.fromEntries(fields.map(([name, field]) => [name, schemaOf(field.shape, forms)])),
      };
    }
  }
};

/** The JSON Schema (2020-12) of the file, for editors. @param {Schema} schema */
export const jsonSchema = (schema) => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Policies of Steward',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    ...Object.fromEntries(
      Object.entries(schema.keys).map(([key, { shape, example }]) => [
        key,
        {
          title: wordsOf(schema, 'en', `policy.key.${key}`),
          description: wordsOf(schema, 'en', `policy.key.${key}.about`),
          ...schemaOf(shape, schema.forms),
          examples: [example],
        },
      ]),
    ),
  },
});
