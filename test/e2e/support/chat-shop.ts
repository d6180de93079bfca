import type { Page } from 'playwright-core';
import { element } from '#main/channels/xmpp/stream/element.ts';
import { MastodonServer } from '../../support/mastodon/mastodon-server.ts';
import { chatter } from '../../support/prosody/chatter.ts';
import type { Chatter } from '../../support/prosody/chatter.ts';
import { startProsody } from '../../support/prosody/prosody.ts';
import type { Prosody } from '../../support/prosody/prosody.ts';
import { BotApiServer } from '../../support/telegram/bot-api-server.ts';
import { TwilioEmulator } from '../../support/twilio/twilio.ts';

const ours = '+15550100001';
const theirs = '+4915550100002';
const others = '+4915550100003';
const day = 24 * 3_600_000;

/** A shop that is written to by chat, SMS, WhatsApp, Telegram and Mastodon: the servers, and what customers do there. */
export type ChatShop = {
  readonly prosody: Prosody;
  readonly twilio: TwilioEmulator;
  readonly telegram: BotApiServer;
  readonly mastodon: MastodonServer;
  /** What to type into the form of each channel, by the labels of its fields. */
  readonly forms: Readonly<Record<'SMS' | 'WhatsApp' | 'Telegram' | 'Mastodon', Form>>;
  readonly chatAddress: string;
  /** The customers write, each by one channel. */
  readonly write: {
    readonly chat: (text: string) => Promise<void>;
    readonly sms: (text: string) => void;
    /** Written so long ago, in ms; what is older than a day came from another customer. */
    readonly whatsapp: (text: string, ago: number) => void;
    readonly telegram: (text: string) => void;
    readonly mastodon: (
      text: string,
      how: { readonly to: 'public' | 'direct'; readonly warning?: string },
    ) => void;
  };
  /** What went out to the customer by SMS, oldest first. */
  readonly smsSent: () => readonly string[];
  readonly stop: () => Promise<void>;
};

/** The fields of a channel's form by their labels; `advanced` ones are folded away. */
type Form = {
  readonly fields: Readonly<Record<string, string>>;
  readonly advanced?: Readonly<Record<string, string>>;
};

const templates = [
  {
    friendlyName: 'parcel_news',
    language: 'en',
    variables: { '1': 'Ana', '2': '4711' },
    types: {
      'twilio/text': { body: 'Hello {{1}}, there is news of your order {{2}}. Answer here to talk to us.' },
    },
    approval: 'approved',
  },
  {
    friendlyName: 'parcel_news',
    language: 'de',
    variables: { '1': 'Ana' },
    types: { 'twilio/text': { body: 'Hallo {{1}}, es gibt Neues zu Ihrer Bestellung.' } },
    approval: 'approved',
  },
] as const;

/** Starts all of the servers, with one account on each. */
export const openChatShop = async (): Promise<ChatShop> => {
  const [prosody, twilio, telegram, mastodon] = await Promise.all([
    startProsody(),
    TwilioEmulator.start(),
    BotApiServer.start(),
    MastodonServer.start(),
  ]);
  await Promise.all([prosody.register('help', 'secret'), prosody.register('ana', 'secret')]);
  const ana: Chatter = await chatter(prosody, 'ana');
  const chatAddress = `help@${prosody.domain}`;

  const phone = twilio.newAccount();
  phone.numbers.add(ours);
  phone.whatsapp.add(ours);
  templates.forEach((template) => phone.addContent(template));
  const bot = telegram.newBot();
  const fan = bot.acquaintance('Ana', { last_name: 'Pereira' });
  const shop = mastodon.world.person('shop', { displayName: 'The Shop' });
  const poster = mastodon.world.person('ana', { domain: 'customers.example', displayName: 'Ana Pereira' });
  const twilioFields = (number: string) => ({
    [number]: ours,
    'Account SID': phone.sid,
    'Auth Token or API key secret': phone.token,
  });
  const api = { 'Address of the API': twilio.http.base };

  let letters = 0;
  return {
    prosody,
    twilio,
    telegram,
    mastodon,
    chatAddress,
    forms: {
      SMS: { fields: twilioFields('Your number, with its country code'), advanced: api },
      WhatsApp: {
        fields: twilioFields('Your WhatsApp number'),
        advanced: { ...api, 'Address of the templates': twilio.http.base },
      },
      Telegram: {
        fields: { 'Bot token': bot.token },
        advanced: { 'Address of the Bot API': telegram.http.base },
      },
      Mastodon: { fields: { 'Your server': mastodon.base, 'Access token': mastodon.token(shop) } },
    },
    write: {
      chat: (text) => {
        letters += 1;
        const attributes = { type: 'chat', to: chatAddress, id: `letter-${String(letters)}` };
        return ana.deliver(
          element('message', 'jabber:client', attributes, element('body', 'jabber:client', {}, text)),
        );
      },
      sms: (body) => {
        phone.receive({ from: theirs, to: ours, body });
      },
      whatsapp: (body, ago) => {
        const from = `whatsapp:${ago > day ? others : theirs}`;
        phone.receive({ from, to: `whatsapp:${ours}`, body, at: twilio.now() - ago });
      },
      telegram: (text) => {
        bot.write(fan, { text });
      },
      mastodon: (text, { to, warning }) => {
        mastodon.world.write(poster, {
          text: `@shop ${text}`,
          visibility: to,
          ...(warning === undefined ? {} : { spoiler: warning, sensitive: true }),
        });
      },
    },
    smsSent: () =>
      phone.messages
        .filter(({ to, direction }) => to === theirs && direction !== 'inbound')
        .map(({ body }) => body),
    stop: async () => {
      ana.close();
      await Promise.all([prosody.stop(), twilio.stop(), telegram.http.stop(), mastodon.stop()]);
    },
  };
};

/** Longer than the window in which WhatsApp lets anybody answer freely, in ms. */
export const overADay = day + 3_600_000;

const fill = async (page: Page, fields: Readonly<Record<string, string>>): Promise<void> => {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).first().fill(value);
};

/** Goes to the screen on which a channel is chosen, chooses one, and fills in its form. */
export const chooseChannel = async (
  page: Page,
  channel: string,
  { fields, advanced = {} }: Form,
): Promise<void> => {
  await page.getByRole('radio', { name: new RegExp(`^${channel} `) }).check();
  await fill(page, fields);
  if (Object.keys(advanced).length === 0) return;
  await page.locator('summary').filter({ hasText: 'More settings' }).click();
  await fill(page, advanced);
};

/** Connects by the filled form and goes on to the inbox. */
export const connect = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('heading', { name: 'Connected' }).waitFor();
  await page.getByRole('button', { name: 'Go to the inbox' }).click();
};

/** Opens the screen that connects one more account. */
export const addAnother = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Connect an account' }).first().click();
  await page.getByRole('heading', { name: 'Connect an account' }).waitFor();
};
