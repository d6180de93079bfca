/** What a policy's value may be, as plain data: from it come the check of a value and every generated file. */
export type Shape =
  | { readonly kind: 'text'; readonly most: number; readonly form?: TextForm }
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'list'; readonly of: Shape; readonly most: number }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Field>> };

/** One field of an object; one that is not required may be left out. */
export type Field = { readonly shape: Shape; readonly required: boolean };

/** Texts that must look like something; the pattern is a regular expression that JSON Schema understands too. */
export const textForms = {
  /** A host name or an IP address, without a port. */
  host: '^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$',
  /** The part of a mail address after the at sign. */
  domain: '^[A-Za-z0-9]([A-Za-z0-9-]*\\.)+[A-Za-z0-9-]+$',
  /** A version as `1.4.2` or `1.5.0-beta.1`. */
  version: '^[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$',
  /** The end of a file's name without its dot, or `*` for every file. */
  extension: '^(\\*|[A-Za-z0-9][A-Za-z0-9_-]{0,29})$',
  /** The whole path of a folder, on Windows with its drive or its server. */
  folder: '^(/|[A-Za-z]:[\\\\/]|\\\\\\\\)',
  /** The address of a PostgreSQL database, without a login. */
  database: '^postgres(ql)?://[A-Za-z0-9.:\\[\\]-]+/[A-Za-z0-9_.-]+$',
} as const;
export type TextForm = keyof typeof textForms;

type Required<Fields extends Readonly<Record<string, Field>>> = {
  readonly [Name in keyof Fields as Fields[Name]['required'] extends true ? Name : never]: ValueOf<
    Fields[Name]['shape']
  >;
};
type Optional<Fields extends Readonly<Record<string, Field>>> = {
  readonly [Name in keyof Fields as Fields[Name]['required'] extends true ? never : Name]?: ValueOf<
    Fields[Name]['shape']
  >;
};

/** The type of a value of a shape. */
export type ValueOf<Of extends Shape> = Of extends { readonly kind: 'text' }
  ? string
  : Of extends { readonly kind: 'number' }
    ? number
    : Of extends { readonly kind: 'switch' }
      ? boolean
      : Of extends { readonly kind: 'choice'; readonly of: readonly (infer Choice)[] }
        ? Choice
        : Of extends { readonly kind: 'list'; readonly of: infer Item extends Shape }
          ? readonly ValueOf<Item>[]
          : Of extends {
                readonly kind: 'object';
                readonly fields: infer Fields extends Readonly<Record<string, Field>>;
              }
            ? Required<Fields> & Optional<Fields>
            : never;

/** What is wrong with a value: where inside it, and what was expected, as values for `policy.problem.<kind>`. */
export type Wrong = {
  readonly kind:
    | 'wrong-type'
    | 'too-long'
    | 'empty'
    | 'out-of-range'
    | 'not-a-choice'
    | 'wrong-form'
    | 'too-many'
    | 'missing-field'
    | 'unknown-field';
  /** Below the key, such as `[1].imapPort`; empty for the value itself. */
  readonly path: string;
  /** What was expected: a shape's kind, a form's name, the choices, a limit, a field's name. */
  readonly expected: string;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (kind: Wrong['kind'], path: string, expected: string): readonly Wrong[] => [
  { kind, path, expected },
];

const checkText = (
  shape: Extract<Shape, { kind: 'text' }>,
  value: unknown,
  path: string,
): readonly Wrong[] => {
  if (typeof value !== 'string') return wrong('wrong-type', path, 'text');
  if (value.trim() === '') return wrong('empty', path, 'text');
  if (value.length > shape.most) return wrong('too-long', path, String(shape.most));
  const { form } = shape;
  if (form === undefined) return [];
  return new RegExp(textForms[form], 'u').test(value) ? [] : wrong('wrong-form', path, form);
};

const checkNumber = (
  { least, most }: Extract<Shape, { kind: 'number' }>,
  value: unknown,
  path: string,
): readonly Wrong[] => {
  if (typeof value !== 'number' || !Number.isInteger(value)) return wrong('wrong-type', path, 'number');
  return value < least || value > most ? wrong('out-of-range', path, `${String(least)}–${String(most)}`) : [];
};

const checkObject = (
  { fields }: Extract<Shape, { kind: 'object' }>,
  value: unknown,
  path: string,
): readonly Wrong[] => {
  if (!isObject(value)) return wrong('wrong-type', path, 'object');
  const unknown = Object.keys(value)
    .filter((name) => !Object.hasOwn(fields, name))
    .flatMap((name) => wrong('unknown-field', path, name));
  const known = Object.entries(fields).flatMap(([name, { shape, required }]) => {
    const at = `${path}.${name}`;
    if (Object.hasOwn(value, name)) return findWrong(shape, value[name], at);
    return required ? wrong('missing-field', path, name) : [];
  });
  return [...unknown, ...known];
};

/** Everything that is wrong with a value; nothing when it is of the shape. */
export const findWrong = (shape: Shape, value: unknown, path = ''): readonly Wrong[] => {
  switch (shape.kind) {
    case 'text':
      return checkText(shape, value, path);
    case 'number':
      return checkNumber(shape, value, path);
    case 'switch':
      return typeof value === 'boolean' ? [] : wrong('wrong-type', path, 'switch');
    case 'choice':
      if (typeof value !== 'string') return wrong('wrong-type', path, 'text');
      return shape.of.includes(value) ? [] : wrong('not-a-choice', path, shape.of.join(', '));
    case 'list':
      if (!Array.isArray(value)) return wrong('wrong-type', path, 'list');
      if (value.length > shape.most) return wrong('too-many', path, String(shape.most));
      return value.flatMap((item, at) => findWrong(shape.of, item, `${path}[${String(at)}]`));
    case 'object':
      return checkObject(shape, value, path);
  }
};
