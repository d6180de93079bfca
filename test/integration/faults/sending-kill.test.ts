import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CutRule } from '#test/support/cutting-proxy/cut-rule.ts';
import { eventually } from '#test/support/eventually.ts';
import { clickSend, copiesOf, outboxAtRest, peek, wireOf } from '#test/support/faults/sending.ts';
import { killAtNext, startSteward } from '#test/support/faults/steward-process.ts';
import type { StewardProcess } from '#test/support/faults/steward-process.ts';
import {
  addAccount,
  atOnce,
  keyHex,
  openHere,
  plainSettings,
  tell,
  workspaceOf,
} from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { createEmailChannel } from '#main/channels/email/channel.ts';
import { verify } from '#main/engine/store/verify.ts';
import { makeTempDirectory, uniqueName } from '#test/support/temp.ts';

/** What a provider does with a copy for Sent: files it itself after so many ms, or not at all. */
type Filing = 'never' | 0 | 3_000;
const filings: readonly Filing[] = ['never', 0, 3_000];
/** The product looks for a minute; this is long enough for what is filed after three seconds. */
const lookDelaysMs = [0, 1_000, 3_000, 6_000, 10_000];
/** Where the provider files a copy by itself, a busy machine makes it late: six seconds of waiting would file a second one. */
const patient = new Map([['email', createEmailChannel({ timeouts: { filedPerhaps: 60_000 } })]]);
const servers = new Map<Filing, MailServer>();

beforeAll(async () => {
  for (const filing of filings) {
    const server = await startMailServer();
    if (filing !== 'never') server.scriptedSmtp().filesSent({ afterMs: filing });
    servers.set(filing, server);
  }
});

afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
});

/** One sending under way: its process, and the lines it talks over. */
type Scene = {
  readonly workspace: string;
  readonly process: StewardProcess;
  readonly smtp: CuttingProxy;
  readonly imap: CuttingProxy;
  readonly taken: () => number;
};

/** A place at which the process is killed. `strikesAt` is where a line falls silent, `then` what happens there. */
type Point = {
  readonly name: string;
  /**
   * `unheard`: the server may have accepted and we cannot know. `lost`: the dot never reached it. `as written`: certain
   * if the server's answer had been committed, unheard if not; which of the two is left to the moment of the kill.
   */
  readonly end: 'certain' | 'unheard' | 'lost' | 'as written';
  readonly smtp?: CutRule;
  readonly imap?: CutRule;
  readonly then: (scene: Scene) => Promise<void>;
  /** Bytes of a file that goes along, so that the body takes its time. */
  readonly file?: number;
  /** Where it makes sense only with one kind of provider. */
  readonly only?: (filing: Filing) => boolean;
};

const stall = (direction: CutRule['direction'], pattern: string, plus = 0): CutRule => ({
  direction,
  place: { kind: 'after pattern', pattern, plus },
  action: { kind: 'stall' },
});

const kill = async ({ process }: Scene): Promise<void> => {
  process.kill();
  expect((await process.ended).signal).toBe('SIGKILL');
};

const whenStruck =
  (line: 'smtp' | 'imap') =>
  async (scene: Scene): Promise<void> => {
    await eventually(() => scene[line].strikes() > 0, {
      message: `the ${line} line is where it is to be`,
      withinMs: 240_000,
    });
    await kill(scene);
  };

/** Lets the line go on, and the process die at its next call of this kind. */
const dieAtNext = async (scene: Scene, line: CuttingProxy, calls: string, nth = 1): Promise<void> => {
  const trap = await killAtNext(scene.process.pid, calls, nth);
  line.release();
  expect((await scene.process.ended).signal).toBe('SIGKILL');
  trap.stop();
};

const dotTaken = (scene: Scene): Promise<unknown> =>
  eventually(() => scene.smtp.strikes() > 0 && scene.taken() > 0, {
    message: 'the server has read the final dot',
    withinMs: 240_000,
  });

/** A body that cannot be handed over as a whole while nobody reads it: more than Linux keeps for both ends of a line. */
const largerThanAnyBuffer = 16_000_000;

const afterGoAhead = stall('to client', '<CR><LF>.<CR><LF>', 2);
const doesNotFile = (filing: Filing): boolean => filing === 'never';

