/** Every word of the widget; `{name}` stands for a value. A page may replace any of them in `window.stewardChatWords`. */
const en = {
  title: 'Chat with us',
  open: 'Open the chat',
  openUnread: 'Open the chat, {count} new',
  close: 'Close the chat',
  here: 'We are here',
  away: 'We are not here right now, and will answer later',
  connecting: 'Connecting …',
  offline: 'No connection. What you write is kept and sent later.',
  greeting: 'Hello! How can we help?',
  messages: 'Messages',
  you: 'You',
  us: 'Us',
  write: 'Your message',
  send: 'Send',
  waiting: 'Not sent yet',
  refused: 'This could not be delivered.',
  tryAgain: 'Try again',
  typing: 'Somebody is writing …',
  newFrom: 'New message: {text}',
  mail: 'Get the answer by email',
  mailOffer: 'Shall we answer by email? Then you can close this page.',
  mailAddress: 'Your email address',
  mailName: 'Your name (if you like)',
  mailSend: 'Answer by email',
  mailNot: 'Not now',
  mailWrong: 'This does not look like an email address.',
  mailDone: 'If you leave, our answer comes to {address}.',
} as const;

/** The words of one language. */
export type Words = { readonly [Name in keyof typeof en]: string };

const de: Words = {
  title: 'Chatten Sie mit uns',
  open: 'Chat öffnen',
  openUnread: 'Chat öffnen, {count} neu',
  close: 'Chat schließen',
  here: 'Wir sind da',
  away: 'Gerade ist niemand da; wir antworten später',
  connecting: 'Verbindung wird hergestellt …',
  offline: 'Keine Verbindung. Was Sie schreiben, bleibt erhalten und wird später gesendet.',
  greeting: 'Guten Tag! Wie können wir helfen?',
  messages: 'Nachrichten',
  you: 'Sie',
  us: 'Wir',
  write: 'Ihre Nachricht',
  send: 'Senden',
  waiting: 'Noch nicht gesendet',
  refused: 'Das konnte nicht zugestellt werden.',
  tryAgain: 'Noch einmal versuchen',
  typing: 'Jemand schreibt …',
  newFrom: 'Neue Nachricht: {text}',
  mail: 'Antwort per E-Mail',
  mailOffer: 'Sollen wir per E-Mail antworten? Dann können Sie diese Seite schließen.',
  mailAddress: 'Ihre E-Mail-Adresse',
  mailName: 'Ihr Name (wenn Sie mögen)',
  mailSend: 'Per E-Mail antworten',
  mailNot: 'Jetzt nicht',
  mailWrong: 'Das sieht nicht wie eine E-Mail-Adresse aus.',
  mailDone: 'Wenn Sie gehen, kommt unsere Antwort an {address}.',
};

const built: Readonly<Record<string, Words>> = { en, de };

/** The words for a language tag, with the page's own in place of ours. */
export function wordsFor(language: string, own: unknown): Words {
  const words = built[language.toLowerCase().split('-', 1)[0] ?? ''] ?? en;
  if (typeof own !== 'object' || own === null) return words;
  const replaced = Object.entries(own).filter(
    ([name, text]) => Object.hasOwn(en, name) && typeof text === 'string' && text !== '',
  );
  return { ...words, ...Object.fromEntries(replaced) };
}

/** Puts values into their places. */
export const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
