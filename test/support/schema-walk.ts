import type * as v from 'valibot';

type Schema = v.GenericSchema;
type Part = { readonly type: string };

const isSchema = (part: unknown): part is Schema =>
  typeof part === 'object' && part !== null && Reflect.get(part, 'kind') === 'schema';

const parts = (schema: Schema): readonly Part[] => {
  const pipe: unknown = Reflect.get(schema, 'pipe');
  if (!Array.isArray(pipe)) return [schema];
  return pipe.flatMap((part: Part, place) =>
    place === 0 && isSchema(part) && part !== schema ? parts(part) : [part],
  );
};

const within = (schema: Schema, field: string): readonly Schema[] => {
  const inside: unknown = Reflect.get(schema, field);
  return (Array.isArray(inside) ? inside : [inside]).filter(isSchema);
};

const limits: ReadonlySet<string> = new Set(['max_length', 'length']);
/** A form from its beginning to its end in which nothing may be repeated without a limit. */
const isBounded = (part: Part): boolean => {
  const form: unknown = Reflect.get(part, 'requirement');
  return (
    part.type === 'regex' &&
    form instanceof RegExp &&
    /^\^.*\$$/su.test(form.source) &&
    !/[*+]|,\}/u.test(form.source)
  );
};
/** These take one value of a known size. Bytes are copied as they are, and each call that takes them weighs them. */
const single: ReadonlySet<string> = new Set(['number', 'boolean', 'null', 'literal', 'picklist', 'instance']);

/** The places in a schema that take a text or a list of any length, fields that are not named, or values of any kind. */
export const unlimitedIn = (schema: Schema, path: string): readonly string[] => {
  const isLimited = parts(schema).some((part) => limits.has(part.type) || isBounded(part));
  const inside = (field: string, name: string): readonly string[] =>
    within(schema, field).flatMap((one) => unlimitedIn(one, name));
  const entries: unknown = Reflect.get(schema, 'entries');
  const fields =
    typeof entries !== 'object' || entries === null
      ? []
      : Object.entries(entries).flatMap(([name, one]) =>
          isSchema(one) ? unlimitedIn(one, `${path}.${name}`) : [],
        );
  switch (schema.type) {
    case 'string':
      return isLimited ? [] : [path];
    case 'array':
      return [...(isLimited ? [] : [path]), ...inside('item', `${path}[]`)];
    case 'strict_object':
      return fields;
    case 'object':
      return [path, ...fields];
    // How many there are is weighed with the whole input.
    case 'record':
      return [...inside('key', `${path}.name`), ...inside('value', `${path}.value`)];
    case 'nullable':
    case 'optional':
    case 'exact_optional':
      return inside('wrapped', path);
    case 'variant':
    case 'union':
      return inside('options', path);
    default:
      return single.has(schema.type) ? [] : [path];
  }
};
