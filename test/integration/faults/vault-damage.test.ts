import { createHash } from 'node:crypto';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOfBlob, segmentPath } from '#main/engine/store/vault.ts';
import type { BlobPlace } from '#main/engine/store/vault.ts';
import { verify } from '#main/engine/store/verify.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import { en } from '#shared/messages/en.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { inStep, makeTemplate, openHere, tell, workspaceOf } from '#test/support/faults/truth.ts';
import type { Template } from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { seededRandom } from '#test/support/mailbox-generator/seeded-random.ts';

const user = 'help@shop.test';
const seed = 20_263;
const mailCount = 24;
const random = seededRandom(seed);

let server: MailServer;
let template: Template;
let records: readonly Kept[];
let raws: ReadonlySet<string>;
let tried = 0;

/** A message as it is kept: where its source lies, and which bytes those must be. */
type Kept = { readonly id: MessageId; readonly place: BlobPlace; readonly html: boolean };

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  server = await startMailServer();
  const mails = Array.from({ length: mailCount }, (_, n) =>
    letter({
      from: `customer-${String(n)}@example.org`,
      to: user,
      subject: `Question ${String(n)}`,
      date: new Date(Date.UTC(2026, 4, 1, n)),
      text: `My question ${String(n)}.`,
      ...(n % 2 === 0 ? { html: `<p>My question <b>${String(n)}</b>.</p>` } : {}),
      files:
        n % 3 === 0 ? [{ name: 'bill.pdf', type: 'application/pdf', content: Buffer.alloc(4_000, n) }] : [],
    }),
  );
  server.seed(
    user,
    'INBOX',
    mails.map((raw) => ({ raw })),
  );
  raws = new Set((await server.messages(user, 'INBOX')).map(({ raw }) => sha(raw)));
  template = await makeTemplate(server, user);
  const engine = await openHere(template.path);
  await inStep(engine);
  records = workspaceOf(engine)
    .db.all<{ id: MessageId; source: string; has_html: number }>(
      'SELECT id, source, has_html FROM message ORDER BY seq',
    )
    .map(({ id, source, has_html }) => {
      const place = placeOfBlob(source);
      if (place === null) throw new Error(`no place: ${source}`);
      return { id, place, html: has_html === 1 };
    });
  await engine.close();
});

afterAll(async () => {
  await server.stop();
  template.remove();
});

/** Something that happened to the vault on the disk, and which messages it took. */
type Damage = {
  readonly what: string;
  readonly to: (segment: string) => void;
  readonly hits: (place: BlobPlace) => boolean;
};

const flip = (path: string, at: number): void => {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at);
  writeFileSync(path, bytes);
};

const within = ({ position, stored }: BlobPlace, at: number): boolean =>
  at >= position && at < position + stored;

/** One byte of every message is flipped, each at another place of its record. */
const flips = (): Damage => {
  const places = records.map(({ place }) => place.position + random.below(place.stored));
  return {
    what: 'flipped',
    to: (segment) => places.forEach((at) => flip(segment, at)),
    hits: (place) => places.some((at) => within(place, at)),
  };
};

const cut = (share: number): Damage => {
  const last = records.at(-1)?.place;
  const end = Math.floor(((last?.position ?? 0) + (last?.stored ?? 0)) * share);
  return {
    what: `cut at ${String(end)}`,
    to: (segment) => truncateSync(segment, end),
    hits: ({ position, stored }) => position + stored > end,
  };
};

const gone: Damage = { what: 'gone', to: (segment) => rmSync(segment), hits: () => true };

/** Somebody looks at everything while no server can be reached: what is damaged is said, and nothing is shown as if it were whole. */
async function lookOffline(engine: TestEngine, hits: Damage['hits']): Promise<void> {
  for (const { id, place, html } of records) {
    const isHit = hits(place);
    const source = await engine.engine.call('message.source', { id });
    const body = await engine.engine.call('message.body', { id });
    if (!isHit) {
      expect(source.ok && body.ok).toBe(true);
      continue;
    }
    tried += 1;
    expect(source).toMatchObject({
      ok: false,
      failure: { kind: 'source-unavailable', reason: 'damaged' },
    });
    // Words without formatting are kept apart from the source, so they are there; formatting is said to be missing.
    if (html) expect(body).toEqual(source);
    else expect(body).toMatchObject({ ok: true });
  }
}

/** With the server there again, each is fetched, is what the server has, and is whole on the disk from then on. */
async function lookOnline(engine: TestEngine): Promise<void> {
  await inStep(engine);
  for (const { id } of records) {
    const body = await engine.ask('message.body', { id });
    expect(body.text).toContain('My question');
    const { text } = await engine.ask('message.source', { id });
    expect(raws.has(sha(Buffer.from(text)))).toBe(true);
  }
  const { db, vault } = workspaceOf(engine);
  expect(verify(db, vault, { everyNthBlob: 1 }).problems).toEqual([]);
}

describe('a message whose original is damaged on the disk', () => {
  it('says so, and is fetched again from its server', async () => {
    expect(en['conversation.body.source-unavailable.damaged']).toMatch(/damaged/);
    for (const damage of [flips(), flips(), cut(0), cut(0.3), cut(0.71), gone]) {
      const workspaceDir = template.copy();
      const segment = segmentPath(join(workspaceDir, workspaceFiles.vault), 1);
      damage.to(segment);
      try {
        const offline = await openHere(workspaceDir, { traffic: 'off' });
        await lookOffline(offline, damage.hits).finally(() => offline.close());
        const online = await openHere(workspaceDir);
        await lookOnline(online).finally(() => online.close());
        const later = await openHere(workspaceDir, { traffic: 'off' });
        await lookOffline(later, () => false).finally(() => later.close());
      } catch (error) {
        throw new Error(damage.what, { cause: error });
      } finally {
        rmSync(workspaceDir, { recursive: true });
      }
    }
    tell(
      `faults tried: ${String(tried)} (messages whose original was flipped, cut or gone; seed ${String(seed)})`,
    );
    expect(tried).toBeGreaterThanOrEqual(100);
  });
});
