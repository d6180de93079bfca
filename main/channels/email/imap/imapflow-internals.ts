import type { Socket } from 'node:net';
import type { ListResponse } from 'imapflow';

/** One argument of a raw command. */
type RawArgument = { readonly type: 'ATOM' | 'STRING'; readonly value: string; readonly sensitive?: boolean };

/** The parsed continuation request of a server. */
type Continuation = {
  readonly attributes?: readonly ({ readonly type: string; readonly value?: string } | null)[];
};

declare module 'imapflow' {
  /**
   * Methods of imapflow 2.1.2 that exist at run time but are kept out of its declarations. They are used to look at
   * the certificate between the handshake and the password, to offer SASL mechanisms it does not know, and to spare questions.
   * The version is pinned, and tests with wrong certificates prove that the check is reached.
   */
  interface ImapFlow {
    authenticate(): Promise<boolean>;
    exec(
      command: string,
      attributes: readonly RawArgument[] | false,
      options?: { readonly onPlusTag?: (response: Continuation) => Promise<void> },
    ): Promise<{ next(): void }>;
    write(chunk: string): void;
    setAuthenticationState(): Promise<void>;
    readonly socket: Socket | false;
    /** Folders by path as LIST told of them: before one is opened that is not among them, it is listed. */
    readonly folders: Map<string, Partial<ListResponse>>;
  }
}
