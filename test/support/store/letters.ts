import type { Inbound } from '#main/channels/kit/inbound.ts';
import type { ParsedItem } from '#main/engine/ingest/parsed-item.ts';
import { present } from './workspace.ts';

/** What a test says of a mail; everything else is that of an ordinary customer's mail. */
export type Letter = Partial<Omit<Inbound, 'kind' | 'thread'>> & {
  /** Its Message-ID without brackets; also its key and what makes it one of a kind. */
  readonly id: string;
  /** Ids it refers to, oldest first. */
  readonly parents?: readonly string[];
};

/** The customer of most tests. */
export const customer = { name: 'Ana Pereira', address: 'ana@customer.example' };

/** Us in most tests. */
export const support = { name: 'Support', address: 'support@shop.example' };

const words = (letter: Letter): string => letter.text ?? `Words of ${letter.id}`;

/** An inbound mail from the customer, or an answer of ours where `direction` is `out`, as a mapper gives it. */
const inbound = ({ id, parents = [], ...rest }: Letter): Inbound => {
  const out = rest.direction === 'out';
  return {
    kind: 'message',
    dedupe: id,
    key: id,
    direction: 'in',
    clientId: null,
    at: present,
    atSource: 'server',
    from: out ? support : customer,
    sender: null,
    replyTo: [],
    to: [out ? customer : support],
    cc: [],
    bcc: [],
    subject: 'An order',
    text: words({ id, ...rest }),
    snippet: words({ id, ...rest }).slice(0, 200),
    hasHtml: false,
    html: null,
    thread: {
      self: `${id}@mail.example`,
      parents: parents.map((parent) => `${parent}@mail.example`),
      room: null,
    },
    parts: [],
    invitation: null,
    automatic: null,
    bounce: null,
    oddities: [],
    authenticatedFrom: null,
    listUnsubscribe: null,
    seen: out,
    answered: false,
    keepSource: true,
    ...rest,
  };
};

/** The same as an item of a batch, with a source of its own. */
export const item = (letter: Letter): ParsedItem => {
  const result = inbound(letter);
  const bytes = new TextEncoder().encode(`Message-ID: <${letter.id}@mail.example>\r\n\r\n${result.text}`);
  return {
    key: result.key,
    seen: result.seen,
    answered: result.answered,
    partial: false,
    size: bytes.byteLength,
    bytes,
    result,
  };
};
