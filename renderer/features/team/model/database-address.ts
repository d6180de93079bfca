/** The parts of a database's address, as they are typed. */
export type DatabaseParts = {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
};

/** What is typed of a database to set up a team in it. */
export type DatabaseTyped = {
  readonly how: 'address' | 'parts';
  readonly address: string;
  readonly parts: DatabaseParts;
  /** The certificate of a private authority in PEM; empty for none. */
  readonly certificate: string;
  /** The SHA-256 fingerprint of a certificate that the person trusts by hand. */
  readonly pin: string | null;
};

/** The fields of a set-up that cannot be used as they are. */
export type WrongField = 'address' | 'port' | Exclude<keyof DatabaseParts, 'password' | 'port'>;

const isPort = (text: string): boolean =>
  /^\d{1,5}$/u.test(text.trim()) && Number(text) >= 1 && Number(text) <= 65_535;

/** Which of the parts cannot be used; the password may be empty, where the database asks for none. */
export const wrongParts = (parts: DatabaseParts): readonly WrongField[] => {
  const empty = (['host', 'database', 'user'] as const).filter((field) => parts[field].trim() === '');
  return isPort(parts.port) ? empty : [...empty, 'port'];
};

/** The parts as one address. An IPv6 address stands in brackets (RFC 3986 section 3.2.2). */
export const addressOf = ({ host, port, database, user, password }: DatabaseParts): string => {
  const name = host.trim();
  const place = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
  const secret = password === '' ? '' : `:${encodeURIComponent(password)}`;
  const login = `${encodeURIComponent(user.trim())}${secret}`;
  return `postgres://${login}@${place}:${port.trim()}/${encodeURIComponent(database.trim())}`;
};

/** What is typed at the start where a policy lays the database down; null for an address that cannot be read. */
export const typedFor = (laidDown: string): DatabaseTyped | null => {
  if (!URL.canParse(laidDown)) return null;
  const { hostname, port, pathname } = new URL(laidDown);
  return {
    how: 'parts',
    address: '',
    parts: {
      host: hostname,
      port: port === '' ? '5432' : port,
      database: decodeURIComponent(pathname.slice(1)),
      user: '',
      password: '',
    },
    certificate: '',
    pin: null,
  };
};

/** Whether a text has the form of a database's address. */
export const looksLikeDatabase = (text: string): boolean =>
  /^postgres(?:ql)?:\/\/[^/\s]+/iu.test(text.trim());
