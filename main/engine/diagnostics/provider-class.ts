/** Providers whose name says nothing about who uses them; by the endings of their servers' and addresses' names. */
const known: readonly (readonly [string, readonly string[]])[] = [
  ['Google', ['gmail.com', 'googlemail.com', 'google.com']],
  ['Microsoft', ['outlook.com', 'hotmail.com', 'live.com', 'office365.com', 'outlook.office.com']],
  ['Apple', ['icloud.com', 'me.com', 'mac.com', 'mail.me.com']],
  ['Yahoo', ['yahoo.com', 'ymail.com', 'aol.com']],
  ['Fastmail', ['fastmail.com', 'messagingengine.com']],
  ['GMX', ['gmx.net', 'gmx.de', 'gmx.com', 'gmx.at', 'gmx.ch']],
  ['WEB.DE', ['web.de']],
  ['Telekom', ['t-online.de', 'magenta.de']],
  ['IONOS', ['ionos.de', 'ionos.com', '1und1.de', 'kundenserver.de']],
  ['Zoho', ['zoho.com', 'zoho.eu']],
  ['Proton', ['proton.me', 'protonmail.com']],
  ['Telegram', ['telegram.org']],
  ['Twilio', ['twilio.com']],
  ['Bluesky', ['bsky.social', 'bsky.app']],
  ['Matrix.org', ['matrix.org']],
];

const endsWith = (name: string, ending: string): boolean => name === ending || name.endsWith(`.${ending}`);

/** The provider of an account by the names in its settings and its address; `other` for all that could say who it is. */
export const providerClass = (settings: Readonly<Record<string, unknown>>, address: string): string => {
  const names = [...Object.values(settings), address.split('@').at(-1)]
    .filter((one) => typeof one === 'string')
    .map((one) => (URL.canParse(one) ? new URL(one).hostname : one).toLowerCase());
  const found = known.find(([, endings]) =>
    endings.some((ending) => names.some((name) => endsWith(name, ending))),
  );
  return found?.[0] ?? 'other';
};
