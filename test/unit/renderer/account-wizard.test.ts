import { describe, expect, it } from 'vitest';
import {
  startWizard,
  trustSettingFor,
  wizardAfter,
  type Wizard,
} from '#renderer/features/accounts/model/wizard.ts';
import type { AccountFailure, Discovered } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

const profile: ChannelProfile = {
  kind: 'email',
  connectable: true,
  discovery: true,
  oauth: true,
  address: 'email',
  credential: 'password',
  limits: [],
  readableAddresses: true,
  fields: [
    { name: 'imapHost', type: 'host', required: true, choices: [], initial: '' },
    { name: 'imapPort', type: 'port', required: true, choices: [], initial: 993 },
  ],
  capabilities: {
    pull: 'cursor',
    readers: 'many',
    send: 'findable',
    threads: true,
    subject: true,
    html: true,
    formats: [],
    copies: true,
    forward: true,
    newMessage: true,
    edit: false,
    remove: false,
    receipts: [],
    maxText: null,
    split: false,
    maxAttachmentBytes: 1,
    maxAttachments: null,
    replyWindow: null,
    templates: false,
    visibilities: [],
  },
};
const found: Discovered = {
  how: 'provider',
  settings: { imapHost: 'imap.example.com' },
  signIn: 'oauth',
  provider: 'google',
};
const failure = (change: Partial<AccountFailure>): AccountFailure => ({
  kind: 'password-refused',
  where: 'imap.example.com:993',
  said: null,
  certificate: null,
  retryAt: null,
  ...change,
});
const after = (...events: Parameters<typeof wizardAfter>[1][]): Wizard =>
  events.reduce(wizardAfter, startWizard(profile, 'Ana', null));

const looking = [{ kind: 'typed', address: 'ana@example.com' }, { kind: 'look' }] as const;

describe('connecting an account', () => {
  it('asks for the proof that the servers want once they are found', () => {
    const wizard = after(...looking, { kind: 'found', address: 'ana@example.com', found: [found] });
    expect(wizard.stage.kind).toBe('prove');
    expect(wizard.proof).toBe('oauth');
    expect(wizard.settings).toEqual({ imapHost: 'imap.example.com', imapPort: 993 });
  });

  it('asks for the servers when none are found, and says so', () => {
    const wizard = after(...looking, { kind: 'found', address: 'ana@example.com', found: [] });
    expect(wizard.stage).toEqual({ kind: 'manual', because: 'nothing-found' });
  });

  it('drops what was found for an address that is no longer the one', () => {
    const wizard = after(
      ...looking,
      { kind: 'back' },
      { kind: 'found', address: 'ana@example.com', found: [found] },
    );
    expect(wizard.stage.kind).toBe('address');
  });

  it('goes back to where the password was typed when it is refused, with the reason', () => {
    const trouble = { kind: 'failure', failure: failure({}) } as const;
    const wizard = after(
      ...looking,
      { kind: 'found', address: 'ana@example.com', found: [found] },
      { kind: 'try' },
      { kind: 'trouble', trouble },
    );
    expect(wizard.stage.kind).toBe('prove');
    expect(wizard.trouble).toEqual(trouble);
  });

  it('trusts one certificate of the one server that showed it', () => {
    const certificate = {
      fingerprint: 'AB'.repeat(32),
      subject: '',
      issuer: '',
      validTo: 0,
      problem: 'self-signed',
    };
    const wizard = after(
      ...looking,
      { kind: 'found', address: 'ana@example.com', found: [found] },
      { kind: 'try' },
      {
        kind: 'trouble',
        trouble: { kind: 'failure', failure: failure({ kind: 'certificate', certificate }) },
      },
      { kind: 'trust' },
    );
    expect(wizard.settings['trustedImap']).toBe(certificate.fingerprint);
  });

  it('trusts nothing when the failure names a server that is not in the settings', () => {
    expect(trustSettingFor({ imapHost: 'imap.example.com', imapPort: 993 }, 'evil.example:993')).toBeNull();
    expect(trustSettingFor({ smtpHost: 'smtp.example.com', smtpPort: 465 }, 'SMTP.example.com:465')).toBe(
      'trustedSmtp',
    );
  });
});
