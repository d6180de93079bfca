import type { AccountFailure } from '#shared/contract/accounts.ts';
import { innermostCode, kindOfCode, wordsOf } from '../../kit/connection-codes.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { ns } from '../names.ts';
import { childOf, elementsOf, textIn } from './element.ts';
import type { Element } from './element.ts';

type Kind = AccountFailure['kind'];

/** The server said no to one request; the connection goes on. */
export class StanzaError extends Error {
  readonly condition: string;
  readonly type: string;
  readonly said: string | null;

  constructor(condition: string, type: string, said: string | null) {
    super(`the server answered ${condition}`);
    this.name = 'StanzaError';
    this.condition = condition;
    this.type = type;
    this.said = said;
  }
}

const conditionIn = (error: Element | undefined, space: string): string =>
  (error === undefined ? [] : elementsOf(error)).find((child) => child.ns === space && child.name !== 'text')
    ?.name ?? 'undefined-condition';

/** The error inside a stanza of type `error` (RFC 6120 section 8.3). */
export function stanzaError(stanza: Element): StanzaError {
  const error = childOf(stanza, 'error', ns.client);
  const words = wordsOf(textIn(childOf(error, 'text', ns.stanzaErrors)));
  return new StanzaError(
    conditionIn(error, ns.stanzaErrors),
    error?.attributes.get('type') ?? 'cancel',
    words,
  );
}

// RFC 6120 section 4.9.3; what is not here is the server's or our own mistake.
const byStreamCondition: Readonly<Record<string, Kind>> = {
  'policy-violation': 'rate-limited',
  'resource-constraint': 'rate-limited',
  'not-authorized': 'password-refused',
  conflict: 'no-answer',
  'connection-timeout': 'no-answer',
  reset: 'no-answer',
  'system-shutdown': 'no-answer',
  'internal-server-error': 'no-answer',
  'remote-connection-failed': 'no-answer',
  'host-gone': 'host-not-found',
  'host-unknown': 'host-not-found',
};

/** A stream error, after which the server closes (RFC 6120 section 4.9). */
export function streamFailure(error: Element, where: string): ChannelError {
  const condition = conditionIn(error, ns.streamErrors);
  const said = wordsOf(textIn(childOf(error, 'text', ns.streamErrors))) ?? condition;
  return new ChannelError(failure(byStreamCondition[condition] ?? 'protocol', where, { said }));
}

// RFC 6120 section 6.5.
const bySaslCondition: Readonly<Record<string, Kind>> = {
  'not-authorized': 'password-refused',
  'account-disabled': 'password-refused',
  'credentials-expired': 'password-refused',
  'invalid-authzid': 'password-refused',
  'encryption-required': 'no-tls',
  'temporary-auth-failure': 'no-answer',
};

const tooMany = /too many|rate.?limit|throttl|try again later|blocked|banned/i;

/** A refused sign-in. */
export function saslFailure(refusal: Element, where: string): ChannelError {
  const condition = conditionIn(refusal, ns.sasl);
  const said = wordsOf(textIn(childOf(refusal, 'text', ns.sasl)));
  const kind = tooMany.test(said ?? '') ? 'rate-limited' : (bySaslCondition[condition] ?? 'protocol');
  return new ChannelError(failure(kind, where, { said: said ?? condition }));
}

/** Whatever a connection threw, in the kit's words; a refusal of one request keeps its own form unless it is about speed. */
export function xmppFailure(error: unknown, where: string): Error {
  if (error instanceof ChannelError) return error;
  if (error instanceof StanzaError) {
    const limited = error.condition === 'policy-violation' || error.condition === 'resource-constraint';
    return limited
      ? new ChannelError(failure('rate-limited', where, { said: error.said ?? error.condition }), error)
      : error;
  }
  const kind = kindOfCode(innermostCode(error));
  const said = wordsOf(error instanceof Error ? error.message : String(error));
  return new ChannelError(failure(kind ?? 'protocol', where, { said }), error);
}
