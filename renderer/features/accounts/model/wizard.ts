import type { AccountFailure, Credential, Discovered, Settings } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { AccountId } from '#shared/kit/brand.ts';

/** Why the last try did not work: a failure of the other side, or a refusal. */
export type Trouble =
  | { readonly kind: 'failure'; readonly failure: AccountFailure }
  | { readonly kind: 'refusal'; readonly refusal: { readonly kind: string } };

/** How the person shows who they are. */
export type Proof = 'password' | 'oauth';

/** Where the wizard is. */
export type Stage =
  | { readonly kind: 'address' }
  /** Looking for the servers of the address. */
  | { readonly kind: 'looking' }
  /** Servers are known; the password or the sign-in is asked for. */
  | { readonly kind: 'prove' }
  /** The servers are typed by hand, because the person wants to or because none were found. */
  | { readonly kind: 'manual'; readonly because: 'asked' | 'nothing-found' }
  /** The browser is open for the sign-in. */
  | { readonly kind: 'signing-in' }
  /** The login is being tried. */
  | { readonly kind: 'trying'; readonly from: 'address' | 'prove' | 'manual' }
  /** The account is there; its folders can be chosen while the first import runs. */
  | { readonly kind: 'folders'; readonly id: AccountId };

/** Everything the wizard knows. The password is not in here: it stays in its field until it is sent. */
export type Wizard = {
  readonly stage: Stage;
  /** Set when an account that is already here is connected anew. */
  readonly account: AccountId | null;
  /** True while the account that is connected anew keeps its settings; only what proves who one is is asked for. */
  readonly keepsSettings: boolean;
  readonly profile: ChannelProfile;
  readonly address: string;
  readonly senderName: string;
  readonly proof: Proof;
  readonly settings: Settings;
  /** What was found, and which of it is used. */
  readonly found: readonly Discovered[];
  readonly chosen: number;
  readonly trouble: Trouble | null;
};

/** What can happen to the wizard. */
export type WizardEvent =
  | { readonly kind: 'typed'; readonly address?: string; readonly senderName?: string }
  | { readonly kind: 'channel'; readonly profile: ChannelProfile }
  | { readonly kind: 'look' }
  | { readonly kind: 'found'; readonly address: string; readonly found: readonly Discovered[] }
  | { readonly kind: 'choose'; readonly index: number }
  | { readonly kind: 'proof'; readonly proof: Proof }
  | { readonly kind: 'by-hand' }
  /** The settings of an account that is here are to be typed anew. */
  | { readonly kind: 'anew' }
  | { readonly kind: 'setting'; readonly name: string; readonly value: string | number | boolean | null }
  | { readonly kind: 'sign-in' }
  | { readonly kind: 'try' }
  | { readonly kind: 'trouble'; readonly trouble: Trouble }
  | { readonly kind: 'trust' }
  | { readonly kind: 'added'; readonly id: AccountId }
  | { readonly kind: 'back' };

/** The values that a channel's form starts with. */
const initialSettings = (profile: ChannelProfile): Settings =>
  Object.fromEntries(
    profile.fields.filter(({ type }) => type !== 'secret').map(({ name, initial }) => [name, initial]),
  );

/** A wizard at its start; `account` and its address when it is one that is connected anew. */
export const startWizard = (
  profile: ChannelProfile,
  senderName: string,
  again: { readonly id: AccountId; readonly address: string } | null,
): Wizard => ({
  // What is found by itself is looked for again; elsewhere one form asks for everything.
  stage: again === null || !profile.discovery ? { kind: 'address' } : { kind: 'looking' },
  account: again?.id ?? null,
  keepsSettings: again !== null && !profile.discovery,
  profile,
  address: again?.address ?? '',
  senderName,
  proof: 'password',
  settings: initialSettings(profile),
  found: [],
  chosen: 0,
  trouble: null,
});

const withFound = (wizard: Wizard, index: number): Wizard => {
  const found = wizard.found[index];
  if (found === undefined) return wizard;
  return {
    ...wizard,
    chosen: index,
    proof: found.signIn,
    settings: { ...initialSettings(wizard.profile), ...found.settings },
  };
};

/**
 * The setting that holds the trusted certificate of a server: `imapHost` and `imapPort` name the server, and
 * `trustedImap` the certificate. Null if no pair of settings names this server.
 */
export const trustSettingFor = (settings: Settings, where: string): string | null => {
  for (const [name, host] of Object.entries(settings)) {
    if (!name.endsWith('Host') || typeof host !== 'string') continue;
    const server = name.slice(0, -'Host'.length);
    const port = settings[`${server}Port`];
    const named = typeof port === 'number' || typeof port === 'string' ? `${host}:${port}` : host;
    if (named.toLowerCase() !== where.toLowerCase()) continue;
    return `trusted${server.charAt(0).toUpperCase()}${server.slice(1)}`;
  }
  return null;
};

const trusting = (wizard: Wizard): Settings => {
  if (wizard.trouble?.kind !== 'failure') return wizard.settings;
  const { certificate, where } = wizard.trouble.failure;
  const name = trustSettingFor(wizard.settings, where);
  return certificate === null || name === null
    ? wizard.settings
    : { ...wizard.settings, [name]: certificate.fingerprint };
};

