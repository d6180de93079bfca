import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importMails } from '#main/engine/archive/import-mails.ts';
import type { ArchivedMail } from '#main/engine/archive/import-mails.ts';
import type { Output } from '#shared/contract/contract.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import { unzip } from '#test/support/unzip.ts';

const temp = makeTempDirectory('customer-export');
let target: string | null;
let running: TestEngine;

const start = (policy?: Policy) =>
  startEngine({
    traffic: 'off',
    answers: { savePath: () => target },
    ...(policy === undefined ? {} : { policy }),
  });

beforeEach(async () => {
  mkdirSync(temp.path, { recursive: true });
  target = join(temp.path, 'ana.zip');
  running = await start();
});

afterEach(async () => {
  await running.close();
  temp.remove();
});

const ana = 'ana@customer.example';
const bob = 'bob@other.example';
const us = 'support@shop.example';

/** A mail as it lies in a file. */
const mail = (
  id: string,
  from: string,
  to: string,
  {
    words = `Words of ${id}`,
    subject = 'The lamp',
    parent = '',
    file = null,
    hour = 10,
  }: {
    readonly words?: string;
    readonly subject?: string;
    readonly parent?: string;
    readonly file?: { readonly name: string; readonly bytes: string } | null;
    readonly hour?: number;
  } = {},
): ArchivedMail => {
  const body =
    file === null
      ? `Content-Type: text/plain; charset=utf-8\r\n\r\n${words}\r\n`
      : `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${words}\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="${file.name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(file.bytes).toString('base64')}\r\n--b--\r\n`;
  const refers = parent === '' ? '' : `In-Reply-To: <${parent}@mail.example>\r\n`;
  const bytes = Buffer.from(
    `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${id}@mail.example>\r\n${refers}Date: Thu, 15 Jan 2026 ${String(hour)}:00:00 +0000\r\nMIME-Version: 1.0\r\n${body}`,
  );
  return {
    ...{ bytes, partial: false, size: bytes.byteLength, receivedAt: null, seen: true, answered: false },
    folder: from === us ? 'sent' : 'archive',
  };
};

const bring = async (mails: readonly ArchivedMail[]): Promise<void> => {
  const workspace = running.engine.workspace();
  if (workspace === null) throw new Error('no workspace');
  const each = async function* () {
    await Promise.resolve();
    yield* mails;
  };
  await importMails(workspace, each(), {
    ...{ channel: 'email', label: 'Imported', own: [us], signal: new AbortController().signal },
    progress: () => undefined,
  });
};

const customerOf = async (address: string): Promise<CustomerId> => {
  const { customers } = await running.ask('customer.find', { text: address, limit: 5 });
  const [one] = customers;
  if (one === undefined) throw new Error(`nobody at ${address}`);
  return one.id;
};

const shared = [
  mail('a1', ana, us, { file: { name: '../../evil<script>.txt', bytes: 'the-bill' } }),
  mail('b1', bob, us, { parent: 'a1', words: 'bob-canary', hour: 11 }),
  mail('u1', us, ana, { parent: 'a1', words: 'our answer', hour: 12 }),
  mail('u2', us, bob, { parent: 'b1', words: 'to-bob-canary', hour: 13 }),
  mail('a2', ana, us, {
    ...{ words: '<script>alert(1)</script> = & "quoted"', hour: 14 },
    ...{ subject: 'CON: a <b>second</b> matter/..', file: { name: 'photo.png', bytes: 'png' } },
  }),
  mail('x1', bob, us, { subject: 'Nothing to do with Ana', words: 'elsewhere-canary', hour: 15 }),
];

const exported = async (id: CustomerId, notes = false): Promise<Output<'export.customer'>> =>
  running.ask('export.customer', { id, notes });
const contents = () => unzip(readFileSync(target ?? ''));
const textOf = (name: string): string => contents().get(name)?.toString('utf8') ?? '';

