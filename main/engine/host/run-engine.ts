import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { channels } from '#main/channels/registry.ts';
import { readPolicy } from '#shared/domain/policy/read.ts';
import type { Transport } from '#shared/kit/transport.ts';
import { languageChoices } from '#shared/messages/locale.ts';
import { createEngine } from '../engine.ts';
import type { Engine } from '../engine.ts';
import type { KeySource } from '../keyring.ts';
import { usualUpkeep } from '../recovery/upkeep.ts';
import type { ShellPort } from '../shell-port.ts';
import { systemChance, systemClock, systemIds } from './system-ports.ts';
import { threadBundles } from './thread-bundles.ts';

/** A MessagePort as Electron's utility process gives it; like the web's, with Node's way of listening. */
type PagePort = {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  start(): void;
  close(): void;
};
type ParentPort = {
  postMessage(message: unknown): void;
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly PagePort[] }) => void,
  ): void;
};

const line = v.nullable(v.number());
const policyDocument = v.object({
  source: v.picklist(['file', 'registry', 'profile']),
  where: v.string(),
  found: v.variant('kind', [
    v.object({
      kind: v.literal('read'),
      entries: v.array(v.object({ key: v.string(), value: v.unknown(), line, doubled: v.boolean() })),
    }),
    v.object({ kind: v.literal('unreadable'), problem: v.string(), line, said: v.string() }),
  ]),
});

const order = v.variant('type', [
  v.object({
    type: v.literal('start'),
    workspaceDir: v.string(),
    workspace: v.picklist(['own', 'sample']),
    version: v.string(),
    env: v.object({ keyFile: v.optional(v.string()) }),
    policies: v.array(policyDocument),
  }),
  v.object({ type: v.literal('page') }),
  v.object({
    type: v.literal('port-reply'),
    id: v.number(),
    ok: v.boolean(),
    value: v.optional(v.unknown()),
    error: v.optional(v.string()),
  }),
  v.object({ type: v.literal('power'), event: v.picklist(['suspend', 'resume']) }),
  v.object({ type: v.literal('network'), online: v.boolean() }),
  v.object({
    type: v.literal('notice'),
    act: v.picklist(['open', 'done', 'snooze']),
    conversation: v.nullable(v.string()),
    followUp: v.nullable(v.string()),
  }),
  v.object({ type: v.literal('invitation'), text: v.string() }),
  v.object({ type: v.literal('update') }),
  v.object({ type: v.literal('stop') }),
]);
type Order = v.InferOutput<typeof order>;

const hasParentPort = (host: object): host is { readonly parentPort: ParentPort } =>
  'parentPort' in host && host.parentPort !== null && host.parentPort !== undefined;
if (!hasParentPort(process)) throw new Error('this file runs as a utility process of the shell');
const { parentPort } = process;

/** Ends within this time whatever hangs (reliability: everything ends). */
const stopWithinMs = 4_500;

/** The shell, asked over the process's own port. */
class RemoteShell {
  readonly #waiting = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }
  >();
  #nextId = 1;

  answered(reply: Extract<Order, { type: 'port-reply' }>): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(new Error(reply.error ?? 'the shell refused'));
  }

  ask(name: keyof ShellPort, ...args: readonly unknown[]): Promise<unknown> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      parentPort.postMessage({ type: 'port-call', id, name, args });
    });
  }

  /** For calls that nobody waits for; the shell answers them all the same. */
  tell(name: keyof ShellPort, ...args: readonly unknown[]): void {
    this.ask(name, ...args).catch(() => undefined);
  }
}

const remote = new RemoteShell();
const bytes = v.instance(Uint8Array);
const spelling = v.object({
  source: v.picklist(['system', 'files', 'none']),
  available: v.array(v.string()),
  chosen: v.array(v.string()),
});

const language = v.object({ choice: v.picklist(languageChoices), locale: v.string() });

const named = { version: v.string() };
const updateState = v.object({
  version: v.string(),
  channel: v.picklist(['latest', 'beta']),
  by: v.picklist(['steward', 'packages', 'policy', 'nobody']),
  stand: v.variant('kind', [
    v.object({ kind: v.literal('current'), checkedAt: v.nullable(v.number()) }),
    v.object({ kind: v.literal('checking') }),
    v.object({ kind: v.literal('older'), ...named }),
    v.object({ kind: v.literal('pinned'), ...named, pin: v.string() }),
    v.object({ kind: v.literal('waits'), ...named, until: v.nullable(v.number()) }),
    v.object({ kind: v.literal('offered'), ...named }),
    v.object({ kind: v.literal('fetching'), ...named, percent: v.number() }),
    v.object({ kind: v.literal('ready'), ...named }),
    v.object({ kind: v.literal('failed'), reason: v.picklist(['unreachable', 'damaged']) }),
  ]),
});

