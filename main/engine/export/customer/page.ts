import { shownName } from '#shared/domain/contact/address.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import { eventValues } from '#shared/messages/event-values.ts';
import type { Words } from '#shared/messages/format.ts';
import { createTimes } from '#shared/messages/times.ts';
import type { ExportedMessage } from '../../archive/export-messages.ts';
import type { ReadableDb } from '../../store/driver.ts';
import { notesIn, openEventsOf } from '../../store/read/customer-file.ts';
import type { TheirConversation } from '../../store/read/customer-file.ts';
import { eventValues as readValues } from '../../store/read/event-values.ts';
import type { CustomerFile, Missing } from './collected.ts';

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

/** Text that is only text, wherever it stands in a page. */
const plain = (text: string): string => text.replace(/[&<>"']/gu, (one) => entities[one] ?? one);

/** A path inside the archive as a link; never one to anywhere else. */
const linkTo = (path: string, label: string): string =>
  `<a href="${plain(path.split('/').map(encodeURIComponent).join('/'))}">${plain(label)}</a>`;

/** No script, nothing loaded from anywhere: what is read here stays here. */
const head = `<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
article { border-block-start: 1px solid; padding-block: 0.75rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin-block: 0.5rem; }
.soft { opacity: 0.75; }
</style>`;

const people = (list: readonly Correspondent[]): string =>
  list.map(({ name, address }) => (name === '' ? address : `${name} <${address}>`)).join(', ');

/** What a page is made from. */
type Subject = {
  readonly db: ReadableDb;
  readonly words: Words;
  readonly file: CustomerFile;
  readonly facts: { readonly madeAt: number; readonly version: string; readonly notes: boolean };
};

const missingLine = ({ words }: Subject, { at, file, why }: Missing, time: (at: number) => string): string =>
  plain(
    file === null
      ? words('export.page.missing.source', { time: time(at), why })
      : words('export.page.missing.file', { name: file, time: time(at), why }),
  );

const messageLines = function* (
  { words, file }: Subject,
  message: ExportedMessage,
  time: (at: number) => string,
): Generator<string> {
  const { original, files } = file.collected(message.id);
  yield `<article><p><strong>${plain(words('export.page.from', { person: people([message.from]) }))}</strong> · <time>${plain(time(message.at))}</time></p>\n`;
  const to = people([...message.to, ...message.cc]);
  if (to !== '') yield `<p class="soft">${plain(words('export.page.to', { people: to }))}</p>\n`;
  yield `<pre dir="auto">${plain(message.text)}</pre>\n`;
  const links = [
    ...(original === null ? [] : [linkTo(original, words('export.page.original'))]),
    ...files.map(({ path, name }) => linkTo(path, name)),
  ];
  if (links.length > 0) yield `<p>${links.join(' · ')}</p>\n`;
  yield '</article>\n';
};

const conversationLines = function* (
  subject: Subject,
  conversation: TheirConversation,
  time: (at: number) => string,
): Generator<string> {
  const { db, words, file, facts } = subject;
  let begun = false;
  for (const message of file.messagesIn(conversation)) {
    if (!begun) {
      const title = conversation.subject === '' ? words('export.page.no-subject') : conversation.subject;
      yield `<section><h3 dir="auto">${plain(title)}</h3>\n<p class="soft">${plain(words('export.page.status', { status: conversation.status }))}</p>\n`;
      begun = true;
    }
    yield* messageLines(subject, message, time);
  }
  if (!begun) return;
  const events = openEventsOf(db, conversation.num);
  if (events.length > 0) {
    yield `<h4>${plain(words('export.page.happened'))}</h4><ul>\n`;
    for (const { at, kind, payload } of events) {
      const told = { event: kind, by: null, values: readValues(db, payload) };
      const said = words.of(`event.${kind}`, eventValues(told, { me: null, you: '', time }), 'event.unknown');
      yield `<li>${plain(time(at))}: ${plain(said)}</li>\n`;
    }
    yield '</ul>\n';
  }
  for (const { at, by, text } of facts.notes ? notesIn(db, conversation.num) : []) {
    yield `<article><p><strong>${plain(words('export.page.note', { name: by }))}</strong> · ${plain(time(at))}</p><pre dir="auto">${plain(text)}</pre></article>\n`;
  }
  yield '</section>\n';
};

/** index.html, piece by piece: everything to read, as text. */
export const pagePieces = function* (subject: Subject): Generator<string> {
  const { words, file, facts } = subject;
  const { customer } = file;
  const time = createTimes(words.locale).full;
  const name = shownName({ name: customer.name, address: customer.identities[0]?.address ?? '' });
  const title = plain(words('export.page.title', { name }));
  yield `<!doctype html>\n<html lang="${plain(words.locale)}"><head>${head}<title>${title}</title></head><body><main>\n<h1>${title}</h1>\n`;
  yield `<p class="soft">${plain(words('export.page.made', { time: time(facts.madeAt), version: facts.version }))}</p>\n<p>${plain(words('export.page.what'))}</p>\n`;
  if (file.others > 0) yield `<p>${plain(words('export.page.left', { count: file.others }))}</p>\n`;
  yield `<h2>${plain(words('export.page.addresses'))}</h2><ul>\n`;
  for (const { channel, address } of customer.identities)
    yield `<li>${plain(`${address} (${channel})`)}</li>\n`;
  yield '</ul>\n';
  if (facts.notes && customer.note !== '') {
    yield `<h2>${plain(words('customer.note'))}</h2><pre dir="auto">${plain(customer.note)}</pre>\n`;
  }
  if (file.missing.length > 0) {
    yield `<h2>${plain(words('export.page.missing'))}</h2><ul>\n`;
    for (const one of file.missing) yield `<li>${missingLine(subject, one, time)}</li>\n`;
    yield '</ul>\n';
  }
  yield `<h2>${plain(words('export.page.conversations'))}</h2>\n`;
  for (const conversation of file.conversations) yield* conversationLines(subject, conversation, time);
  yield '</main></body></html>\n';
};
