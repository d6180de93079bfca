import { describe, expect, it } from 'vitest';
import { channels } from '#main/channels/registry.ts';
import { documentFromText } from '#main/policy/file-source.ts';
import { definitionOf, policyChannels, policyKeyNames, policyLanguages } from '#shared/domain/policy/keys.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { isClosed } from '#shared/domain/policy/policy.ts';
import { readPolicy } from '#shared/domain/policy/read.ts';
import type { PolicyDocument } from '#shared/domain/policy/read.ts';
import { findWrong } from '#shared/domain/policy/shape.ts';
import { updateRules } from '#shared/domain/policy/updates.ts';
import { en } from '#shared/messages/en.ts';
import { languages } from '#shared/messages/locale.ts';

const where = '/etc/steward/policies.json';
const reading = (text: string): Policy => readPolicy([documentFromText(where, text)]);
const problems = (policy: Policy) => policy.problems.map(({ kind, line, path }) => ({ kind, line, path }));

const registry = (entries: Readonly<Record<string, unknown>>): PolicyDocument => ({
  source: 'registry',
  where: 'HKLM',
  found: {
    kind: 'read',
    entries: Object.entries(entries).map(([key, value]) => ({ key, value, line: null, doubled: false })),
  },
});

describe('a policy file', () => {
  it('lays down what it says and nothing else', () => {
    const policy = reading('{ "managedBy": "Example Ltd", "remoteImages": "ask" }');
    expect(policy.values).toEqual({ managedBy: 'Example Ltd', remoteImages: 'ask' });
    expect(policy.problems).toEqual([]);
    expect(policy.entries.map(({ key, state }) => `${key} ${state}`)).toEqual([
      'managedBy set',
      'remoteImages set',
    ]);
  });

  it('closes everything it could have closed where it cannot be read, and says in which line', () => {
    const policy = reading('{\n  "remoteImages": "ask",\n  "channels.allowed": [email]\n}');
    expect(problems(policy)).toEqual([{ kind: 'not-json', line: 3, path: '' }]);
    expect(policy.values).toEqual({
      'channels.allowed': [],
      'updates.mode': 'off',
      'updates.channel': 'latest',
      'updates.deferDays': 90,
      remoteImages: 'never',
      'attachments.blocked': ['*'],
      'notifications.preview': false,
      'workspace.passphrase': true,
      'backups.keepDays': 30,
      'log.level': 'errors',
    });
    for (const key of [
      'accounts.mailServers',
      'oauth.googleClientId',
      'team.database',
      'updates.pin',
    ] as const)
      expect(isClosed(policy, key)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['something after its end', '{} {}'],
    ['a comma too many', '{"remoteImages":"ask",}'],
    ['a string that does not end', '{"remoteImages":"as'],
    ['more depth than anybody needs', `{"x":${'['.repeat(5_000)}`],
  ])('is unreadable when it is %s', (_what, text) => {
    const policy = reading(text);
    expect(policy.values['channels.allowed']).toEqual([]);
    expect(policy.problems).toHaveLength(1);
  });

  it('closes one key whose value is wrong, and leaves the others as they are', () => {
    const policy = reading('{\n "remoteImages": "neverr",\n "log.level": "all"\n}');
    expect(policy.values).toEqual({ remoteImages: 'never', 'log.level': 'all' });
    expect(problems(policy)).toEqual([{ kind: 'not-a-choice', line: 2, path: 'remoteImages' }]);
  });

  it('says where in a list something is wrong, and closes what the list is about', () => {
    const servers = '[{"domain":"example.com","imapHost":"imap.example.com","smtpHost":"s","smtpPort":0}]';
    const policy = reading(`{"accounts.mailServers": ${servers}}`);
    expect(problems(policy)).toEqual([
      { kind: 'out-of-range', line: 1, path: 'accounts.mailServers[0].smtpPort' },
    ]);
    expect(policy.values['accounts.mailServers']).toBeUndefined();
    expect(isClosed(policy, 'accounts.mailServers')).toBe(true);
  });

  it('leaves out channels that it does not know, and allows the others', () => {
    const policy = reading('{"channels.allowed": ["email", "carrier-pigeon"]}');
    expect(policy.values['channels.allowed']).toEqual(['email']);
    expect(problems(policy)).toEqual([{ kind: 'not-a-choice', line: 1, path: 'channels.allowed[1]' }]);
  });

  it('allows no type of file less than it was meant to block', () => {
    expect(reading('{"attachments.blocked": ["zip", ".rar"]}').values['attachments.blocked']).toEqual(['*']);
  });

  it('closes a key that stands twice, since nobody knows which of the two is meant', () => {
    const policy = reading('{"remoteImages": "never", "remoteImages": "sender"}');
    expect(policy.values.remoteImages).toBe('never');
    expect(policy.problems.map(({ kind }) => kind)).toEqual(['doubled', 'doubled']);
  });

  it.each([
    ['a slip of the finger', '{"chanels.allowed": ["email"]}'],
    ['other words in the same order of ideas', '{"allowedChannels": ["email"]}'],
    ['another case', '{"Channels.Allowed": ["email"]}'],
    ['a section of its own', '{"channels": {"allowed": ["email"]}}'],
  ])('closes the key that a name with %s was meant for', (_what, text) => {
    const policy = reading(text);
    expect(policy.values['channels.allowed']).toEqual([]);
    expect(policy.problems).toMatchObject([{ kind: 'unknown-key-near', said: 'channels.allowed' }]);
  });

  it('tells of a name that resembles nothing, as a newer version may have it, and goes on', () => {
    const policy = reading('{"somethingOfTomorrow": 1, "remoteImages": "ask"}');
    expect(policy.values).toEqual({ remoteImages: 'ask' });
    expect(policy.problems).toMatchObject([{ kind: 'unknown-key', path: 'somethingOfTomorrow' }]);
  });

  it('may name its schema for an editor, and begin with the mark that Windows editors write', () => {
    const policy = reading('\ufeff{"$schema": "policies.schema.json", "remoteImages": "ask"}');
    expect(policy).toMatchObject({ values: { remoteImages: 'ask' }, problems: [] });
  });
});

describe('a file and a managed machine', () => {
  const file = (text: string): PolicyDocument => documentFromText(where, text);

  it('have the managed machine win, key by key, whatever order they are read in', () => {
    const both = [
      registry({ remoteImages: 'never' }),
      file('{"remoteImages": "sender", "log.level": "errors"}'),
    ];
    const values = { remoteImages: 'never', 'log.level': 'errors' };
    expect(readPolicy(both).values).toEqual(values);
    expect(readPolicy([...both].reverse()).values).toEqual(values);
  });

  it('stay closed where the managed value cannot be read, whatever the file says', () => {
    const policy = readPolicy([registry({ remoteImages: 7 }), file('{"remoteImages": "sender"}')]);
    expect(policy.values.remoteImages).toBe('never');
  });

  it('keep what only helps from the file where the managed machine says it wrongly', () => {
    const policy = readPolicy([registry({ managedBy: 7 }), file('{"managedBy": "Example Ltd"}')]);
    expect(policy.values.managedBy).toBe('Example Ltd');
    expect(policy.problems).toHaveLength(1);
  });
});

describe('the schema', () => {
  it('knows the channels that a person can connect', () => {
    const connectable = [...channels.values()].filter(({ profile }) => profile.connectable);
    expect(connectable.map(({ profile }) => profile.kind).sort()).toEqual([...policyChannels].sort());
  });

  it('knows the languages that there are', () => {
    expect(policyLanguages).toEqual(languages);
  });

  it('has examples and strictest values that it takes itself', () => {
    for (const key of policyKeyNames) {
      const { shape, example, closed } = definitionOf(key);
      expect(findWrong(shape, example), key).toEqual([]);
      if (closed.kind === 'value') expect(findWrong(shape, closed.value), key).toEqual([]);
    }
  });

  it('says every key in words', () => {
    for (const key of policyKeyNames) {
      expect(en).toHaveProperty([`policy.key.${key}`]);
      expect(en).toHaveProperty([`policy.key.${key}.about`]);
    }
  });
});

describe('the rules for updates', () => {
  it('leave to the person what no policy says', () => {
    expect(updateRules(reading('{}'))).toEqual({ mode: null, channel: null, pin: null, deferDays: 0 });
  });

  it('let nothing be installed where the pinned version cannot be read', () => {
    expect(updateRules(reading('{"updates.pin": "one", "updates.mode": "auto"}')).mode).toBe('off');
  });
});
