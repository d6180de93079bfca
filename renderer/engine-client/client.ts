import type { CallName, Input } from '#shared/contract/contract.ts';
import type { EngineEvent, TopicName } from '#shared/contract/events.ts';
import type { Answer, EngineMessage, PageMessage } from '#shared/contract/wire.ts';
import { fail } from '#shared/kit/result.ts';
import type { Transport } from '#shared/kit/transport.ts';

/** Whether the engine can be spoken to: not yet for the first time, now, or not until it has been restarted. */
export type Connection = 'starting' | 'connected' | 'lost';

/** The page's one way to the engine. */
export type EngineClient = {
  /**
   * Asks the engine. Never rejects: a refusal or failure is the answer. While there is no engine the call waits for
   * it up to {@link patience} ms; a call that was under way when the engine went ends as `engine-gone`, since nobody
   * knows whether it was carried out.
   */
  readonly call: <Name extends CallName>(name: Name, input: Input<Name>) => Promise<Answer<Name>>;
  readonly onEvent: (listener: (event: EngineEvent) => void) => () => void;
  readonly connection: () => Connection;
  readonly onConnection: (listener: (connection: Connection) => void) => () => void;
  /** Takes a new port; what was under way on the old one ends as `engine-gone`. */
  readonly attach: (transport: Transport) => void;
};

/** How long a call waits for an engine that is not there, in ms: a restart takes one or two seconds, a first start on a slow disk several. */
const patience = 20_000;

/** The page hears of all of them; one that is left out does not compile. */
const heard = {
  conversation: true,
  lists: true,
  'follow-ups': true,
  members: true,
  targets: true,
  accounts: true,
  outbox: true,
  drafts: true,
  customers: true,
  preferences: true,
  quarantine: true,
  snippets: true,
  team: true,
  presence: true,
  update: true,
  recovery: true,
  export: true,
  audit: true,
  erasure: true,
  index: true,
  app: true,
} as const satisfies Readonly<Record<TopicName, true>>;
const topics = Object.keys(heard).filter((name): name is TopicName => Object.hasOwn(heard, name));

type Settle = (message: Extract<EngineMessage, { type: 'answer' }>['result']) => void;
type Waiting = { readonly message: PageMessage; readonly timer: ReturnType<typeof setTimeout> };

const isEngineMessage = (message: unknown): message is EngineMessage =>
  typeof message === 'object' &&
  message !== null &&
  'type' in message &&
  (message.type === 'answer' || message.type === 'event');

/** Makes a client that has no engine yet; give it one with `attach`. */
export const createEngineClient = (): EngineClient => {
  let transport: Transport | null = null;
  let connection: Connection = 'starting';
  let lastId = 0;
  const underWay = new Map<number, Settle>();
  const waiting = new Map<number, Waiting>();
  const eventListeners = new Set<(event: EngineEvent) => void>();
  const connectionListeners = new Set<(connection: Connection) => void>();

  const become = (next: Connection): void => {
    connection = next;
    for (const listener of connectionListeners) listener(next);
  };

  const settle = (id: number, result: Parameters<Settle>[0]): void => {
    const end = underWay.get(id);
    underWay.delete(id);
    end?.(result);
  };

  /** Ends what was sent on a port that is gone; what still waits for a port goes on waiting. */
  const drop = (): void => {
    transport = null;
    for (const id of [...underWay.keys()]) {
      if (!waiting.has(id)) settle(id, fail({ kind: 'engine-gone' }));
    }
  };

  const hear = (message: unknown): void => {
    if (!isEngineMessage(message)) return;
    if (message.type === 'answer') settle(message.id, message.result);
    else for (const listener of eventListeners) listener(message.event);
  };

  const attach = (next: Transport): void => {
    const previous = transport;
    drop();
    previous?.close();
    transport = next;
    next.onMessage((message) => {
      if (transport === next) hear(message);
    });
    next.onClose(() => {
      if (transport !== next) return;
      drop();
      become('lost');
    });
    next.post({ type: 'subscribe', topics } satisfies PageMessage);
    const held = [...waiting.entries()];
    waiting.clear();
    for (const [, { message, timer }] of held) {
      clearTimeout(timer);
      next.post(message);
    }
    become('connected');
  };

  const call = <Name extends CallName>(name: Name, input: Input<Name>): Promise<Answer<Name>> =>
    new Promise<Answer<Name>>((resolve) => {
      lastId += 1;
      const id = lastId;
      // The engine answers with the type that the contract declares for this name; that is the wire's one promise.
      underWay.set(id, resolve as Settle);
      const message: PageMessage = { type: 'call', id, name, input };
      if (transport !== null) {
        transport.post(message);
        return;
      }
      const timer = setTimeout(() => {
        waiting.delete(id);
        settle(id, fail({ kind: 'engine-gone' }));
      }, patience);
      waiting.set(id, { message, timer });
    });

  const listenTo = <Heard>(listeners: Set<(heard: Heard) => void>, listener: (heard: Heard) => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };

  return {
    call,
    attach,
    connection: () => connection,
    onEvent: (listener) => listenTo(eventListeners, listener),
    onConnection: (listener) => listenTo(connectionListeners, listener),
  };
};
