import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DraftId } from '#shared/kit/brand.ts';
import { editOf, startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let engine: TestEngine;
let folder: TempDirectory;
let savePath: string | null = null;

beforeEach(async () => {
  folder = makeTempDirectory('snippets');
  savePath = join(folder.path, 'texts.json');
  engine = await startEngine({
    kind: 'sample',
    key: { kind: 'in-memory' },
    answers: { savePath: () => savePath },
  });
  await eventually(async () => (await rows()).some(({ customer }) => customer.name === 'Harriet Ngo'), {
    message: 'the sample is here',
  });
});

afterEach(async () => {
  await engine.close();
  folder.remove();
});

const greeting = { name: 'Greeting', shortcut: 'hi', html: '<p>Dear {{customer.firstName}},</p>' };
const save = (snippet: typeof greeting) => engine.ask('snippet.save', { id: null, snippet });
const list = async () => (await engine.ask('snippet.list', {})).snippets;

const rows = async () =>
  (await engine.ask('conversation.list', { query: { view: 'all', account: null }, after: null, limit: 200 }))
    .rows;

/** A draft to one of the sample's customers. */
const draftTo = async (name: string): Promise<DraftId> => {
  const row = (await rows()).find(({ customer }) => customer.name === name);
  if (row === undefined) throw new Error(`nobody called ${name}`);
  const draft = await engine.ask('draft.start', {
    conversation: row.id,
    message: null,
    mode: 'reply',
    account: null,
  });
  return draft.id;
};

describe('a text to insert', () => {
  it('is listed by name, changed, deleted, and there again when that is taken back', async () => {
    const { id } = await save(greeting);
    await save({ name: 'apology', shortcut: 'sorry', html: '<p>We are <b>sorry</b>.</p>' });
    expect((await list()).map(({ name, text }) => [name, text])).toEqual([
      ['apology', 'We are sorry.'],
      ['Greeting', 'Dear {{customer.firstName}},'],
    ]);
    await engine.ask('snippet.save', { id, snippet: { ...greeting, name: 'Hello' } });
    await engine.ask('snippet.delete', { id });
    expect((await list()).map(({ name }) => name)).toEqual(['apology']);
    await engine.ask('snippet.save', { id, snippet: { ...greeting, name: 'Hello' } });
    expect((await list()).map(({ name }) => name)).toEqual(['apology', 'Hello']);
    await engine.ask('snippet.delete', { id });
    expect(await engine.refusal('snippet.delete', { id })).toBe('snippet-gone');
  });

  it('has a shortcut of its own, whatever its case', async () => {
    const { id } = await save(greeting);
    expect(await engine.refusal('snippet.save', { id: null, snippet: { ...greeting, shortcut: 'HI' } })).toBe(
      'shortcut-taken',
    );
    await engine.ask('snippet.save', { id, snippet: { ...greeting, shortcut: 'Hi' } });
    expect((await list())[0]?.shortcut).toBe('hi');
  });

  it('keeps nothing that runs or loads', async () => {
    await save({
      ...greeting,
      html: '<p onclick="x()">a<script>x()</script><img src="https://x.test/a.png"></p>',
    });
    expect((await list())[0]?.html).toBe('<p>a</p>');
  });

  it('is filled in for the draft it goes into, and leaves what is not known', async () => {
    const { id } = await save({
      ...greeting,
      html: '<p>{{customer.firstName}} {{customer.company}} {{conversation.subject}} {{me.firstName}} {{shoe.size}}</p>',
    });
    const draft = await draftTo('Harriet Ngo');
    const { text } = await engine.ask('snippet.fill', { id, draft });
    expect(text).toBe('Harriet {{customer.company}} Opening hours over Easter Dana {{shoe.size}}');
  });

  it('is never sent with a variable that was not filled in, whoever asks', async () => {
    const id = await draftTo('Harriet Ngo');
    const draft = await engine.ask('draft.get', { id });
    const html = '<p>Dear {{customer.firstName}}</p>';
    await engine.ask('draft.save', { id, edit: editOf(draft, { html }) });
    expect(await engine.refusal('draft.send', { id, seenRev: null, resolve: false })).toBe('unfilled');
    expect((await engine.ask('draft.check', { id })).stops).toEqual([
      { kind: 'unfilled', variables: ['{{customer.firstName}}'] },
    ]);
    await engine.ask('draft.save', { id, edit: editOf(draft, { html: '<p>Use <code>{{x}}</code></p>' }) });
    expect((await engine.ask('draft.check', { id })).stops).toEqual([]);
  });

  it('goes out to a file and comes in again, once each, without a shortcut that is taken', async () => {
    const { id } = await save(greeting);
    await save({ name: 'apology', shortcut: 'sorry', html: '<p>Sorry.</p>' });
    expect(await engine.ask('snippet.export', {})).toEqual({ kind: 'saved', name: 'texts.json' });
    const json = readFileSync(savePath ?? '', 'utf8');
    expect(await engine.ask('snippet.import', { json })).toEqual({ added: 0, known: 2, withoutShortcut: 0 });
    await engine.ask('snippet.save', { id, snippet: { ...greeting, html: '<p>Changed</p>' } });
    expect(await engine.ask('snippet.import', { json })).toEqual({ added: 1, known: 1, withoutShortcut: 1 });
    expect((await list()).map(({ name, shortcut }) => [name, shortcut])).toEqual([
      ['apology', 'sorry'],
      ['Greeting', 'hi'],
      ['Greeting', null],
    ]);
    writeFileSync(savePath ?? '', '{}');
    expect(await engine.refusal('snippet.import', { json: '{"snippets":[]}' })).toBe('not-snippets');
    expect(await engine.refusal('snippet.import', { json: 'no' })).toBe('not-snippets');
    savePath = null;
    expect(await engine.ask('snippet.export', {})).toEqual({ kind: 'cancelled' });
  });
});

describe('before a message is sent', () => {
  const stopsFor = async (change: Parameters<typeof editOf>[1]) => {
    const draft = await engine.ask('draft.start', {
      conversation: null,
      message: null,
      mode: 'new',
      account: null,
    });
    await engine.ask('draft.save', {
      id: draft.id,
      edit: editOf(draft, { subject: 'x', html: '<p>Hi</p>', ...change }),
    });
    return (await engine.ask('draft.check', { id: draft.id })).stops;
  };

  it('nobody known is asked about', async () => {
    expect(await stopsFor({ to: [{ name: '', address: 'Harriet.Ngo@millmail.example' }] })).toEqual([]);
  });

  it('an address never written to is, with the known one that it looks like', async () => {
    const to = (address: string) => stopsFor({ to: [{ name: '', address }] });
    const alike = 'harriet.ngo@millmail.example';
    expect(await to('somebody@else.example')).toEqual([
      { kind: 'stranger', address: 'somebody@else.example', alike: null },
    ]);
    expect(await to('harriet.ngoo@millmail.example')).toMatchObject([{ kind: 'stranger', alike }]);
    expect(await to('harriet.ngo@milmail.example')).toMatchObject([{ kind: 'stranger', alike }]);
  });

  it('an empty subject is, but not that of an answer', async () => {
    const to = [{ name: '', address: 'harriet.ngo@millmail.example' }];
    expect(await stopsFor({ to, subject: ' ' })).toEqual([{ kind: 'no-subject' }]);
    const id = await draftTo('Harriet Ngo');
    const draft = await engine.ask('draft.get', { id });
    await engine.ask('draft.save', { id, edit: editOf(draft, { html: '<p>Hi</p>', subject: '' }) });
    expect((await engine.ask('draft.check', { id })).stops).toEqual([]);
  });

  it('a promised file is, unless there is one, or another wrote the words', async () => {
    const to = [{ name: '', address: 'harriet.ngo@millmail.example' }];
    const html = '<p>The invoice is attached.</p>';
    expect(await stopsFor({ to, html })).toEqual([{ kind: 'attachment-forgotten', word: 'attached' }]);
    expect(await stopsFor({ to, html: `<blockquote>${html}</blockquote>` })).toEqual([]);
  });
});

describe('a plain draft', () => {
  it('is what the next draft of the account starts as, until it is turned back', async () => {
    const id = await draftTo('Harriet Ngo');
    const draft = await engine.ask('draft.get', { id });
    await engine.ask('draft.save', {
      id,
      edit: editOf(draft, { html: '<p>One</p><ul><li><p>two</p></li></ul>' }),
    });
    const plain = await engine.ask('draft.plain', { id, plain: true });
    expect(plain).toMatchObject({ plain: true, html: '<pre>\nOne\n\n- two</pre>' });
    const next = await engine.ask('draft.get', { id: await draftTo('Ines Alvarado') });
    expect(next.plain).toBe(true);
    expect(await engine.ask('draft.plain', { id, plain: false })).toMatchObject({
      plain: false,
      html: '<p>One</p><p>- two</p>',
    });
  });
});
