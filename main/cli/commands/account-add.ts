import type { AccountFailure, Credential, Discovered, Settings } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import { oneLine } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted, connectFailure, failureWords, refusalFailure } from '../say.ts';
import { readTextFile } from '../terminal.ts';

/** What `account add` may be told; all that is left out is found out. */
export type AddOptions = {
  readonly channel: string;
  readonly name: string;
  readonly passwordFile?: string | undefined;
  readonly oauth?: boolean | undefined;
  readonly oauthClientId?: string | undefined;
  readonly user?: string | undefined;
  readonly imapHost?: string | undefined;
  readonly imapPort?: string | undefined;
  readonly imapSecurity?: string | undefined;
  readonly smtpHost?: string | undefined;
  readonly smtpPort?: string | undefined;
  readonly smtpSecurity?: string | undefined;
  readonly trustCertificate: readonly string[];
  /** Fields of the channel's form, each as `name=value`. */
  readonly set: readonly string[];
};

/** Options that are settings of the channel under the same name. */
const asSettings = [
  'user',
  'imapHost',
  'imapPort',
  'imapSecurity',
  'smtpHost',
  'smtpPort',
  'smtpSecurity',
  'oauthClientId',
] as const;

const typedSettings = (options: AddOptions): Settings => {
  const settings: Record<string, string | number> = {};
  for (const name of asSettings) {
    const value = options[name];
    if (value !== undefined) settings[name] = name.endsWith('Port') ? Number(value) : value;
  }
  return settings;
};

/** The channel that is meant. Refuses where there is none of that kind, and where an address is needed and missing. */
const profileOf = async ({ engine }: OpenRun, address: string, kind: string): Promise<ChannelProfile> => {
  const { kinds } = accepted(await engine.call('account.kinds', {}));
  const connectable = kinds.filter((one) => one.connectable);
  const profile = connectable.find((one) => one.kind === kind);
  if (profile === undefined) {
    const known = connectable.map((one) => one.kind).join(', ');
    throw new CliFailure(exitCodes.usage, 'no-such-channel', 'cli.account.no-such-channel', {
      kind: oneLine(kind),
      known,
    });
  }
  if (address === '' && profile.address !== 'found')
    throw new CliFailure(exitCodes.usage, 'address-missing', 'cli.account.address-missing');
  return profile;
};

/** The fields given as `--set`, in the types of the channel's form. Refuses a field that the channel does not have. */
const setFields = ({ fields, kind }: ChannelProfile, { set }: AddOptions): Settings => {
  const settings: Record<string, string | number | boolean> = {};
  for (const one of set) {
    const at = one.indexOf('=');
    const name = one.slice(0, Math.max(at, 0));
    const value = one.slice(at + 1);
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined) {
      const known = fields.map((candidate) => candidate.name).join(', ');
      throw new CliFailure(exitCodes.usage, 'no-such-field', 'cli.account.no-such-field', {
        field: oneLine(one),
        kind,
        known,
      });
    }
    settings[name] =
      field.type === 'port' ? Number(value) : field.type === 'toggle' ? value === 'true' : value;
  }
  return settings;
};

/** Ways to connect, best first: what was typed alone when it names the servers, else what is found, changed by what was typed. */
const candidates = async (
  run: OpenRun,
  address: string,
  options: AddOptions,
): Promise<readonly Discovered[]> => {
  const { engine, terminal } = run;
  const profile = await profileOf(run, address, options.channel);
  const typed = { ...typedSettings(options), ...setFields(profile, options) };
  if (!profile.discovery) {
    const initial = Object.fromEntries(profile.fields.map(({ name, initial: value }) => [name, value]));
    return [{ how: 'guess', settings: { ...initial, ...typed }, signIn: 'password', provider: null }];
  }
  if (options.imapHost !== undefined) {
    const settings = { ...(options.smtpHost === undefined ? { smtpHost: options.imapHost } : {}), ...typed };
    return [
      { how: 'guess', settings, signIn: options.oauth === true ? 'oauth' : 'password', provider: null },
    ];
  }
  const { found } = accepted(await engine.call('account.discover', { kind: options.channel, address }));
  if (found.length === 0) {
    throw new CliFailure(exitCodes.server, 'nothing-found', 'cli.account.nothing-found', {
      address: oneLine(address),
    });
  }
  const [first] = found;
  if (first !== undefined) {
    const server = first.settings['imapHost'];
    terminal.note(
      terminal.words('cli.account.found', {
        how: terminal.words(`cli.account.how.${first.how}`),
        server: typeof server === 'string' ? oneLine(server) : '',
      }),
    );
  }
  return found.map((one) => ({ ...one, settings: { ...one.settings, ...typed } }));
};

