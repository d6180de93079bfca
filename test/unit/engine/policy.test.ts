import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Channel, SessionContext } from '#main/channels/kit/channel.ts';
import { ChannelError } from '#main/channels/kit/failure.ts';
import { channels } from '#main/channels/registry.ts';
import { governedChannels } from '#main/engine/policy/governed-channels.ts';
import { isBlockedFile } from '#main/engine/policy/rules.ts';
import { notAllowed } from '#main/engine/team/allowed-database.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import { writeInvitation } from '#main/engine/team/invitation-link.ts';
import { documentFromText } from '#main/policy/file-source.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import type { PolicyValues } from '#shared/domain/policy/keys.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { readPolicy } from '#shared/domain/policy/read.ts';
import { systemClock } from '#main/engine/host/system-ports.ts';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

const reading = (text: string): Policy => readPolicy([documentFromText('policies.json', text)]);
const laying = (values: PolicyValues): Policy => reading(JSON.stringify(values));
const broken = reading('{');

const contextOf = (address: string, settings: Settings, oauth = false): SessionContext => ({
  address,
  settings,
  clock: systemClock,
  secrets: () =>
    oauth
      ? {
          ...{ kind: 'oauth', user: address, accessToken: 'a', refreshToken: null },
          ...{ expiresAt: 0, provider: 'google' },
        }
      : { kind: 'password', user: address, password: 'secret' },
  saveSecrets: async () => undefined,
  log: () => undefined,
});

/** The mail channel with its ways to a server cut off: what it would connect with is kept. */
const listening = (): { readonly channel: Channel; readonly heard: Settings[] } => {
  const heard: Settings[] = [];
  const email = channels.get('email');
  if (email === undefined) throw new Error('there is no mail');
  return {
    heard,
    channel: {
      ...email,
      probe: async ({ settings, address }) => {
        heard.push(settings);
        return { address, streams: [] };
      },
      open: (context) => {
        heard.push(context.settings);
        return email.open(context);
      },
      signIn: async (_address, settings) => {
        heard.push(settings);
        return { kind: 'none' };
      },
    },
  };
};

const under = (policy: Policy): { readonly channel: Channel; readonly heard: readonly Settings[] } => {
  const { channel, heard } = listening();
  const [[, held] = ['', channel]] = governedChannels(new Map([['email', channel]]), policy);
  return { channel: held, heard };
};

const failureOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof ChannelError ? error.failure.kind : String(error);
  }
};