const points: readonly Point[] = [
  {
    name: 'S0 saved',
    end: 'certain',
    then: kill,
  },
  { name: 'S1 connected', end: 'certain', smtp: { ...stall('to client', '2') }, then: whenStruck('smtp') },
  { name: 'S2 signed in', end: 'certain', smtp: stall('to server', 'MAIL FROM'), then: whenStruck('smtp') },
  { name: 'S3 after RCPT', end: 'certain', smtp: stall('to server', '\r\nDATA'), then: whenStruck('smtp') },
  {
    name: 'S4 in the body',
    end: 'certain',
    file: largerThanAnyBuffer,
    smtp: {
      direction: 'to server',
      place: { kind: 'after pattern', pattern: 'parcel.bin', plus: 500_000 },
      action: { kind: 'clog' },
    },
    then: whenStruck('smtp'),
  },
  { name: 'S5 dot lost', end: 'lost', smtp: stall('to server', '\r\n.\r\n', -2), then: whenStruck('smtp') },
  {
    name: 'S5 250 not read',
    end: 'unheard',
    smtp: afterGoAhead,
    then: async (scene) => {
      await dotTaken(scene);
      await kill(scene);
    },
  },
  {
    name: 'S6 250 read',
    end: 'unheard',
    smtp: afterGoAhead,
    then: async (scene) => {
      await dotTaken(scene);
      await dieAtNext(scene, scene.smtp, 'pwrite64');
    },
  },
  {
    name: 'S7 committing',
    end: 'as written',
    smtp: afterGoAhead,
    then: async (scene) => {
      await dotTaken(scene);
      await dieAtNext(scene, scene.smtp, 'fsync,fdatasync');
    },
  },
  {
    name: 'S8 looking for the copy',
    end: 'certain',
    imap: stall('to server', 'HEADER'),
    then: whenStruck('imap'),
  },
  {
    name: 'S8 in APPEND',
    end: 'certain',
    imap: stall('to server', ' APPEND ', 300),
    then: whenStruck('imap'),
    only: doesNotFile,
  },
  {
    name: 'S9 APPEND unheard',
    end: 'certain',
    imap: stall('to client', '[APPENDUID'),
    then: whenStruck('imap'),
    only: doesNotFile,
  },
  {
    name: 'S9 APPEND answered',
    end: 'certain',
    imap: stall('to client', '[APPENDUID'),
    then: async (scene) => {
      await eventually(() => scene.imap.strikes() > 0, { message: 'the copy is taken', withinMs: 240_000 });
      await dieAtNext(scene, scene.imap, 'pwrite64');
    },
    only: doesNotFile,
  },
  {
    name: 'S10 done',
    end: 'certain',
    then: async (scene) => {
      await eventually(() => peek(scene.workspace, 'SELECT filed FROM outbox')?.['filed'] === 1, {
        message: 'the copy is filed',
        withinMs: 240_000,
      });
      await kill(scene);
    },
  },
];

type Cell = { readonly point: Point; readonly filing: Filing; readonly people: 1 | 3 };

const cells: readonly Cell[] = points
  .flatMap((point) =>
    filings.flatMap((filing) => ([1, 3] as const).map((people) => ({ point, filing, people }))),
  )
  .filter(({ point, filing }) => point.only?.(filing) !== false)
  // Several people differ in what is accepted, and that does not hang on how soon a copy is filed.
  .filter(({ filing, people }) => filing !== 0 || people === 1)
  // What ends in a question takes the longest, with all that looking: those go first.
  .sort((one, other) => Number(one.point.end === 'certain') - Number(other.point.end === 'certain'));