const backFrom = (wizard: Wizard): Stage => {
  switch (wizard.stage.kind) {
    case 'trying':
      return wizard.stage.from === 'manual'
        ? { kind: 'manual', because: 'asked' }
        : { kind: wizard.stage.from };
    case 'signing-in':
      return { kind: wizard.profile.discovery ? 'prove' : 'address' };
    case 'manual':
      return wizard.found.length > 0 ? { kind: 'prove' } : { kind: 'address' };
    case 'folders':
      return wizard.stage;
    case 'address':
    case 'looking':
    case 'prove':
      return { kind: 'address' };
  }
};

/** The name of the field that was refused, where it was one. */
export const wrongFieldOf = (trouble: Trouble | null): string | null =>
  trouble?.kind === 'failure' && trouble.failure.kind === 'settings' ? trouble.failure.where : null;

const triedFrom = (stage: Stage): 'address' | 'prove' | 'manual' => {
  if (stage.kind === 'manual' || stage.kind === 'address') return stage.kind;
  return stage.kind === 'trying' ? stage.from : 'prove';
};

/** The wizard after something happened. Answers that come too late, after the person went elsewhere, change nothing. */
export const wizardAfter = (wizard: Wizard, event: WizardEvent): Wizard => {
  switch (event.kind) {
    case 'typed':
      return {
        ...wizard,
        address: event.address ?? wizard.address,
        senderName: event.senderName ?? wizard.senderName,
      };
    case 'channel':
      return {
        ...wizard,
        profile: event.profile,
        // An email address is no phone number; between channels of one kind of address it stays.
        address: event.profile.address === wizard.profile.address ? wizard.address : '',
        settings: initialSettings(event.profile),
        found: [],
        trouble: null,
      };
    case 'look':
      return { ...wizard, stage: { kind: 'looking' }, trouble: null };
    case 'found': {
      if (wizard.stage.kind !== 'looking' || event.address !== wizard.address) return wizard;
      const next = withFound({ ...wizard, found: event.found }, 0);
      return {
        ...next,
        stage: event.found.length > 0 ? { kind: 'prove' } : { kind: 'manual', because: 'nothing-found' },
      };
    }
    case 'choose':
      return { ...withFound(wizard, event.index), trouble: null };
    case 'proof':
      return { ...wizard, proof: event.proof, trouble: null };
    case 'by-hand':
      return { ...wizard, stage: { kind: 'manual', because: 'asked' }, proof: 'password', trouble: null };
    case 'anew':
      return { ...wizard, keepsSettings: false };
    case 'setting':
      return { ...wizard, settings: { ...wizard.settings, [event.name]: event.value } };
    case 'sign-in':
      return { ...wizard, stage: { kind: 'signing-in' }, trouble: null };
    case 'try':
      return {
        ...wizard,
        stage: { kind: 'trying', from: triedFrom(wizard.stage) },
        trouble: null,
      };
    case 'trouble':
      if (
        wizard.stage.kind !== 'trying' &&
        wizard.stage.kind !== 'signing-in' &&
        wizard.stage.kind !== 'looking'
      ) {
        return wizard;
      }
      return {
        ...wizard,
        stage: wizard.stage.kind === 'looking' ? { kind: 'address' } : backFrom(wizard),
        // A setting that is wrong cannot be kept: the form shows it.
        keepsSettings: wizard.keepsSettings && wrongFieldOf(event.trouble) === null,
        trouble: event.trouble,
      };
    case 'trust':
      return { ...wizard, settings: trusting(wizard), trouble: null };
    case 'added':
      return { ...wizard, stage: { kind: 'folders', id: event.id }, trouble: null };
    case 'back':
      return { ...wizard, stage: backFrom(wizard), trouble: null };
  }
};

const looksLikeMail = (text: string): boolean => /^\S+@\S+\.\S+$|^\S+@localhost$/.test(text);

type AddressRule = (text: string, discovery: boolean) => boolean;
const addressRules: Readonly<Record<ChannelProfile['address'], AddressRule>> = {
  email: looksLikeMail,
  // Where servers are looked for, a part of the address has to name them: `you@example.org`, `@you:example.org`.
  text: (text, discovery) => (discovery ? /^\S*@\S+$/.test(text) : text !== ''),
  phone: (text) => /^\+?[\d\s()./-]+$/.test(text) && text.replace(/\D/g, '').length >= 5,
  found: () => true,
};

/** Whether something typed can be an address of a channel at all; what it must look like beyond that, the channel knows. */
export const looksLikeAddress = ({ address, discovery }: ChannelProfile, typed: string): boolean =>
  addressRules[address](typed.trim(), discovery);

/** The names of the fields that have to be filled in and are not. */
export const missingSettings = ({ fields }: ChannelProfile, settings: Settings): ReadonlySet<string> =>
  new Set(
    fields
      .filter(({ name, required, type }) => {
        const value = settings[name];
        return required && type !== 'toggle' && (value === undefined || value === null || value === '');
      })
      .map(({ name }) => name),
  );

/** What is sent to prove who the person is; a channel without a secret and without OAuth needs nothing. */
export const typedCredential = (secret: string): Credential =>
  secret === '' ? { kind: 'none' } : { kind: 'password', password: secret };

/** Whether the words of mail, with its mailboxes and folders, are the right ones. */
export const isMail = ({ profile }: Wizard): boolean => profile.capabilities.subject;
