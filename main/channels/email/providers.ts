/** Who files the copy in Sent: the server by itself after submission, we, or nobody knows yet. */
export type SentFiler = 'server' | 'client' | 'unknown';

/** What is known about a large mail provider from its own help pages; hosts speak TLS from the first byte unless said otherwise. */
export type Provider = {
  readonly id: string;
  /** Domains whose addresses belong to it for certain. */
  readonly domains: readonly string[];
  /** Ends of MX names that tell a customer's own domain hosted there. */
  readonly mx: readonly string[];
  readonly imap: readonly [host: string, port: number, security: 'tls' | 'starttls' | 'plain'];
  readonly smtp: readonly [host: string, port: number, security: 'tls' | 'starttls' | 'plain'];
  /** Whether the login is the whole address or the part before the @. */
  readonly login: 'address' | 'local-part';
  readonly signIn: 'password' | 'oauth';
  readonly sent: SentFiler;
  /** The authserv-id of its Authentication-Results headers (RFC 8601), when it writes any. */
  readonly authserv: string | null;
};

const tls = 'tls';
const starttls = 'starttls';

/** Large providers, first match wins. */
const providers: readonly Provider[] = [
  {
    id: 'google',
    domains: ['gmail.com', 'googlemail.com'],
    mx: ['google.com', 'googlemail.com', 'smtp.goog'],
    imap: ['imap.gmail.com', 993, tls],
    smtp: ['smtp.gmail.com', 465, tls],
    login: 'address',
    signIn: 'oauth',
    sent: 'server',
    authserv: 'mx.google.com',
  },
  {
    id: 'microsoft-personal',
    domains: [
      'outlook.com',
      'hotmail.com',
      'live.com',
      'msn.com',
      'hotmail.de',
      'outlook.de',
      'live.de',
      'hotmail.co.uk',
      'live.co.uk',
      'hotmail.fr',
      'live.fr',
      'outlook.fr',
      'hotmail.it',
      'live.it',
      'outlook.it',
      'hotmail.es',
      'outlook.es',
      'live.nl',
      'outlook.com.br',
      'outlook.jp',
      'passport.com',
      'windowslive.com',
    ],
    mx: [],
    imap: ['outlook.office365.com', 993, tls],
    smtp: ['smtp-mail.outlook.com', 587, starttls],
    login: 'address',
    signIn: 'oauth',
    sent: 'server',
    authserv: null,
  },
  {
    id: 'microsoft',
    domains: [],
    mx: ['mail.protection.outlook.com', 'mx.microsoft', 'protection.office365.us'],
    imap: ['outlook.office365.com', 993, tls],
    smtp: ['smtp.office365.com', 587, starttls],
    login: 'address',
    signIn: 'oauth',
    sent: 'server',
    authserv: null,
  },
  {
    id: 'yahoo',
    domains: [
      'yahoo.com',
      'ymail.com',
      'rocketmail.com',
      'yahoo.de',
      'yahoo.co.uk',
      'yahoo.fr',
      'yahoo.it',
      'yahoo.es',
      'yahoo.ca',
      'yahoo.com.br',
      'yahoo.co.in',
      'yahoo.com.mx',
      'yahoo.com.au',
      'myyahoo.com',
    ],
    mx: ['yahoodns.net'],
    imap: ['imap.mail.yahoo.com', 993, tls],
    smtp: ['smtp.mail.yahoo.com', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'server',
    authserv: null,
  },
  {
    id: 'aol',
    domains: ['aol.com', 'aim.com', 'aol.de', 'aol.co.uk', 'verizon.net'],
    mx: [],
    imap: ['imap.aol.com', 993, tls],
    smtp: ['smtp.aol.com', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'server',
    authserv: null,
  },
  {
    id: 'icloud',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    mx: ['mail.icloud.com'],
    imap: ['imap.mail.me.com', 993, tls],
    smtp: ['smtp.mail.me.com', 587, starttls],
    login: 'address',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
  {
    id: 'fastmail',
    domains: ['fastmail.com', 'fastmail.fm', 'messagingengine.com', 'sent.com'],
    mx: ['messagingengine.com'],
    imap: ['imap.fastmail.com', 993, tls],
    smtp: ['smtp.fastmail.com', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
  {
    id: 'gmx',
    domains: ['gmx.de', 'gmx.net', 'gmx.at', 'gmx.ch'],
    mx: [],
    imap: ['imap.gmx.net', 993, tls],
    smtp: ['mail.gmx.net', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'unknown',
    authserv: null,
  },
  {
    id: 'gmx-international',
    domains: ['gmx.com', 'gmx.us', 'gmx.co.uk', 'gmx.fr', 'gmx.es'],
    mx: [],
    imap: ['imap.gmx.com', 993, tls],
    smtp: ['mail.gmx.com', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'unknown',
    authserv: null,
  },
  {
    id: 'web.de',
    domains: ['web.de', 'email.de'],
    mx: [],
    imap: ['imap.web.de', 993, tls],
    smtp: ['smtp.web.de', 587, starttls],
    login: 'address',
    signIn: 'password',
    sent: 'unknown',
    authserv: null,
  },
  {
    id: 'ionos',
    domains: [],
    mx: ['kundenserver.de', 'ionos.com', 'ionos.de', '1and1.com'],
    imap: ['imap.ionos.com', 993, tls],
    smtp: ['smtp.ionos.com', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
  {
    id: 'mail.ru',
    domains: ['mail.ru', 'bk.ru', 'inbox.ru', 'list.ru', 'internet.ru'],
    mx: ['mail.ru'],
    imap: ['imap.mail.ru', 993, tls],
    smtp: ['smtp.mail.ru', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'server',
    authserv: null,
  },
  {
    id: 'yandex',
    domains: ['yandex.ru', 'yandex.com', 'ya.ru', 'yandex.kz', 'yandex.by'],
    mx: ['yandex.net', 'yandex.ru'],
    imap: ['imap.yandex.com', 993, tls],
    smtp: ['smtp.yandex.com', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'unknown',
    authserv: null,
  },
  {
    id: 'zoho-eu',
    domains: ['zohomail.eu'],
    mx: ['zoho.eu'],
    imap: ['imap.zoho.eu', 993, tls],
    smtp: ['smtp.zoho.eu', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'server',
    authserv: null,
  },
  {
    id: 'zoho',
    domains: ['zohomail.com', 'zoho.com'],
    mx: ['zoho.com', 'zohomail.com'],
    imap: ['imap.zoho.com', 993, tls],
    smtp: ['smtp.zoho.com', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'server',
    authserv: null,
  },
  {
    // The bridge runs on the person's own machine with a certificate it made itself; loopback, so STARTTLS is still asked for.
    id: 'proton-bridge',
    domains: ['proton.me', 'protonmail.com', 'protonmail.ch', 'pm.me'],
    mx: ['protonmail.ch'],
    imap: ['127.0.0.1', 1143, starttls],
    smtp: ['127.0.0.1', 1025, starttls],
    login: 'address',
    signIn: 'password',
    sent: 'server',
    authserv: 'mail.protonmail.ch',
  },
  {
    id: 'posteo',
    domains: ['posteo.de', 'posteo.net', 'posteo.org', 'posteo.eu', 'posteo.at', 'posteo.ch'],
    mx: ['posteo.de'],
    imap: ['posteo.de', 993, tls],
    smtp: ['posteo.de', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
  {
    id: 'mailbox.org',
    domains: ['mailbox.org'],
    mx: ['mailbox.org'],
    imap: ['imap.mailbox.org', 993, tls],
    smtp: ['smtp.mailbox.org', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
  {
    id: 't-online',
    domains: ['t-online.de', 'magenta.de'],
    mx: [],
    imap: ['secureimap.t-online.de', 993, tls],
    smtp: ['securesmtp.t-online.de', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
  {
    id: 'freenet',
    domains: ['freenet.de'],
    mx: [],
    imap: ['mx.freenet.de', 993, tls],
    smtp: ['mx.freenet.de', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
  {
    id: 'orange',
    domains: ['orange.fr', 'wanadoo.fr'],
    mx: [],
    imap: ['imap.orange.fr', 993, tls],
    smtp: ['smtp.orange.fr', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
  {
    id: 'free',
    domains: ['free.fr'],
    mx: [],
    imap: ['imap.free.fr', 993, tls],
    smtp: ['smtp.free.fr', 465, tls],
    login: 'local-part',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
  {
    id: 'laposte',
    domains: ['laposte.net'],
    mx: [],
    imap: ['imap.laposte.net', 993, tls],
    smtp: ['smtp.laposte.net', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
  {
    id: 'libero',
    domains: ['libero.it', 'inwind.it', 'iol.it', 'blu.it', 'giallo.it'],
    mx: [],
    imap: ['imapmail.libero.it', 993, tls],
    smtp: ['smtp.libero.it', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
  {
    id: 'seznam',
    domains: ['seznam.cz', 'email.cz', 'post.cz'],
    mx: ['seznam.cz'],
    imap: ['imap.seznam.cz', 993, tls],
    smtp: ['smtp.seznam.cz', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'unknown',
    authserv: null,
  },
  {
    id: 'bluewin',
    domains: ['bluewin.ch'],
    mx: [],
    imap: ['imaps.bluewin.ch', 993, tls],
    smtp: ['smtpauths.bluewin.ch', 465, tls],
    login: 'address',
    signIn: 'password',
    sent: 'client',
    authserv: null,
  },
];

/** The provider an address belongs to by its domain alone. */
export function providerOfDomain(domain: string): Provider | null {
  const name = domain.toLowerCase();
  return providers.find((provider) => provider.domains.includes(name)) ?? null;
}

/** The provider that receives a domain's mail, by its MX names. */
export function providerOfMx(exchanges: readonly string[]): Provider | null {
  const names = exchanges.map((name) => name.toLowerCase().replace(/\.$/, ''));
  const isUnder = (name: string, end: string): boolean => name === end || name.endsWith(`.${end}`);
  return (
    providers.find((provider) => provider.mx.some((end) => names.some((name) => isUnder(name, end)))) ?? null
  );
}

/** The provider that runs a mail host, for accounts set up by hand. */
export function providerOfHost(host: string): Provider | null {
  const name = host.toLowerCase();
  if (name === '127.0.0.1') return null;
  return providers.find((provider) => provider.imap[0] === name || provider.smtp[0] === name) ?? null;
}
