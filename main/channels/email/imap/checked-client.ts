import { randomBytes } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { ImapFlow } from 'imapflow';
import type { ImapFlowOptions } from 'imapflow';
import { enhanceCommandError } from 'imapflow/lib/tools.js';
import { ChannelError, failure } from '../../kit/failure.ts';
import type { Login } from '../credentials.ts';
import { startScram } from '../../kit/scram.ts';
import { hostPort } from '../../kit/endpoint.ts';
import type { Endpoint } from '../../kit/endpoint.ts';
import { checkPeer } from '../../kit/certificates.ts';
import './imapflow-internals.ts';

/**
 * The library's client with a gate before the password: every way to sign in, after TLS from the first byte, after STARTTLS or
 * with neither, goes through `authenticate`, and there the connection must be what the settings ask for.
 */
export class CheckedClient extends ImapFlow {
  private readonly endpoint: Endpoint;
  private readonly login: Login;

  constructor(options: ImapFlowOptions, endpoint: Endpoint, login: Login) {
    super(options);
    this.endpoint = endpoint;
    this.login = login;
  }

  override async authenticate(): Promise<boolean> {
    this.checkConnection();
    // A PREAUTH greeting signs us in without a password; there is nothing left to prove.
    if (this.login.kind === 'password' && this.state === this.states.NOT_AUTHENTICATED) {
      const { user, password } = this.login;
      if (this.capabilities.has('AUTH=SCRAM-SHA-256')) return this.signInByScram(user, password);
      // The library signs in to Exchange in another way as somebody else, whose name has one of these.
      const isPlain = this.capabilities.has('AUTH=PLAIN') && !/[\\/]/.test(user);
      if (isPlain && this.capabilities.has('SASL-IR')) return this.signInAtOnce(user, password);
    }
    return super.authenticate();
  }

  private checkConnection(): void {
    if (this.endpoint.security === 'plain') return;
    if (this.socket instanceof TLSSocket) {
      checkPeer(this.socket, this.endpoint);
      return;
    }
    throw new ChannelError(failure('no-tls', hostPort(this.endpoint)));
  }

  /** Says the password together with the command, which spares a round trip (RFC 4959). */
  private async signInAtOnce(user: string, password: string): Promise<boolean> {
    const secret = Buffer.from(`\0${user}\0${password}`).toString('base64');
    // imapflow asks for the capabilities again only when this is set before the command.
    Reflect.set(this, 'expectCapabilityUpdate', true);
    const words = [
      { type: 'ATOM', value: 'PLAIN' },
      { type: 'ATOM', value: secret, sensitive: true },
    ] as const;
    const response = await this.exec('AUTHENTICATE', words, {
      // A server that asks for it all the same.
      onPlusTag: async () => this.write(secret),
    }).catch(refused);
    response.next();
    this.authenticated = user;
    await this.setAuthenticationState();
    return true;
  }

  private async signInByScram(user: string, password: string): Promise<boolean> {
    const exchange = startScram(user, password, randomBytes(18).toString('base64'));
    const answers: ((challenge: string) => string)[] = [
      () => exchange.first,
      (challenge) => exchange.final(challenge),
      (challenge) => {
        if (!exchange.verify(challenge)) throw new Error('SCRAM: the server does not know the password');
        return '';
      },
    ];
    // imapflow asks for the capabilities again only when this is set before the command.
    Reflect.set(this, 'expectCapabilityUpdate', true);
    const response = await this.exec('AUTHENTICATE', [{ type: 'ATOM', value: 'SCRAM-SHA-256' }], {
      onPlusTag: async (continuation) => {
        const challenge = Buffer.from(continuation.attributes?.[0]?.value ?? '', 'base64').toString();
        const answer = answers.shift();
        if (answer === undefined) throw new Error('SCRAM: one question too many');
        this.write(Buffer.from(answer(challenge)).toString('base64'));
      },
    }).catch(refused);
    response.next();
    this.authenticated = user;
    await this.setAuthenticationState();
    return true;
  }
}

/** What the library makes of a refused sign-in: the server's code and words stand in the error. */
const refused = async (error: unknown): Promise<never> => {
  const told = await enhanceCommandError(error instanceof Error ? error : new Error(String(error)));
  throw Object.assign(told, { authenticationFailed: true });
};
