import { uniqueName } from '../temp.ts';
import type { Network } from './network.ts';

/** Somebody with an account on the PDS, who speaks to it directly. */
export type Person = {
  readonly did: string;
  readonly handle: string;
  /** Calls a method as this person; throws with the server's words when it is refused. */
  readonly call: (
    method: string,
    what?: {
      readonly params?: Readonly<Record<string, string | readonly string[]>>;
      readonly input?: unknown;
      readonly type?: string;
    },
  ) => Promise<Readonly<Record<string, unknown>>>;
  /** Writes a post and answers its AT-URI and content hash. */
  readonly post: (text: string, more?: Readonly<Record<string, unknown>>) => Promise<PostRef>;
};

export type PostRef = { readonly uri: string; readonly cid: string };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const words = (value: Readonly<Record<string, unknown>>, name: string): string => {
  const word = value[name];
  if (typeof word !== 'string') throw new Error(`no ${name} in ${JSON.stringify(value)}`);
  return word;
};

async function ask(
  base: string,
  method: string,
  token: string | null,
  what: Parameters<Person['call']>[1] = {},
): Promise<Readonly<Record<string, unknown>>> {
  const url = new URL(`/xrpc/${method}`, base);
  for (const [name, value] of Object.entries(what.params ?? {}))
    for (const one of [value].flat()) url.searchParams.append(name, one);
  const { input } = what;
  const response = await fetch(url, {
    method: input === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(input === undefined ? {} : { 'content-type': what.type ?? 'application/json' }),
    },
    ...(input === undefined
      ? {}
      : { body: input instanceof Uint8Array ? new Uint8Array(input) : JSON.stringify(input) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method}: ${String(response.status)} ${text}`);
  const said: unknown = text === '' ? {} : JSON.parse(text);
  return isRecord(said) ? said : {};
}

/** The mention of an account at the beginning of a text (lexicon app.bsky.richtext.facet). */
export const mentionAtStart = (handle: string, did: string): Readonly<Record<string, unknown>> => ({
  index: { byteStart: 0, byteEnd: Buffer.byteLength(handle, 'utf8') + 1 },
  features: [{ $type: 'app.bsky.richtext.facet#mention', did }],
});

/** Opens an account on the PDS. */
export async function newPerson(network: Network, name: string, displayName = ''): Promise<Person> {
  const handle = `${uniqueName(name)}.test`;
  const made = await ask(network.pds, 'com.atproto.server.createAccount', null, {
    input: { handle, email: `${handle}@mail.test`, password: 'a password of its own' },
  });
  const [did, token] = [words(made, 'did'), words(made, 'accessJwt')];
  const call: Person['call'] = (method, what) => ask(network.pds, method, token, what);
  const person: Person = {
    did,
    handle,
    call,
    post: async (text, more = {}) => {
      const record = { $type: 'app.bsky.feed.post', text, createdAt: new Date().toISOString(), ...more };
      const written = await call('com.atproto.repo.createRecord', {
        input: { repo: did, collection: 'app.bsky.feed.post', record },
      });
      return { uri: words(written, 'uri'), cid: words(written, 'cid') };
    },
  };
  if (displayName !== '') {
    const record = { $type: 'app.bsky.actor.profile', displayName };
    await call('com.atproto.repo.putRecord', {
      input: { repo: did, collection: 'app.bsky.actor.profile', rkey: 'self', record },
    });
  }
  return person;
}

/** A password for a program, as a person makes it in the settings; `privileged` ones may read direct messages. */
export async function appPassword(person: Person, name: string, privileged = true): Promise<string> {
  const made = await person.call('com.atproto.server.createAppPassword', { input: { name, privileged } });
  return words(made, 'password');
}
