import type { Certificate } from '../mail-server/certificate.ts';

/** A real XMPP server on loopback, whichever program it is. */
export type XmppServer = {
  /** Which program it is, as tests are named after it. */
  readonly dialect: 'Prosody' | 'ejabberd';
  readonly host: string;
  /** Plain text with STARTTLS, and TLS from the first byte. */
  readonly port: number;
  readonly tlsPort: number;
  readonly domain: string;
  /** Where rooms are, archived and open to everyone; and the largest file its upload service takes, in bytes. */
  readonly rooms: string;
  readonly largestFile: number;
  readonly certificate: Certificate;
  /** Makes an account. */
  readonly register: (local: string, password: string) => Promise<void>;
  /** How often a message with this id lies in somebody's archive. */
  readonly archived: (local: string, id: string) => number | Promise<number>;
  /**
   * Puts so many messages from an address into an account's archive, written as the server itself keeps them: said one by one they would
   * take a minute and a half. Their texts are `history 1` and so on, a second apart, the last one now.
   */
  readonly seed: (local: string, from: string, count: number) => Promise<void>;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};
