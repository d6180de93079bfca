import { describe, expect } from 'vitest';
import type { RawItem } from '#main/channels/kit/inbound.ts';
import { spentOn } from '../cpu-time.ts';
import { mutate, seededRandom } from '../mail-mutations.ts';
import { understood } from './inbox.ts';
import type { Conformance } from './conformance.ts';

/** Processor time one item may cost; the parser thread is thrown away after more. */
const mostCpuMs = 2_000;
const mutants = 1_500;

const hostile: readonly string[] = [
  '',
  '\0'.repeat(1_000),
  '<'.repeat(200_000),
  '{"a":'.repeat(50_000),
  '['.repeat(200_000),
  '<a>'.repeat(60_000),
  `<message from='${'x'.repeat(500_000)}@y'><body>hello</body></message>`,
  `<!DOCTYPE x [<!ENTITY a "${'b'.repeat(1_000)}"><!ENTITY c "${'&a;'.repeat(1_000)}">]><message>${'&c;'.repeat(1_000)}</message>`,
  `From: ${'"\\'.repeat(100_000)}`,
  `Subject: ${'=?utf-8?q?'.repeat(30_000)}`,
  '\u202e\u2066\ufeff\ud800'.repeat(20_000),
  `${'a'.repeat(100_000)}${' '.repeat(100_000)}`,
  '&#0;&#x110000;&#xd800;&lt;&amp;amp;'.repeat(10_000),
];

/** The pure half: whatever the bytes, an answer, soon, and the same one for the same bytes. */
export function describeMapping({ given, writtenTo, inbox, open, stage }: Conformance): void {
  describe('understanding', () => {
    given(
      [],
      'never throws and never takes long, whatever the bytes are',
      async () => {
        const account = await writtenTo();
        const items = (await inbox(account).catchUp(open(account))).flatMap((batch) => batch.items);
        const random = seededRandom(20_261_122);
        const at = (below: number): number => Math.floor(random() * below);
        const like = (bytes: Uint8Array): RawItem => ({
          key: 'hostile',
          bytes,
          partial: false,
          size: bytes.byteLength,
          receivedAt: null,
          seen: false,
          answered: false,
        });
        const raws = items.map((item) => Buffer.from(item.bytes));
        const all = [
          ...hostile.map((text) => Buffer.from(text)),
          ...Array.from({ length: mutants }, () => mutate(raws, random)),
          ...Array.from({ length: 50 }, (_, n) => Buffer.from(Array.from({ length: n * 40 }, () => at(256)))),
        ];
        const { channel } = stage();
        const now = Date.now();
        for (const bytes of all) {
          const item = like(bytes);
          const read = (): ReturnType<typeof understood> =>
            understood(channel, item, [account.context.address], { now });
          const { made, cpuMs } = spentOn(read);
          expect(made.key).toBe(item.key);
          expect(read()).toEqual(made);
          expect(cpuMs).toBeLessThan(mostCpuMs);
          if (made.kind === 'message') {
            expect(made.at).toBeGreaterThanOrEqual(0);
            expect(made.at).toBeLessThanOrEqual(now);
            expect(made.snippet.length).toBeLessThan(1_000);
            for (const { address } of [made.from, ...made.to]) expect(address).not.toMatch(/[\0\r\n]/);
          }
          channel.mapper.body(bytes);
          channel.mapper.part(bytes, '1');
          channel.mapper.part(bytes, '../../etc/passwd');
        }
      },
      240_000,
    );

    given([], 'says what was said: text, sender, time and direction', async () => {
      const account = await writtenTo();
      const items = (await inbox(account).catchUp(open(account))).flatMap((batch) => batch.items);
      const { channel } = stage();
      const results = items.map((item) => understood(channel, item, [account.context.address]));
      expect(results.filter(({ kind }) => kind === 'unreadable')).toEqual([]);
      for (const result of results) {
        if (result.kind !== 'message') continue;
        expect(result.from.address).not.toBe('');
        expect(result.dedupe).not.toBe('');
        expect(result.thread.room !== null || result.thread.self !== null).toBe(true);
      }
    });
  });
}
