import { describe, expect, it } from 'vitest';
import { emailProfile } from '#main/channels/email/profile.ts';
import { filledTemplate, unfilledOf } from '#renderer/features/composer/model/filled-template.ts';
import { mappedFormats } from '#renderer/features/composer/model/lost-formats.ts';
import { visibilityChoices } from '#renderer/features/composer/model/visibility-choices.ts';
import { replyWindow } from '#renderer/features/composer/model/reply-window.ts';
import type { Capabilities } from '#shared/domain/channel-profile.ts';

const hour = 3_600_000;
const now = Date.parse('2026-11-22T10:00:00Z');
const able = (changes: Partial<Capabilities>): Capabilities => ({ ...emailProfile.capabilities, ...changes });

describe('the time in which a channel takes an answer', () => {
  it('is open, then pressing for its last two hours, then closed', () => {
    const until = now + 3 * hour;
    expect(replyWindow(null, now)).toEqual({ kind: 'none' });
    expect(replyWindow(until, now)).toEqual({ kind: 'open', until, pressing: false });
    expect(replyWindow(until, now + hour)).toEqual({ kind: 'open', until, pressing: true });
    expect(replyWindow(until, until)).toEqual({ kind: 'closed', since: until });
  });
});

describe('who may be made to see an answer', () => {
  const social = able({ visibilities: ['public', 'unlisted', 'followers', 'direct'] });

  it('is everybody that the answered message was for, or fewer', () => {
    expect(visibilityChoices(social, 'unlisted')).toEqual(['unlisted', 'followers', 'direct']);
    expect(visibilityChoices(social, 'direct')).toEqual(['direct']);
    expect(visibilityChoices(social, null)).toHaveLength(4);
  });

  it('is no question where only the other side ever sees it', () => {
    expect(visibilityChoices(able({ visibilities: [] }), null)).toEqual([]);
  });
});

describe('what a channel says in plain words instead', () => {
  const html =
    '<p><strong>a</strong> <em>b</em> <a href="https://a.test">here</a></p><ul><li><p>c</p></li></ul><blockquote><p>d</p></blockquote><pre><code>e</code></pre>';

  it('is nothing where HTML is shown', () => {
    expect(mappedFormats(html, able({ html: true }))).toEqual([]);
  });

  it('is what is used and not offered, each said once', () => {
    const shown = able({ html: false, formats: ['bold', 'italic', 'link', 'quote', 'code'] });
    expect(mappedFormats(html, shown)).toEqual(['list']);
    expect(mappedFormats(html, able({ html: false, formats: [] }))).toEqual([
      'emphasis',
      'list',
      'link',
      'quote',
      'code',
    ]);
    expect(mappedFormats('<p>plain</p>', able({ html: false, formats: [] }))).toEqual([]);
  });

  it('leaves a web address that is its own words alone', () => {
    const bare = '<p><a href="https://a.test/x">https://a.test/x</a></p>';
    expect(mappedFormats(bare, able({ html: false, formats: [] }))).toEqual([]);
  });
});

describe('a prepared text', () => {
  const template = {
    id: 'HX1',
    name: 'parcel',
    language: 'en',
    text: 'Hello {{1}}, order {{ 2 }} is here. {{unknown}}',
    variables: ['1', '2'],
  };

  it('shows what fills its variables, and leaves other braces as they are', () => {
    expect(filledTemplate(template, { '1': 'Ana' })).toEqual([
      { kind: 'words', text: 'Hello ' },
      { kind: 'variable', name: '1', value: 'Ana' },
      { kind: 'words', text: ', order ' },
      { kind: 'variable', name: '2', value: '' },
      { kind: 'words', text: ' is here. ' },
      { kind: 'words', text: '{{unknown}}' },
    ]);
  });

  it('says what is still to be filled in', () => {
    expect(unfilledOf(template, { '1': 'Ana', '2': ' ' })).toEqual(['2']);
    expect(unfilledOf(template, { '1': 'Ana', '2': '4711' })).toEqual([]);
  });
});
