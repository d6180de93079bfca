import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentFromText } from '#main/policy/file-source.ts';
import { definitionOf, policyChannels, policyKeyNames } from '#shared/domain/policy/keys.ts';
import type { PolicyKey } from '#shared/domain/policy/keys.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { isClosed } from '#shared/domain/policy/policy.ts';
import { readPolicy } from '#shared/domain/policy/read.ts';
import type { Shape } from '#shared/domain/policy/shape.ts';
import { updateRules } from '#shared/domain/policy/updates.ts';

const reading = (text: string): Policy => readPolicy([documentFromText('policies.json', text)]);

/** Values of keys that loosen or tighten by degrees. */
const values: Readonly<Partial<Record<PolicyKey, fc.Arbitrary<unknown>>>> = {
  'channels.allowed': fc.uniqueArray(fc.constantFrom(...policyChannels)),
  remoteImages: fc.constantFrom('never', 'ask', 'sender'),
  'attachments.blocked': fc.uniqueArray(fc.constantFrom('zip', 'rar', 'pdf', 'docx'), { minLength: 1 }),
  'notifications.preview': fc.boolean(),
  'workspace.passphrase': fc.boolean(),
  'log.level': fc.constantFrom('errors', 'all'),
  'updates.mode': fc.constantFrom('auto', 'notify', 'off'),
  'updates.channel': fc.constantFrom('latest', 'beta'),
  'updates.deferDays': fc.integer({ min: 0, max: 90 }),
  'updates.pin': fc.constant('1.4.2'),
  'team.database': fc.constant('postgres://db.example.com:5432/steward'),
  'oauth.googleClientId': fc.constant('1234567890-example'),
  'oauth.microsoftClientId': fc.constant('00000000-0000-4000-8000-000000000000'),
  'accounts.mailServers': fc.constant([
    { domain: 'example.com', imapHost: 'imap.example.com', smtpHost: 'smtp.example.com' },
  ]),
};

const policies = fc
  .record(values, { requiredKeys: [] })
  .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));

/** How much each key leaves open, larger for more; and the sets that may only shrink or grow. */
const permits = (policy: Policy) => {
  const { values: held } = policy;
  const rules = updateRules(policy);
  return {
    degrees: {
      images: ['never', 'ask', 'sender'].indexOf(held.remoteImages ?? 'sender'),
      preview: held['notifications.preview'] === false ? 0 : 1,
      passphrase: held['workspace.passphrase'] === true ? 0 : 1,
      log: held['log.level'] === 'errors' ? 0 : 1,
      mode: ['off', 'notify', 'auto'].indexOf(rules.mode ?? 'auto'),
      channel: rules.channel === 'latest' ? 0 : 1,
      days: 90 - rules.deferDays,
    },
    channels: new Set<string>(held['channels.allowed'] ?? policyChannels),
    blocked: new Set<string>(held['attachments.blocked'] ?? []),
  };
};

/** Keys that name the one place where something may go: closed, or as they were. */
const places: readonly PolicyKey[] = [
  'team.database',
  'oauth.googleClientId',
  'oauth.microsoftClientId',
  'accounts.mailServers',
];

/** What a damaged policy allows that the whole one does not. */
const opened = (whole: Policy, damaged: Policy): readonly string[] => {
  const [before, after] = [permits(whole), permits(damaged)];
  const names = Object.keys(before.degrees).filter((name): name is keyof typeof before.degrees =>
    Object.hasOwn(before.degrees, name),
  );
  const all = after.blocked.has('*');
  return [
    ...names.filter((name) => after.degrees[name] > before.degrees[name]),
    ...[...after.channels].filter((one) => !before.channels.has(one)),
    ...(all ? [] : [...before.blocked].filter((one) => !after.blocked.has(one))),
    ...places.filter((key) => {
      const [was, is] = [whole.values[key], damaged.values[key]];
      return was !== undefined && is === undefined && !isClosed(damaged, key);
    }),
  ];
};

/** Values of every wrong type for a shape. */
const wrongFor = (shape: Shape): fc.Arbitrary<unknown> => {
  const all = [
    ['text', fc.constant('\u0000?')],
    ['number', fc.constantFrom(-1, 0.5, 1e9)],
    ['switch', fc.boolean()],
    ['list', fc.constant([{}, 7])],
    ['object', fc.constant({ a: 1 })],
    ['null', fc.constant(null)],
  ] as const;
  const kind = shape.kind === 'choice' ? 'none' : shape.kind;
  return fc.oneof(
    ...all.filter(([name]) => name !== kind || name === 'list').map(([, arbitrary]) => arbitrary),
  );
};

describe('a damaged policy', () => {
  it('allows nothing that the whole one does not, wherever it is cut off', () => {
    fc.assert(
      fc.property(policies, fc.double({ min: 0, max: 1, noNaN: true }), (record, share) => {
        const text = JSON.stringify(record, null, 2);
        const damaged = text.slice(0, Math.floor(share * text.length));
        expect(opened(reading(text), reading(damaged))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('allows nothing more with a value of another type', () => {
    fc.assert(
      fc.property(
        policies.filter((record) => Object.keys(record).length > 0),
        fc.nat(),
        fc.gen(),
        (record, at, gen) => {
          const names = policyKeyNames.filter((key) => Object.hasOwn(record, key));
          const key = names[at % names.length];
          if (key === undefined) return;
          const wrong = gen(wrongFor, definitionOf(key).shape);
          const damaged = JSON.stringify({ ...record, [key]: wrong });
          expect(opened(reading(JSON.stringify(record)), reading(damaged))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('allows nothing more with a slip in the name of a key', () => {
    const slip = fc.oneof(
      fc.record({ kind: fc.constant('without' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('twice' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('swapped' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('other' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('capital' as const), at: fc.nat() }),
    );
    const slipped = (name: string, { kind, at }: { readonly kind: string; readonly at: number }): string => {
      const place = at % name.length;
      const [before, sign, after] = [name.slice(0, place), name.charAt(place), name.slice(place + 1)];
      switch (kind) {
        case 'without':
          return before + after;
        case 'twice':
          return before + sign + sign + after;
        case 'swapped':
          return before + after.charAt(0) + sign + after.slice(1);
        case 'capital':
          return before + sign.toUpperCase() + after;
        default:
          return `${before}_${after}`;
      }
    };
    fc.assert(
      fc.property(
        policies.filter((record) => Object.keys(record).length > 0),
        fc.nat(),
        slip,
        (record, nth, how) => {
          const names = Object.keys(record);
          const key = names[nth % names.length] ?? '';
          const { [key]: value, ...rest } = record;
          const damaged = JSON.stringify({ ...rest, [slipped(key, how)]: value });
          expect(opened(reading(JSON.stringify(record)), reading(damaged))).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('allows nothing more with one sign of it changed, unless another valid policy comes of that', () => {
    fc.assert(
      fc.property(
        policies,
        fc.nat(),
        fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '\u0000'),
        (record, at, sign) => {
          const text = JSON.stringify(record);
          const place = at % text.length;
          const damaged = reading(text.slice(0, place) + sign + text.slice(place + 1));
          if (damaged.problems.length === 0) return;
          expect(opened(reading(text), damaged)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
