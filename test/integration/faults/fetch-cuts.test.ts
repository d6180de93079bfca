import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CutAction, CutPlace, CutRule, Direction } from '#test/support/cutting-proxy/cut-rule.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { settingsFor } from '#test/support/email-account.ts';
import {
  addAccount,
  atOnce,
  expectInStep,
  inStep,
  openHere,
  plainSettings,
  tell,
  truthOn,
} from '#test/support/faults/truth.ts';
import type { FolderTruth } from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { generateMailbox } from '#test/support/mailbox-generator/generate-mailbox.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { seededRandom } from '#test/support/mailbox-generator/seeded-random.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

const user = 'help@shop.test';
const seed = 20_262;
/** A mail of this size lies at the head of the inbox: its literal is what most cuts go through. */
const fileBytes = 300_000;

let server: MailServer;
let truths: ReadonlyMap<string, FolderTruth>;

beforeAll(async () => {
  server = await startMailServer();
  const mails = [...generateMailbox({ seed, count: 40, owner: user })];
  for (const folder of ['INBOX', 'Sent', 'Archive'] as const) {
    server.seed(
      user,
      folder,
      mails.filter((mail) => mail.folder === folder).map(({ raw, date }) => ({ raw, receivedAt: date })),
    );
  }
  const content = Buffer.alloc(fileBytes, 'A photograph of a parcel. ');
  const from = 'Carol <carol@customer.test>';
  const large = letter({ from, to: user, subject: 'My photo', files: [{ name: 'photo.jpg', content }] });
  server.seed(user, 'INBOX', [{ raw: large }]);
  truths = await truthOn(server, user);
});

afterAll(async () => {
  await server.stop();
});

type Cut = { readonly name: string; readonly rule: CutRule; readonly tls?: true };

const cut = (
  name: string,
  place: CutPlace,
  action: CutAction = { kind: 'cut' },
  direction: Direction = 'to client',
): Cut => ({ name, rule: { direction, place, action } });

const after = (pattern: string, plus = 0, occurrence = 1): CutPlace => ({
  kind: 'after pattern',
  pattern,
  plus,
  occurrence,
});
const atByte = (count: number): CutPlace => ({ kind: 'at byte', count });

/** How the large literal is announced and what of it may have come when the line goes. */
const inLiteral = (plus: number): CutPlace => after('My photo', plus);

const cuts: readonly Cut[] = [
  cut('before the greeting', atByte(0)),
  cut('in the greeting', atByte(9)),
  cut('after the greeting', after('ready.')),
  cut('in AUTHENTICATE', after('AUTHENTICATE'), { kind: 'cut' }, 'to server'),
  cut('after signing in', after('Logged in')),
  cut('in the answer to LIST', after('* LIST', 3)),
  cut('in SELECT', after('EXAMINE'), { kind: 'cut' }, 'to server'),
  cut('in the answer to SELECT', after('[UIDVALIDITY', 4)),
  cut('before the end of SELECT', after('[UIDNEXT')),
  cut('before FETCH', after(' FETCH '), { kind: 'cut' }, 'to server'),
  cut('in the first literal header', after('BODY[]')),
  cut('in a literal header', after('BODY[]<0> {')),
  cut('in a later literal header', after(' {', 1, 5)),
  cut('after a literal header', after('}\r\n', 0, 3)),
  cut('one byte into a literal', after('}\r\n', 1, 4)),
  cut('between two literals', after(')\r\n* ', 0, 3)),
  ...[0, 1, 200, 4_000, 100_000, 200_000, 300_000, 400_000].map((plus) =>
    cut(`${String(plus)} bytes into the large literal`, inLiteral(plus)),
  ),
  cut('at the end of the large literal', after('--\r\n)', -1)),
  cut('one byte before the end of the large literal', after('--\r\n)', -2)),
  cut('before the tagged OK of FETCH', after('OK Fetch completed', -18)),
  cut('in the tagged OK of FETCH', after('OK Fetch', 0)),
  cut('reset in the large literal', inLiteral(150_000), { kind: 'reset' }),
  cut('reset after FETCH', after('OK Fetch completed'), { kind: 'reset' }),
];

const random = seededRandom(seed);
const anywhere: readonly Cut[] = Array.from({ length: 14 }, (_, n) => {
  const tls = n % 2 === 0;
  const count = random.below(n % 3 === 0 ? 6_000 : 500_000);
  return {
    ...cut(
      `byte ${String(count)}${tls ? ' of TLS' : ''}`,
      atByte(count),
      random.pick([{ kind: 'cut' }, { kind: 'reset' }]),
    ),
    ...(tls ? { tls } : {}),
  };
});

async function importThrough({ rule, tls }: Cut): Promise<boolean> {
  const folder = makeTempDirectory('cuts');
  const line = await startCuttingProxy({ port: tls === true ? server.imap.tlsPort : server.imap.port });
  const engine = await openHere(folder.path, { traffic: 'off' });
  try {
    const settings =
      tls === true
        ? settingsFor(server, { imapPort: line.port })
        : plainSettings(server, { imap: line.port });
    await addAccount(engine, server, user, settings);
  } finally {
    await engine.close();
  }
  line.cutWhen(rule);
  const importing = await openHere(folder.path);
  try {
    await inStep(importing, 60_000);
    await expectInStep(importing, user, truths);
    expect(importing.record.notices).toEqual([]);
    return line.strikes() > 0;
  } finally {
    await importing.close();
    await line.stop();
    folder.remove();
  }
}

describe('an import whose line is cut', () => {
  it('goes on by itself within a minute, wherever that was, and has every mail whole and once', async () => {
    const all = [...cuts, ...anywhere];
    const missed: string[] = [];
    await atOnce(all, 8, async (one) => {
      if (!(await importThrough(one))) missed.push(one.name);
    });
    const struck = all.length - missed.length;
    tell(
      `faults tried: ${String(struck)} (lines cut, seed ${String(seed)}; they never came to: ${missed.join(', ')})`,
    );
    expect(struck).toBeGreaterThanOrEqual(40);
  }, 600_000);
});
