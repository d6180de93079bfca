import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doCopyJob } from '#main/engine/recovery/jobs.ts';
import type { JobDone } from '#main/engine/recovery/jobs.ts';
import { plainMail } from '#test/support/email-account.ts';
import { inStep, keyHex, makeTemplate, openHere, plainSettings, tell } from '#test/support/faults/truth.ts';
import type { Template } from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { run } from '#test/support/processes.ts';

const user = 'help@shop.test';
const pageBytes = 4_096;
const root = new Uint8Array(Buffer.from(keyHex, 'hex'));

let server: MailServer;
let template: Template;
let disk: string;

beforeAll(async () => {
  server = await startMailServer();
  server.seed(
    user,
    'INBOX',
    Array.from({ length: 12 }, (_, n) => ({ raw: plainMail(n, user, 8_000) })),
  );
  template = await makeTemplate(server, user, plainSettings(server));
  const engine = await openHere(template.path);
  await inStep(engine);
  await engine.close();
  disk = `${template.path}-disk`;
  mkdirSync(disk);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]);
});

afterAll(async () => {
  await run('umount', ['-l', disk]);
  await server.stop();
  template.remove();
});

describe('a disk for backups that is full', () => {
  it('at any write of a backup is said, leaves no half of one, and takes a whole one when there is room', () => {
    const folder = join(disk, 'backups');
    const filler = join(disk, 'filler');
    // Less than nothing is kept free, so that it is begun although it does not fit.
    const reserve = -(2 ** 30);
    let at = 1_700_000_000_000;
    const backUp = (): JobDone => {
      at += 1_000;
      return doCopyJob({
        kind: 'back-up',
        ...{ workspaceDir: template.path, root, folder, makesFolder: true, at, why: 'asked' },
        ...{ version: '1.0.0', keepDays: null, erasedAt: null, reserve },
      });
    };
    let tried = 0;
    for (let pages = 0; ; pages += 1) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      const free = statfsSync(disk).bavail * pageBytes;
      writeFileSync(filler, Buffer.alloc(Math.max(free - pages * pageBytes, 0)));
      const done = backUp();
      rmSync(filler);
      if (done.ok) break;
      tried += 1;
      expect([pages, done.failure.kind]).toEqual([pages, 'no-space']);
      expect(readdirSync(folder)).toEqual([]);
      expect(backUp()).toEqual({ ok: true, value: null });
      const [name = ''] = readdirSync(folder);
      const backup = join(folder, name);
      if (tried % 40 === 0)
        expect(doCopyJob({ kind: 'check-backup', backup, root, at })).toEqual({ ok: true, value: null });
    }
    tell(`faults tried: ${String(tried)} (first write of a backup without room)`);
    expect(tried).toBeGreaterThanOrEqual(140);
  }, 1_800_000);
});
