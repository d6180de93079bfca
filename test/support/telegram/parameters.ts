import type { EmulatedRequest } from '../http-emulator/http-emulator.ts';

/** A file that came with a request (multipart/form-data). */
export type Upload = { readonly name: string; readonly mimeType: string; readonly bytes: Uint8Array };

/** What a method was called with, in whichever of the four ways there are. */
export type Parameters = {
  readonly fields: ReadonlyMap<string, unknown>;
  readonly files: ReadonlyMap<string, Upload>;
};

/** A refusal of the Bot API: the status is also the `error_code`. */
export class Refused extends Error {
  readonly code: number;
  readonly parameters: Readonly<Record<string, number>> | null;

  constructor(code: number, description: string, parameters: Readonly<Record<string, number>> | null = null) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

/**
 * Reads the parameters of a call: URL query string, application/x-www-form-urlencoded, application/json or multipart/form-data
 * (core.telegram.org/bots/api#making-requests).
 */
export async function readParameters({ url, headers, body }: EmulatedRequest): Promise<Parameters> {
  const fields = new Map<string, unknown>(url.searchParams);
  const files = new Map<string, Upload>();
  const type = headers['content-type'] ?? '';
  if (body.byteLength === 0) return { fields, files };
  if (type.startsWith('application/json')) {
    const value = jsonOf(body.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Refused(400, "Bad Request: can't parse the request as JSON");
    for (const [name, one] of Object.entries(value)) fields.set(name, one);
  } else if (type.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, one] of new URLSearchParams(body.toString('utf8'))) fields.set(name, one);
  } else if (type.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    for (const [name, one] of form) {
      if (typeof one === 'string') fields.set(name, one);
      else
        files.set(name, {
          name: one.name,
          mimeType: one.type,
          bytes: new Uint8Array(await one.arrayBuffer()),
        });
    }
  } else throw new Refused(400, `Bad Request: unsupported content type "${type}"`);
  return { fields, files };
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** A whole number that may be written as text; the usual one where it is absent. */
export function integerIn({ fields }: Parameters, name: string): number | null {
  const value = fields.get(name);
  if (value === undefined || value === '') return null;
  const number = typeof value === 'number' ? value : Number(value);
  if (!Number.isSafeInteger(number)) throw new Refused(400, `Bad Request: invalid ${name} specified`);
  return number;
}

/** A text; null where it is absent. */
export function textIn({ fields }: Parameters, name: string): string | null {
  const value = fields.get(name);
  if (value === undefined) return null;
  if (typeof value !== 'string') throw new Refused(400, `Bad Request: ${name} must be a string`);
  return value;
}

/** An object or a list: in JSON as such, everywhere else "JSON-serialized"; undefined where it is absent. */
export function structureIn({ fields }: Parameters, name: string): unknown {
  const value = fields.get(name);
  if (value === undefined || typeof value === 'object') return value;
  const read = typeof value === 'string' ? jsonOf(value) : undefined;
  if (typeof read !== 'object' || read === null)
    throw new Refused(400, `Bad Request: can't parse ${name} JSON object`);
  return read;
}

/** A property of something that came from outside. */
export const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
