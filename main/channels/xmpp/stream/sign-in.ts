import { randomBytes } from 'node:crypto';
import { ChannelError, failure } from '../../kit/failure.ts';
import { startScram } from '../../kit/scram.ts';
import { ns } from '../names.ts';
import { childOf, element, elementsOf, textIn } from './element.ts';
import type { Element } from './element.ts';
import { saslFailure } from './failures.ts';

/** Who signs in. */
export type Login = { readonly user: string; readonly password: string };

/** One answer to one element, in the order of the stream. */
export type Talk = {
  readonly send: (element: Element) => void;
  readonly next: () => Promise<Element>;
};

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const unbase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

const scrams = [
  ['SCRAM-SHA-256', 'sha256'],
  ['SCRAM-SHA-1', 'sha1'],
] as const;

/** Signs in by the strongest way both sides know; the password itself is said only inside TLS (or on this machine alone). */
export async function signIn(
  talk: Talk,
  features: Element,
  login: Login,
  line: { readonly private: boolean; readonly where: string },
): Promise<void> {
  const offered = new Set(
    elementsOf(childOf(features, 'mechanisms', ns.sasl) ?? element('none', ''))
      .filter(({ name }) => name === 'mechanism')
      .map((mechanism) => textIn(mechanism).trim()),
  );
  for (const [mechanism, hash] of scrams) {
    if (offered.has(mechanism)) return byScram(talk, mechanism, hash, login, line.where);
  }
  if (!offered.has('PLAIN') || !line.private) {
    throw new ChannelError(failure('no-tls', line.where, { said: [...offered].join(' ') || null }));
  }
  const words = base64(`\0${login.user}\0${login.password}`);
  talk.send(element('auth', ns.sasl, { mechanism: 'PLAIN' }, words));
  await success(talk, line.where);
}

async function byScram(
  talk: Talk,
  mechanism: string,
  hash: 'sha1' | 'sha256',
  login: Login,
  where: string,
): Promise<void> {
  const scram = startScram(login.user, login.password, randomBytes(24).toString('base64'), hash);
  talk.send(element('auth', ns.sasl, { mechanism }, base64(scram.first)));
  const challenge = await talk.next();
  if (challenge.name !== 'challenge') throw saslFailure(challenge, where);
  talk.send(element('response', ns.sasl, {}, base64(scram.final(unbase64(textIn(challenge))))));
  const last = await success(talk, where);
  // A server that cannot prove that it knows the password is somebody else's.
  if (!scram.verify(unbase64(textIn(last))))
    throw new ChannelError(failure('protocol', where, { said: 'SCRAM' }));
}

async function success(talk: Talk, where: string): Promise<Element> {
  const answer = await talk.next();
  if (answer.name !== 'success' || answer.ns !== ns.sasl) throw saslFailure(answer, where);
  return answer;
}
