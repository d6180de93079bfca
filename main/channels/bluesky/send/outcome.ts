import type { SendOutcome } from '../../kit/http/http-client.ts';
import type { HttpAnswer } from '../../kit/http/http-client.ts';
import type { SendResult } from '../../kit/outgoing.ts';
import { retryAfterMs } from '../../kit/http/http-client.ts';
import { granted, rateLimitWait, refusalIn, saidIn } from '../account/xrpc.ts';

/** What a server made of what we said: its own answer, or what is known without one. */
export type Said =
  | { readonly kind: 'taken'; readonly answer: HttpAnswer }
  | { readonly kind: 'over'; readonly result: SendResult };

const over = (result: SendResult): Said => ({ kind: 'over', result });

/** Reads the fate of what was said. A server's own failure proves nothing: it may have failed after it had taken it. */
export function fateOf(outcome: SendOutcome, now: number): Said {
  switch (outcome.kind) {
    case 'not-said':
      return over({ kind: 'retry', said: outcome.error.failure.said ?? '', afterMs: null });
    case 'unknown':
      return over({ kind: 'unknown', said: outcome.said });
    case 'answered':
      break;
  }
  const { answer } = outcome;
  if (granted(answer)) return { kind: 'taken', answer };
  const refusal = refusalIn(answer);
  const said = saidIn(refusal) ?? `HTTP ${String(answer.status)}`;
  if (answer.status === 429) {
    const afterMs = rateLimitWait(answer, now) ?? retryAfterMs(answer.headers, now);
    return over({ kind: 'retry', said, afterMs });
  }
  if (answer.status >= 500) return over({ kind: 'unknown', said });
  return over({ kind: 'rejected', said, code: refusal.error });
}