describe('a channel under a policy', () => {
  const typed = { imapHost: 'imap.elsewhere.test', smtpHost: 'smtp.elsewhere.test' };

  it('goes to no server where it is not allowed, whatever the database says', async () => {
    for (const policy of [laying({ 'channels.allowed': ['xmpp'] }), broken]) {
      const { channel, heard } = under(policy);
      const context = contextOf('ann@example.com', typed);
      expect(failureOf(() => channel.open(context))).toBe('not-allowed');
      await expect(channel.probe(context, new AbortController().signal)).rejects.toThrow('not-allowed');
      expect(heard).toEqual([]);
    }
  });

  it('is what it was where no policy is', () => {
    expect(governedChannels(channels, reading('{}'))).toBe(channels);
  });

  it('keeps everything that channels can do beside', () => {
    const governed = governedChannels(channels, laying({ remoteImages: 'ask' }));
    for (const [kind, channel] of channels) {
      expect(Object.keys(governed.get(kind) ?? {}).sort(), kind).toEqual(Object.keys(channel).sort());
    }
  });

  it('connects to the servers laid down for the domain, whatever was typed', async () => {
    const named = { domain: 'example.com', imapHost: 'imap.example.com', smtpHost: 'smtp.example.com' };
    const { channel, heard } = under(
      laying({ 'accounts.mailServers': [{ ...named, smtpSecurity: 'starttls' }] }),
    );
    const { signal } = new AbortController();
    await channel.probe(contextOf('ann@EXAMPLE.com', typed), signal);
    await channel.probe(contextOf('ann@elsewhere.test', typed), signal);
    expect(heard).toEqual([
      {
        ...{ imapHost: 'imap.example.com', imapPort: 993, imapSecurity: 'tls' },
        ...{ smtpHost: 'smtp.example.com', smtpPort: 587, smtpSecurity: 'starttls' },
      },
      typed,
    ]);
    const found = await channel.discover(
      'ann@example.com',
      { clock: systemClock, openBrowser: async () => undefined, log: () => undefined },
      signal,
    );
    expect(found).toMatchObject([{ how: 'policy', settings: { imapHost: 'imap.example.com' } }]);
  });

  it('connects to no mail server while the servers cannot be read', () => {
    const { channel } = under(reading('{"accounts.mailServers": 7}'));
    expect(failureOf(() => channel.open(contextOf('ann@example.com', typed)))).toBe('not-allowed');
  });

  it.each([
    ['named', { provider: 'google' }],
    [
      'hidden behind addresses typed by hand',
      { oauthAuthorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth' },
    ],
  ])('signs in with the client id laid down, where the provider is %s', async (_how, settings) => {
    const { channel, heard } = under(
      laying({ 'oauth.googleClientId': 'ours', 'oauth.googleClientSecret': 'no secret' }),
    );
    const setup = { clock: systemClock, openBrowser: async () => undefined, log: () => undefined };
    await channel.signIn(
      'ann@example.com',
      { ...settings, oauthClientId: 'mine' },
      setup,
      new AbortController().signal,
    );
    expect(heard).toMatchObject([{ oauthClientId: 'ours', oauthClientSecret: 'no secret' }]);
  });

  it('signs in at nobody whose client id cannot be read, and lets passwords through', () => {
    const { channel } = under(reading('{"oauth.googleClientId": 7}'));
    const settings = { ...typed, provider: 'google' };
    expect(failureOf(() => channel.open(contextOf('ann@example.com', settings, true)))).toBe('not-allowed');
    expect(failureOf(() => channel.open(contextOf('ann@example.com', settings)))).not.toBe('not-allowed');
  });
});

describe('types of file that a policy blocks', () => {
  const policy = laying({ 'attachments.blocked': ['zip', 'GZ'] });

  it.each(['a.zip', 'A.ZIP', 'a.zip.', 'a.zip ', 'a.tar.gz', 'a.zip.pdf', 'ａ．ｚｉｐ', 'a.z\u200bip'])(
    'are known in %j',
    (name) => {
      expect(isBlockedFile(policy, name)).toBe(true);
    },
  );

  it.each(['a.pdf', 'zip', 'zipper.txt'])('are not seen in %j', (name) => {
    expect(isBlockedFile(policy, name)).toBe(false);
  });

  it('are all types while the value cannot be read', () => {
    expect(isBlockedFile(reading('{"attachments.blocked": "zip"}'), 'a.pdf')).toBe(true);
  });
});

describe('a workspace under a policy', () => {
  let running: TestEngine | null = null;
  const start = async (options: Parameters<typeof startEngine>[0]): Promise<TestEngine> => {
    running = await startEngine({ traffic: 'off', ...options });
    return running;
  };
  afterEach(async () => {
    await running?.close();
    running = null;
  });

  it('offers and takes the allowed channels alone', async () => {
    const engine = await start({ policy: laying({ 'channels.allowed': ['email'] }) });
    const { kinds } = await engine.ask('account.kinds', {});
    expect(kinds.filter(({ connectable }) => connectable).map(({ kind }) => kind)).toEqual(['email']);
    const adding = {
      address: '',
      senderName: '',
      settings: {},
      credential: { kind: 'password', password: 't' },
    } as const;
    expect(await engine.refusal('account.add', { kind: 'telegram', ...adding })).toBe('managed');
  });

  it('takes no mail account while its servers cannot be read', async () => {
    const engine = await start({ policy: reading('{"accounts.mailServers": 7}') });
    const adding = { kind: 'email', address: 'ann@example.com', senderName: '', settings: {} };
    const credential = { kind: 'password', password: 'p' } as const;
    expect(await engine.refusal('account.add', { ...adding, credential })).toBe('managed');
  });

  it('keeps to a preference that is laid down, whatever was chosen before', async () => {
    const folder = makeTempDirectory('policy');
    const before = await start({ workspaceDir: folder.path });
    await before.ask('app.setPreferences', { change: { notificationPreview: true } });
    await before.close();
    const engine = await start({
      workspaceDir: folder.path,
      policy: laying({ 'notifications.preview': false }),
    });
    expect((await engine.ask('app.preferences', {})).notificationPreview).toBe(false);
    const change = { notificationPreview: true };
    expect(await engine.refusal('app.setPreferences', { change })).toBe('managed');
    expect((await engine.ask('app.setPreferences', { change: { undoSeconds: 5 } })).undoSeconds).toBe(5);
    await engine.close();
    running = null;
    folder.remove();
  });

  it('lets nobody choose another language than the one laid down', async () => {
    const engine = await start({ policy: laying({ language: 'de' }) });
    expect(await engine.refusal('language.choose', { choice: 'en' })).toBe('managed');
  });

  it('asks whoever has no passphrase for one, and for it at every start from then on', async () => {
    const folder = makeTempDirectory('policy');
    const before = await start({ workspaceDir: folder.path });
    const me = await before.ask('app.setPreferences', { change: { name: 'Ann' } });
    await before.close();
    const policy = laying({ 'workspace.passphrase': true });
    const asked = await start({ workspaceDir: folder.path, policy });
    expect(asked.engine.state().kind).toBe('choose-passphrase');
    await asked.ask('app.choosePassphrase', { passphrase: 'correct horse' });
    // The same workspace: only what opens it is another.
    expect((await asked.ask('app.preferences', {})).name).toBe(me.name);
    expect(asked.engine.state()).toMatchObject({ kind: 'ready', sealedBy: 'passphrase' });
    await asked.close();
    const after = await start({ workspaceDir: folder.path });
    expect(after.engine.state().kind).toBe('locked');
    await after.close();
    running = null;
    folder.remove();
  });

  it('takes no key out of a file in place of the passphrase, and that of a server only while nobody can tell', async () => {
    const folder = makeTempDirectory('policy');
    const key = { kind: 'given', hex: 'ab'.repeat(32) } as const;
    await (await start({ workspaceDir: folder.path, key })).close();
    const policy = laying({ 'workspace.passphrase': true });
    const refused = await start({ workspaceDir: folder.path, key, policy });
    expect(refused.engine.state().kind).toBe('unusable');
    await refused.close();
    const going = await start({ workspaceDir: folder.path, key, policy: broken });
    expect(going.engine.state().kind).toBe('ready');
    await going.close();
    const fresh = await start({ key, policy: broken });
    expect(fresh.engine.state().kind).toBe('unusable');
    folder.remove();
  });

  it('makes nobody choose a passphrase for good while it cannot be read, and no workspace without one', async () => {
    const folder = makeTempDirectory('policy');
    await (await start({ workspaceDir: folder.path })).close();
    const again = await start({ workspaceDir: folder.path, policy: broken });
    expect(again.engine.state().kind).toBe('ready');
    await again.close();
    const fresh = await start({ policy: broken });
    expect(fresh.engine.state().kind).toBe('choose-passphrase');
    folder.remove();
  });

  it('goes to the team database that is laid down and to no other', async () => {
    const policy = laying({ 'team.database': 'postgres://db.example.com/steward' });
    const engine = await start({ policy });
    const elsewhere = { address: 'postgres://ann:p@127.0.0.1:9/steward', certificate: null };
    expect(await engine.refusal('team.look', elsewhere)).toBe('managed');
    const naming = { name: 'Shop', me: 'Ann', share: false };
    expect(await engine.refusal('team.init', { ...elsewhere, ...naming })).toBe('managed');
    const text = writeInvitation({
      ...{ host: '127.0.0.1', port: 9, database: 'steward', schema: 'steward_shop', pin: null },
      ...{ role: 'st_shop_i1', password: 'kJ8-x_2fQpZr0aVd7uW1yB4c' },
      ...{ expiresAt: 4_000_000_000_000, team: 'Shop', as: 'agent' as const },
    });
    const invitation = { kind: 'text', text } as const;
    expect(await engine.refusal('team.join', { invitation, name: 'Ann', share: false })).toBe('managed');
    const login = {
      ...{ port: 5432, database: 'steward', schema: 's', pin: null },
      role: 'r',
      password: 'p',
    };
    expect(notAllowed(policy, { ...login, host: 'db.example.com' })).toBeNull();
    expect(notAllowed(policy, { ...login, host: 'db.elsewhere.test' })?.kind).toBe('not-allowed');
    expect(notAllowed(broken, { ...login, host: 'db.example.com' })?.kind).toBe('not-allowed');
  });

  it('writes what is wrong with the policy into a log that keeps errors alone', async () => {
    const folder = makeTempDirectory('policy');
    const policy = reading('{"log.level": "errors", "remoteImages": 7}');
    const engine = await start({ workspaceDir: folder.path, policy });
    engine.engine.workspace()?.log.line('all is well');
    await engine.close();
    running = null;
    const log = readFileSync(join(folder.path, workspaceFiles.log), 'utf8');
    expect(log).toContain('"kind":"wrong-type"');
    expect(log).not.toContain('all is well');
    folder.remove();
  });

  it('says what is in force, and no secret', async () => {
    const values = {
      managedBy: 'Example Ltd',
      'oauth.googleClientSecret': 'hush',
      remoteImages: 'ask',
    } as const;
    const engine = await start({ policy: laying(values) });
    const state = await engine.ask('policy.state', {});
    expect(state.by).toBe('Example Ltd');
    expect(state.rows.map(({ key, value }) => [key, value])).toEqual([
      ['managedBy', 'Example Ltd'],
      ['oauth.googleClientSecret', null],
      ['remoteImages', 'ask'],
    ]);
    expect(JSON.stringify(state)).not.toContain('hush');
  });
});

describe('messages under a policy', () => {
  let sample: TestEngine;
  const startSample = async (policy: Policy): Promise<TestEngine> => {
    const engine = await startEngine({ kind: 'sample', key: { kind: 'in-memory' }, policy });
    await eventually(
      async () => (await engine.ask('account.list', {})).accounts[0]?.health.kind === 'listening',
      { message: 'the sample is imported', withinMs: 60_000 },
    );
    return engine;
  };
  /** A message that came with a file. */
  const withFile = async (engine: TestEngine) => {
    const query = { view: 'all', account: null } as const;
    const { rows } = await engine.ask('conversation.list', { query, after: null, limit: 200 });
    for (const { id } of rows) {
      const { items } = await engine.ask('conversation.timeline', { id, before: null, limit: 50 });
      for (const item of items) {
        if (item.kind !== 'message') continue;
        const [file] = item.attachments;
        if (file !== undefined) return { id: item.id, part: file.part };
      }
    }
    throw new Error('no message of the sample has a file');
  };

  beforeAll(async () => {
    sample = await startSample(broken);
  }, 120_000);
  afterAll(async () => {
    await sample.close();
  });

  it('fetch no picture from the web and trust nobody with that, where pictures are not to be fetched', async () => {
    const { id } = await withFile(sample);
    const urls = ['https://example.com/picture.png'];
    expect(await sample.refusal('message.remoteImages', { id, urls })).toBe('managed');
    expect(await sample.refusal('message.trustImages', { id, trust: true })).toBe('managed');
    expect((await sample.ask('message.body', { id })).remoteImagesTrusted).toBe(false);
  });

  it('give no file out of a blocked type', async () => {
    const file = await withFile(sample);
    expect(await sample.refusal('attachment.open', file)).toBe('attachment-blocked');
    expect(await sample.refusal('attachment.save', file)).toBe('attachment-blocked');
    expect(sample.record.files).toEqual([]);
  });

  it('are shown without what stands below their header, where that holds such a file, and as a whole where none is blocked', async () => {
    const { id } = await withFile(sample);
    expect((await sample.ask('message.source', { id })).withheld).toBe(true);
    const free = await startSample(laying({}));
    const { id: same } = await withFile(free);
    expect((await free.ask('message.source', { id: same })).withheld).toBe(false);
    await free.close();
  });

  it('stay in the sample, which reaches no server, whatever channels are allowed', async () => {
    expect((await sample.ask('account.list', {})).accounts[0]?.health.kind).toBe('listening');
  });
});
