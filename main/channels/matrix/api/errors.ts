import * as v from 'valibot';
import { wordsOf } from '../../kit/connection-codes.ts';
import { jsonOf } from '../../kit/http/http-client.ts';
import type { HttpAnswer } from '../../kit/http/http-client.ts';
import { errorAnswer } from './answers.ts';

/** What the server says went wrong. */
export type MatrixError = {
  readonly code: string;
  /** The server's own words, bounded. */
  readonly said: string;
  /** How long it asks us to wait, in ms. */
  readonly retryAfterMs: number | null;
};

/** Reads a refusal; servers behind a proxy that fails answer with something else entirely. */
export function errorIn(answer: HttpAnswer): MatrixError {
  const read = v.safeParse(errorAnswer, jsonOf(answer));
  const code = read.success ? read.output.errcode.slice(0, 100) : 'M_UNKNOWN';
  const said = (read.success ? wordsOf(read.output.error) : null) ?? `HTTP ${String(answer.status)}`;
  const wait = read.success ? read.output.retry_after_ms : null;
  return { code, said, retryAfterMs: wait !== null && wait >= 0 ? wait : null };
}

/** Whether the server no longer knows our token, or never did (client-server API, "Using access tokens"). */
export const isUnknownToken = (answer: HttpAnswer): boolean =>
  answer.status === 401 && ['M_UNKNOWN_TOKEN', 'M_MISSING_TOKEN'].includes(errorIn(answer).code);
