import type { EmulatedRequest } from '../http-emulator/http-emulator.ts';

/** A file of a multipart form. */
export type FormFile = { readonly name: string; readonly mimeType: string; readonly bytes: Buffer };

/** The parameters of a request: JSON, a form, or a multipart form. */
export type Parameters = {
  readonly text: (name: string) => string | null;
  readonly flag: (name: string) => boolean;
  readonly list: (name: string) => readonly string[];
  readonly file: (name: string) => FormFile | null;
};

const textOf = (value: unknown): string | null =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : null;

const fromJson = (body: Buffer): Parameters => {
  const json: unknown = JSON.parse(body.toString('utf8'));
  const at = (name: string): unknown =>
    typeof json === 'object' && json !== null
      ? Object.getOwnPropertyDescriptor(json, name)?.value
      : undefined;
  return {
    text: (name) => textOf(at(name)),
    flag: (name) => ['true', '1'].includes(textOf(at(name)) ?? ''),
    list: (name) => {
      const value = at(name);
      return Array.isArray(value) ? value.map((one: unknown) => textOf(one) ?? '') : [];
    },
    file: () => null,
  };
};

const fromForm = (form: FormData | URLSearchParams, files: ReadonlyMap<string, FormFile>): Parameters => {
  const all = (name: string): readonly string[] =>
    form.getAll(name).filter((value) => typeof value === 'string');
  return {
    text: (name) => all(name)[0] ?? null,
    flag: (name) => ['true', '1'].includes(all(name)[0] ?? ''),
    list: (name) => all(`${name}[]`),
    file: (name) => files.get(name) ?? null,
  };
};

/** Reads the parameters, or throws for a body that is not what its type says. */
export async function readParameters(request: EmulatedRequest): Promise<Parameters> {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return fromJson(request.body);
  if (type.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(request.body), {
      headers: { 'content-type': type },
    }).formData();
    const files = new Map<string, FormFile>();
    for (const [name, value] of form)
      if (typeof value !== 'string')
        files.set(name, {
          name: value.name,
          mimeType: value.type,
          bytes: Buffer.from(await value.arrayBuffer()),
        });
    return fromForm(form, files);
  }
  return fromForm(new URLSearchParams(request.body.toString('utf8')), new Map());
}