describe('the export of one customer', () => {
  it('has their messages as they came, what was sent to them and all files, and nothing of other people', async () => {
    await bring(shared);
    expect(await exported(await customerOf(ana))).toEqual({
      ...{ kind: 'saved', name: 'ana.zip', messages: 3, files: 2, missing: 0 },
    });
    const entries = contents();
    const originals = [...entries].filter(([name]) => name.endsWith('.eml')).map(([, bytes]) => bytes);
    expect(originals.map((bytes) => bytes.equals(Buffer.from(shared[0]?.bytes ?? [])))).toContain(true);
    expect(originals).toHaveLength(3);
    const everything = [...entries.values()].map((bytes) => bytes.toString('utf8')).join('\n');
    expect(everything).not.toMatch(/canary/u);
    expect(entries.get([...entries.keys()].find((name) => name.endsWith('.txt')) ?? '')?.toString()).toBe(
      'the-bill',
    );
  });

  it('names what is in it so that it can be unpacked anywhere, and says the same in data.json', async () => {
    await bring(shared);
    await exported(await customerOf(ana));
    const names = [...contents().keys()];
    for (const name of names) {
      expect(name).not.toMatch(/[<>:"|?*\\]|\.\.|^\/|[.\s](?:\/|$)/u);
      expect(name.length).toBeLessThan(170);
    }
    const data = JSON.parse(textOf('data.json')) as {
      readonly format: string;
      readonly conversations: readonly {
        readonly messages: readonly {
          readonly original: string;
          readonly files: readonly { path: string }[];
        }[];
      }[];
      readonly leftOut: unknown;
      readonly missing: unknown;
    };
    expect(data.format).toBe('steward-customer');
    const messages = data.conversations.flatMap((one) => one.messages);
    const paths = messages.flatMap(({ original, files }) => [original, ...files.map(({ path }) => path)]);
    expect(paths.toSorted()).toEqual(names.filter((name) => name.startsWith('conversations/')).toSorted());
    expect(data.leftOut).toEqual({ messagesOfOthers: 2 });
    expect(data.missing).toEqual([]);
  });

  it('has a page that is only text: no script, nothing loaded, links into the file alone', async () => {
    await bring(shared);
    await exported(await customerOf(ana));
    const page = textOf('index.html');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; = &amp; &quot;quoted&quot;');
    expect(page).not.toMatch(/<script|<img|<iframe|<link|\son\w+=|src=|javascript:/iu);
    expect(page).toContain("default-src 'none'");
    const links = [...page.matchAll(/href="([^"]*)"/gu)].map(([, href]) => decodeURIComponent(href ?? ''));
    expect(links.length).toBeGreaterThan(4);
    for (const link of links) expect([...contents().keys()]).toContain(link);
  });

  it('has internal notes only where somebody asked for them', async () => {
    await bring(shared);
    const id = await customerOf(ana);
    const { rows } = await running.ask('customer.conversations', { id, after: null, limit: 5 });
    const [row] = rows;
    if (row === undefined) throw new Error('no conversation');
    await running.ask('note.add', { conversation: row.id, text: 'note-canary', mentions: [] });
    await running.ask('customer.update', { id, seenRev: null, note: 'about-canary' });
    await exported(id);
    expect(textOf('data.json') + textOf('index.html')).not.toMatch(/canary/u);
    await exported(id, true);
    for (const name of ['data.json', 'index.html']) {
      expect(textOf(name)).toContain('note-canary');
      expect(textOf(name)).toContain('about-canary');
    }
  });

  it('is in the audit, by whom and of whom, and not before it is there', async () => {
    await bring(shared);
    const id = await customerOf(ana);
    target = null;
    expect(await exported(id)).toEqual({ kind: 'cancelled' });
    const acts = async () =>
      (
        await running.ask('audit.list', {
          ...{ person: null, topic: 'privacy', from: null, to: null, after: null, limit: 50 },
        })
      ).rows;
    expect(await acts()).toEqual([]);
    target = join(temp.path, 'ana.zip');
    await exported(id, true);
    expect(await acts()).toMatchObject([
      { kind: 'customer.exported', customer: { id }, values: { messages: 3, notes: 'yes' } },
    ]);
  });

  it('leaves no file where it is stopped, and none where the disk does not take it', async () => {
    const many = Array.from({ length: 400 }, (_, number) =>
      mail(`m${String(number)}`, ana, us, { parent: number === 0 ? '' : 'm0', words: 'w'.repeat(20_000) }),
    );
    await bring(many);
    const id = await customerOf(ana);
    const made = running.engine.call('export.customer', { id, notes: false });
    await eventually(async () => ((await running.ask('export.progress', {})).running?.done ?? 0) > 3, {
      message: 'the export is under way',
    });
    expect(await running.refusal('export.customer', { id, notes: false })).toBe('export-busy');
    await running.ask('export.stop', {});
    expect(await made).toEqual({ ok: true, value: { kind: 'stopped' } });
    expect(readdirSync(temp.path)).toEqual([]);
    expect(await running.ask('export.progress', {})).toEqual({ running: null });
    target = join(temp.path, 'nowhere', 'ana.zip');
    expect(await running.refusal('export.customer', { id, notes: false })).toBe('file-not-saved');
    expect(readdirSync(temp.path)).toEqual([]);
  });

  it('says what a policy does not let out', async () => {
    await running.close();
    running = await start({
      values: { 'attachments.blocked': ['png'] },
      entries: [{ key: 'attachments.blocked', source: 'file', where: 'policies.json', state: 'set' }],
      problems: [],
    });
    await bring(shared);
    expect(await exported(await customerOf(ana))).toMatchObject({ files: 1, missing: 1 });
    expect([...contents().keys()].filter((name) => name.endsWith('.png'))).toEqual([]);
    expect(textOf('index.html')).toMatch(/photo\.png .*policy/u);
  });
});
