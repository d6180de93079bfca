import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreparedText } from '#shared/contract/accounts.ts';
import type { Content } from '#test/support/twilio/account.ts';
import { failureOf, never, stageTwilio } from '#test/support/twilio/staged.ts';
import type { StagedTwilio } from '#test/support/twilio/staged.ts';

let staged: StagedTwilio;

beforeEach(async () => {
  staged = await stageTwilio('whatsapp');
});
afterEach(() => staged.stop());

const templates = async (): Promise<readonly PreparedText[]> =>
  (await staged.open().templates?.(never())) ?? [];
const add = (changes: Partial<Omit<Content, 'sid'>>): string =>
  staged.account.addContent({
    friendlyName: 'order_update',
    language: 'en',
    variables: {},
    types: { 'twilio/text': { body: 'Ready.' } },
    approval: 'approved',
    ...changes,
  });

describe('prepared texts of WhatsApp', () => {
  it('are those that WhatsApp has approved, and no others', async () => {
    const approved = add({});
    for (const approval of ['unsubmitted', 'received', 'pending', 'rejected', 'paused', null] as const)
      add({ approval });
    expect(await templates()).toEqual([
      { id: approved, name: 'order_update', language: 'en', text: 'Ready.', variables: [] },
    ]);
  });

  it('read as their types say, with their variables by name in reading order', async () => {
    add({ types: { 'twilio/text': { body: 'Hello {{2}}, order {{ 1 }} for {{2}}' } } });
    add({
      types: {
        'twilio/quick-reply': { body: 'Was it right, {{name}}?', actions: [{ title: 'Yes', id: 'y' }] },
      },
    });
    add({ types: { 'twilio/media': { body: 'Your invoice', media: ['https://shop.example/{{1}}.pdf'] } } });
    add({
      types: { 'twilio/card': { title: 'Order {{1}}', subtitle: 'Thank you', media: [], actions: [] } },
    });
    add({ types: { 'whatsapp/authentication': { add_security_recommendation: true } } });
    add({ types: {} });
    expect((await templates()).map(({ text, variables }) => [text, variables])).toEqual([
      ['Hello {{2}}, order {{1}} for {{2}}', ['2', '1']],
      ['Was it right, {{name}}?', ['name']],
      ['Your invoice', ['1']],
      ['Order {{1}}\nThank you', ['1']],
    ]);
  });

  it('come from all pages', async () => {
    for (let n = 1; n <= 130; n += 1) add({ friendlyName: `text ${String(n)}` });
    expect((await templates()).map(({ name }) => name)).toEqual(
      Array.from({ length: 130 }, (_, n) => `text ${String(n + 1)}`),
    );
  });

  it('are asked for with the account’s own proof, and a refusal is said', async () => {
    staged.account.token = 'another';
    expect(await failureOf(templates())).toMatchObject({ kind: 'sign-in-expired' });
    staged.server.http.throttle();
    expect(await failureOf(templates())).toMatchObject({ kind: 'rate-limited' });
  });

  it('are none on SMS', async () => {
    const sms = await stageTwilio('sms');
    expect(await sms.open().templates?.(never())).toEqual([]);
    expect(sms.channel.profile.capabilities).toMatchObject({ templates: false, replyWindow: null });
    await sms.stop();
  });
});
