import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainMail } from '#test/support/email-account.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { addAccount, inStep, openHere, tell, workspaceOf } from '#test/support/faults/truth.ts';
import { mailBombs } from '#test/support/mail-bombs.ts';
import type { MailBomb } from '#test/support/mail-bombs.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import { verify } from '#main/engine/store/verify.ts';

const bundle = (name: string): string =>
  fileURLToPath(new URL(`../../../dist/main/${name}.cjs`, import.meta.url));
const goodMails = 50;

let server: MailServer;

beforeAll(async () => {
  server = await startMailServer({ smtp: 'scripted' });
});

afterAll(async () => {
  await server.stop();
});

/** Asks for the list again and again; answers how long each answer took, in ms. */
async function askAllTheTime(engine: TestEngine, signal: AbortSignal): Promise<readonly number[]> {
  const took: number[] = [];
  while (!signal.aborted) {
    const began = performance.now();
    await engine.ask('conversation.list', { query: { view: 'all', account: null }, after: null, limit: 50 });
    took.push(performance.now() - began);
    await delay(20);
  }
  return took;
}

const countOf = (engine: TestEngine, what: string): number =>
  workspaceOf(engine).db.get<{ n: number }>(`SELECT count(*) AS n FROM ${what}`)?.n ?? -1;

/** Gives a bomb a Message-ID of its own: all have the same, and those cut off in their headers say nothing else. */
function named(raw: Buffer, place: number): Buffer {
  const id = Buffer.from('<bomb@');
  const at = raw.indexOf(id);
  if (at === -1) return raw;
  return Buffer.concat([
    raw.subarray(0, at),
    Buffer.from(`<bomb-${String(place)}@`),
    raw.subarray(at + id.length),
  ]);
}

async function takeIn(engine: TestEngine, { name, make }: MailBomb, place: number): Promise<void> {
  const user = `bomb-${String(place)}@shop.test`;
  const good = Array.from({ length: goodMails }, (_, n) => ({
    raw: plainMail(place * 1_000 + n, user),
  }));
  // The newest is pulled first.
  server.seed(user, 'INBOX', [...good, { raw: named(make(), place) }]);
  const before = countOf(engine, 'quarantine');
  const asking = new AbortController();
  try {
    const answers = askAllTheTime(engine, asking.signal);
    await addAccount(engine, server, user);
    await inStep(engine);
    asking.abort();
    const { accounts } = await engine.ask('account.list', {});
    const account = accounts.find(({ address }) => address === user);
    const inbox = account?.streams.find((stream) => stream.name === 'INBOX');
    const all = goodMails + 1;
    expect({ onServer: inbox?.onServer, here: inbox?.here }).toEqual({ onServer: all, here: all });
    const kept = countOf(engine, 'quarantine') - before;
    expect(countOf(engine, `message WHERE account_id = '${account?.id ?? ''}'`)).toBe(all - kept);
    expect(
      countOf(engine, `message WHERE account_id = '${account?.id ?? ''}' AND subject LIKE 'Question %'`),
    ).toBe(goodMails);
    if (kept === 1) await isListedWithSource(engine);
    const took = await answers;
    expect(took.length).toBeGreaterThan(1);
    tell(
      `${name}: ${kept === 1 ? 'quarantine' : 'read'}, ${String(took.length)} lists, the slowest ${String(Math.round(Math.max(...took)))} ms`,
    );
  } finally {
    asking.abort();
  }
}

async function isListedWithSource(engine: TestEngine): Promise<void> {
  const { rows } = await engine.ask('quarantine.list', { after: null, limit: 10 });
  const { text } = await engine.ask('quarantine.source', { id: rows[0]?.id ?? '' });
  expect(text.length).toBeGreaterThan(100);
}

describe('a mail made to break readers', () => {
  it('keeps no other mail away, is kept itself, and lets lists be answered meanwhile', async () => {
    const folder = makeTempDirectory('poison');
    const threads = {
      writer: bundle('writer'),
      vault: bundle('vault'),
      parser: bundle('parser'),
      keeper: bundle('keeper'),
    };
    const engine = await openHere(folder.path, { threads });
    try {
      for (const [place, bomb] of mailBombs.entries()) {
        try {
          await takeIn(engine, bomb, place);
        } catch (error) {
          throw new Error(`at ${bomb.name}`, { cause: error });
        }
      }
      const { db, vault } = workspaceOf(engine);
      expect(verify(db, vault, { everyNthBlob: 1 }).problems).toEqual([]);
    } finally {
      await engine.close();
      folder.remove();
    }
    tell(`faults tried: ${String(mailBombs.length)} (mails made to break readers)`);
    expect(mailBombs.length).toBeGreaterThanOrEqual(18);
  }, 400_000);
});
