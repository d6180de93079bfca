import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron';
import type { ShellPort } from '../engine/shell-port.ts';
import type { FromEngine, StartOrder, ToEngine } from './engine-messages.ts';

/** What the supervisor needs to know and whom it tells. */
export type EngineProcessOptions = {
  readonly bundle: string;
  readonly shell: ShellPort;
  /** A fresh start order each time: the workspace may have been switched meanwhile. */
  order(): StartOrder;
  /** The engine is up, for the first time or again; pages need new ports. */
  started(): void;
  log(line: string): void;
};

/** Starts the engine, hands it pages, and starts it again when it dies. */
export type EngineProcess = {
  /** A port for one page; the engine answers calls on it. */
  connect(): MessagePortMain;
  tell(message: ToEngine): void;
  /** Ends the engine, waits for it, and starts it again by a new order. */
  restart(): Promise<void>;
  /** Ends the engine for good; it has five seconds to close everything. */
  stop(): Promise<void>;
};

/** The pause before a restart doubles up to this, so that a broken start does not become a busy loop. */
const longestPauseMs = 30_000;
const firstPauseMs = 250;
/** An engine that lived this long was well; the next restart is quick again. */
const wellAfterMs = 60_000;
/** How long the engine may take to close its connections and files (reliability: everything ends). */
const stopWithinMs = 5_000;

/** Starts the first engine at once. */
export const startEngineProcess = (options: EngineProcessOptions): EngineProcess => {
  let current: UtilityProcess | null = null;
  let wanted = true;
  let pause = firstPauseMs;
  let timer: NodeJS.Timeout | null = null;

  const start = (): void => {
    timer = null;
    const child = utilityProcess.fork(options.bundle, [], {
      serviceName: 'Steward engine',
      stdio: 'inherit',
    });
    current = child;
    const startedAt = Date.now();
    child.on('message', (message: unknown) => {
      if (isPortCall(message)) void hear(child, message);
    });
    child.once('exit', (code) => {
      if (current === child) current = null;
      if (!wanted) return;
      options.log(`engine ended with code ${String(code)}, starting it again`);
      pause = Date.now() - startedAt > wellAfterMs ? firstPauseMs : Math.min(pause * 2, longestPauseMs);
      timer = setTimeout(start, pause);
    });
    child.postMessage(options.order());
    options.started();
  };

  const hear = async (child: UtilityProcess, message: PortCall): Promise<void> => {
    const reply = await callShell(options.shell, message.name, message.args);
    if (current === child) child.postMessage({ type: 'port-reply', id: message.id, ...reply });
  };

  const end = async (): Promise<void> => {
    wanted = false;
    if (timer !== null) clearTimeout(timer);
    const child = current;
    if (child === null) return;
    await new Promise<void>((resolve) => {
      const limit = setTimeout(() => child.kill(), stopWithinMs);
      child.once('exit', () => {
        clearTimeout(limit);
        resolve();
      });
      child.postMessage({ type: 'stop' } satisfies ToEngine);
    });
  };

  start();
  return {
    connect: () => {
      const { port1, port2 } = new MessageChannelMain();
      if (current === null) port1.close();
      else current.postMessage({ type: 'page' } satisfies ToEngine, [port1]);
      return port2;
    },
    tell: (message) => {
      current?.postMessage(message);
    },
    restart: async () => {
      await end();
      wanted = true;
      pause = firstPauseMs;
      start();
    },
    stop: end,
  };
};

type PortCall = Extract<FromEngine, { readonly type: 'port-call' }>;

/** Whether the engine asks for something; whatever else it says must not end the shell. */
const isPortCall = (message: unknown): message is PortCall =>
  typeof message === 'object' &&
  message !== null &&
  Reflect.get(message, 'type') === 'port-call' &&
  typeof Reflect.get(message, 'id') === 'number' &&
  typeof Reflect.get(message, 'name') === 'string' &&
  Array.isArray(Reflect.get(message, 'args'));

type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string };

const callShell = async (
  shell: ShellPort,
  name: keyof ShellPort,
  args: readonly unknown[],
): Promise<Reply> => {
  try {
    const method: unknown = Object.hasOwn(shell, name) ? Reflect.get(shell, name) : undefined;
    if (typeof method !== 'function') return { ok: false, error: `no such call: ${name}` };
    const value: unknown = await Reflect.apply(method, shell, args);
    return { ok: true, value };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
};