async function tryCell({ point, filing, people }: Cell): Promise<void> {
  const server = servers.get(filing);
  if (server === undefined) throw new Error('no such server');
  const folder = makeTempDirectory('sending');
  const smtp = await startCuttingProxy({ port: server.smtp.port });
  const imap = await startCuttingProxy({ port: server.imap.port });
  const user = `${uniqueName('agent')}@shop.test`;
  const recipients = Array.from({ length: people }, () => `${uniqueName('carol')}@customer.test`);
  try {
    const before = await openHere(folder.path, { traffic: 'off' });
    const settings = plainSettings(server, { imap: imap.port, smtp: smtp.port });
    // With ten at once a server may greet later than anybody waits; then one tries again.
    await eventually(() => addAccount(before, server, user, settings), {
      message: 'the account is connected',
      withinMs: 300_000,
    });
    await clickSend(before, recipients, { fileBytes: point.file ?? 0 });
    await before.close();

    if (point.smtp !== undefined) smtp.cutWhen(point.smtp);
    if (point.imap !== undefined) imap.cutWhen(point.imap);
    const process = startSteward(['sync', '--watch', '--workspace', folder.path], { keyHex });
    try {
      await point.then({
        workspace: folder.path,
        process,
        smtp,
        imap,
        taken: () => wireOf(server, user).length,
      });
    } catch (error) {
      throw new Error(`the process said: ${process.err()}`, { cause: error });
    } finally {
      process.kill();
    }
    for (const line of [smtp, imap]) {
      line.clearRules();
      line.now({ kind: 'reset' });
    }
    await afterTheKill({
      ...{ server, user, recipients, workspace: folder.path, point, filing },
      takenBefore: wireOf(server, user).length,
      heard: typeof peek(folder.path, 'SELECT sent_at FROM outbox')?.['sent_at'] === 'number',
    });
  } finally {
    await Promise.all([smtp.stop(), imap.stop()]);
    folder.remove();
  }
}

type Aftermath = {
  readonly server: MailServer;
  readonly user: string;
  readonly recipients: readonly string[];
  readonly workspace: string;
  readonly point: Point;
  readonly filing: Filing;
  readonly takenBefore: number;
  /** Whether the server's answer was written down before the kill. */
  readonly heard: boolean;
};

async function afterTheKill(aftermath: Aftermath): Promise<void> {
  const { server, user, recipients, workspace, point, filing, takenBefore, heard } = aftermath;
  const engine = await openHere(workspace, {
    lookDelaysMs,
    ...(filing === 'never' ? {} : { channels: patient }),
  });
  try {
    await outboxAtRest(engine);
    await server.scriptedSmtp().settled();
    const copies = await copiesOf(server, user, recipients);
    const once = recipients.map(() => 1);
    const { rows } = await engine.ask('outbox.list', {});
    const unheard = point.end === 'unheard' || (point.end === 'as written' && !heard);
    const uncertain = point.end === 'lost' || (unheard && filing === 'never');
    if (uncertain) {
      // Nothing proves what became of it, so a person is asked, with no second try before that.
      expect(wireOf(server, user)).toHaveLength(takenBefore);
      expect(copies).toEqual({ received: recipients.map(() => (point.end === 'lost' ? 0 : 1)), sent: 0 });
      expect(rows.map(({ state }) => state)).toEqual(['unknown']);
      const { conversation, id } = rows[0] ?? raise('the question is not there');
      expect((await engine.ask('conversation.get', { id: conversation })).outbox).toBe('unknown');
      if (point.end === 'lost') await engine.ask('outbox.retry', { id });
      else await engine.ask('outbox.settle', { id, as: 'was-sent' });
      await outboxAtRest(engine);
      await server.scriptedSmtp().settled();
      expect(await copiesOf(server, user, recipients)).toEqual({ received: once, sent: 1 });
    } else {
      expect(copies).toEqual({ received: once, sent: 1 });
      expect(rows).toEqual([]);
    }
    const wire = wireOf(server, user);
    expect(new Set(wire.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(new Set(wire.map(({ messageId }) => messageId)).size).toBe(1);
    expect(wire.filter(({ accepted }) => accepted)).toHaveLength(1);
    const { db, vault } = workspaceOf(engine);
    expect(db.get('SELECT count(*) AS n FROM message')).toEqual({ n: 1 });
    expect(verify(db, vault, { everyNthBlob: 1 }).problems).toEqual([]);
  } finally {
    await engine.close();
  }
}

function raise(why: string): never {
  throw new Error(why);
}

describe('a send whose process is killed', () => {
  it('arrives once with every recipient and lies once in Sent; where nothing proves it, a person is asked', async () => {
    const lanes = 10;
    await atOnce(cells, lanes, (cell) => tryCell(cell));
    tell(`faults tried: ${String(cells.length)} (SIGKILLs at ${String(points.length)} points of a send)`);
    expect(cells.length).toBeGreaterThanOrEqual(60);
  }, 1_500_000);
});