const password = async ({ terminal }: OpenRun, address: string, options: AddOptions): Promise<string> => {
  if (options.passwordFile !== undefined) {
    return (await readTextFile(options.passwordFile, terminal)).replace(/\r?\n$/, '');
  }
  const given = process.env['STEWARD_PASSWORD'];
  if (given !== undefined && given !== '') return given;
  const typed = await terminal.askHidden(
    terminal.words('cli.account.password', { address: oneLine(address) }),
  );
  if (typed !== null && typed !== '') return typed;
  throw new CliFailure(exitCodes.usage, 'password-missing', 'cli.account.password-missing');
};

const signIn = async (
  { engine, terminal }: OpenRun,
  address: string,
  settings: Settings,
  options: AddOptions,
): Promise<Credential> => {
  terminal.note(terminal.words('cli.account.sign-in'));
  const signedIn = await engine.call('account.signIn', { kind: options.channel, address, settings });
  if (signedIn.ok) return { kind: 'oauth', ticket: signedIn.value.ticket };
  const { failure } = signedIn;
  throw failure.kind === 'cannot-connect'
    ? connectFailure(terminal.words, failure.failure, address)
    : refusalFailure(failure);
};

const sameFingerprint = (one: string, other: string): boolean =>
  one.replaceAll(':', '').toLowerCase() === other.replaceAll(':', '').toLowerCase();

/** Settings that trust the certificate a failure is about, when the person named its fingerprint; else null. */
const trusting = (settings: Settings, failure: AccountFailure, options: AddOptions): Settings | null => {
  const { certificate } = failure;
  if (certificate === null) return null;
  if (!options.trustCertificate.some((one) => sameFingerprint(one, certificate.fingerprint))) return null;
  const { imapHost, imapPort } = settings;
  const incoming =
    failure.where.startsWith(`${String(imapHost)}:`) &&
    (imapPort === undefined || imapPort === null || failure.where.endsWith(`:${String(imapPort)}`));
  const field = incoming ? 'trustedImap' : 'trustedSmtp';
  // Trusted already and refused all the same: asking again would never end.
  return settings[field] === certificate.fingerprint
    ? null
    : { ...settings, [field]: certificate.fingerprint };
};

/** `account add`: finds the servers, tries the login, and saves the account. */
export const addAccount = async (run: OpenRun, address: string, options: AddOptions): Promise<void> => {
  const { engine, terminal } = run;
  const ways = await candidates(run, address, options);
  const useOauth =
    options.oauth === true ||
    (ways[0]?.signIn === 'oauth' &&
      options.passwordFile === undefined &&
      process.env['STEWARD_PASSWORD'] === undefined);
  const typed = useOauth ? null : await password(run, address, options);
  let last: AccountFailure | null = null;
  const rest = [...ways];
  for (let way = rest.shift(); way !== undefined; way = rest.shift()) {
    const credential: Credential =
      typed === null
        ? await signIn(run, address, way.settings, options)
        : { kind: 'password', password: typed };
    const answer = await engine.call('account.add', {
      kind: options.channel,
      address,
      senderName: options.name,
      settings: way.settings,
      credential,
    });
    if (answer.ok) {
      const { accounts } = accepted(await engine.call('account.list', {}));
      const added = accounts.find(({ id }) => id === answer.value.id);
      const found = address === '' ? (added?.label ?? '') : address;
      if (terminal.json) await terminal.out(JSON.stringify({ account: answer.value.id, address: found }));
      else await terminal.out(terminal.words('cli.account.added', { address: oneLine(found) }));
      return;
    }
    if (answer.failure.kind !== 'cannot-connect') throw refusalFailure(answer.failure);
    const { failure } = answer.failure;
    const trusted = trusting(way.settings, failure, options);
    if (trusted !== null) rest.unshift({ ...way, settings: trusted });
    // A refused password is refused in every other way too, and servers lock whoever tries too often.
    else if (failure.kind === 'password-refused' || failure.kind === 'certificate' || rest.length === 0) {
      throw connectFailure(terminal.words, failure, address);
    } else terminal.note(failureWords(terminal.words, failure));
    last = failure;
  }
  if (last !== null) throw connectFailure(terminal.words, last, address);
};