const shell: ShellPort = {
  sealing: async () => v.parse(v.picklist(['os', 'none']), await remote.ask('sealing')),
  seal: async (plain) => v.parse(bytes, await remote.ask('seal', plain)),
  open: async (sealed) => v.parse(bytes, await remote.ask('open', sealed)),
  notify: (notice) => remote.tell('notify', notice),
  badge: (unread) => remote.tell('badge', unread),
  openBrowser: async (url) => {
    await remote.ask('openBrowser', url);
  },
  chooseSavePath: async (name) => v.parse(v.nullable(v.string()), await remote.ask('chooseSavePath', name)),
  chooseFiles: async () => v.parse(v.array(v.string()), await remote.ask('chooseFiles')),
  chooseFolder: async () => v.parse(v.nullable(v.string()), await remote.ask('chooseFolder')),
  openFile: async (path) => {
    await remote.ask('openFile', path);
  },
  markFromInternet: async (path) => {
    await remote.ask('markFromInternet', path);
  },
  spelling: async (wish) => v.parse(spelling, await remote.ask('spelling', wish)),
  language: async (choice) => v.parse(language, await remote.ask('language', choice)),
  update: async (act) => v.parse(updateState, await remote.ask('update', act)),
  switchWorkspace: (to) => remote.tell('switchWorkspace', to),
};

const keySource = (start: Extract<Order, { type: 'start' }>): KeySource => {
  if (start.workspace === 'sample') return { kind: 'in-memory' };
  const { keyFile } = start.env;
  if (keyFile === undefined) return { kind: 'shell' };
  try {
    return { kind: 'given', hex: readFileSync(keyFile, 'utf8') };
  } catch {
    // Said on the screen as a key that does not open the workspace.
    return { kind: 'given', hex: '' };
  }
};

const pageTransport = (port: PagePort): Transport => {
  let gone = (): void => undefined;
  return {
    // Ports of a utility process move other ports only; bytes are copied.
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => {
      gone = listener;
      port.on('close', listener);
    },
    // The far end hears of it by itself; this one does not.
    close: () => {
      port.close();
      gone();
    },
  };
};

/** There is one window: a port that its page asks for takes the place of the one before, so that asking again fills nothing. */
let page: Transport | null = null;

const takeOn = (running: Engine, port: PagePort): void => {
  page?.close();
  page = pageTransport(port);
  running.connect(page);
};

let engine: Promise<Engine> | null = null;

const start = (told: Extract<Order, { type: 'start' }>, writer: () => Worker): void => {
  engine = createEngine({
    workspaceDir: told.workspaceDir,
    kind: told.workspace,
    key: keySource(told),
    shell,
    channels,
    clock: systemClock,
    ids: systemIds(systemClock),
    chance: systemChance,
    threads: { ...threadBundles(__dirname), writer },
    chatFile: join(__dirname, '..', 'widget', 'steward-chat.js'),
    version: told.version,
    policy: readPolicy(told.policies),
    upkeep: usualUpkeep,
  });
  void engine.then(() => parentPort.postMessage({ type: 'ready' }));
};

const stop = async (): Promise<void> => {
  setTimeout(() => process.exit(0), stopWithinMs);
  await (await engine)?.close();
  process.exit(0);
};

/** Works for the shell from now on; `writer` answers a writer thread that has nothing open yet, as often as one is wanted. */
export const runEngine = (writer: () => Worker): void => {
  parentPort.on('message', ({ data, ports }) => {
    const parsed = v.safeParse(order, data);
    if (!parsed.success) return;
    const message = parsed.output;
    switch (message.type) {
      case 'start':
        start(message, writer);
        break;
      case 'page': {
        const [port] = ports;
        if (port !== undefined) void engine?.then((running) => takeOn(running, port));
        break;
      }
      case 'port-reply':
        remote.answered(message);
        break;
      case 'power':
        void engine?.then((running) => running.power(message.event));
        break;
      case 'network':
        void engine?.then((running) => running.network(message.online));
        break;
      case 'notice':
        void engine?.then((running) => running.noticeAnswered(message));
        break;
      case 'invitation':
        void engine?.then((running) => running.invited(message.text));
        break;
      case 'update':
        void engine?.then((running) => running.updateChanged());
        break;
      case 'stop':
        void stop();
        break;
    }
  });
};
