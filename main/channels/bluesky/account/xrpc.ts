import * as v from 'valibot';
import type { HttpAnswer } from '../../kit/http/http-client.ts';
import { jsonOf } from '../../kit/http/http-client.ts';

/** One call (https://atproto.com/specs/xrpc); a query by its parameters, a procedure by its input. */
export type Call = {
  readonly method: string;
  readonly params?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly input?: Readonly<Record<string, unknown>> | Uint8Array<ArrayBuffer>;
  /** The type of `input` where that is bytes. */
  readonly type?: string;
  /** The service that the server is to pass the call on to. */
  readonly proxy?: string;
  readonly maxBytes?: number;
};

/** What a server says when it refuses. `error` is its own name for it, such as `ExpiredToken`. */
export type XrpcRefusal = { readonly error: string; readonly message: string };

const refusalShape = v.object({
  error: v.fallback(v.string(), ''),
  message: v.fallback(v.string(), ''),
});

/** The refusal in an answer; empty words where it names none. */
export function refusalIn(answer: HttpAnswer): XrpcRefusal {
  const parsed = v.safeParse(refusalShape, jsonOf(answer));
  return parsed.success ? parsed.output : { error: '', message: '' };
}

/** A refusal as the server words it. */
export const saidIn = ({ error, message }: XrpcRefusal): string | null =>
  message !== '' ? message : error !== '' ? error : null;

/** True for an answer that grants what was asked. */
export const granted = ({ status }: HttpAnswer): boolean => status >= 200 && status <= 299;

/** When a server that finds us too fast will listen again, in ms from now: the second it names in `RateLimit-Reset`. */
export function rateLimitWait(answer: HttpAnswer, now: number): number | null {
  if (answer.status !== 429) return null;
  const reset = answer.headers.get('ratelimit-reset') ?? '';
  return /^\d{1,11}$/.test(reset) ? Math.max(0, Number(reset) * 1_000 - now) : null;
}
