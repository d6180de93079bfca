import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { eventually } from '../../support/eventually.ts';

/** Chromium's own line for tools (Chrome DevTools Protocol): cheaper than a test driver, and the same for every window. */
export type DevTools = {
  /** Sends a command, to one target or to the browser itself, and answers with its result; a refusal is thrown. */
  readonly send: (method: string, parameters?: object, session?: string) => Promise<Answer>;
  readonly onEvent: (listener: (event: DevToolsEvent) => void) => void;
  readonly close: () => void;
};

export type Answer = Readonly<Record<string, unknown>>;
export type DevToolsEvent = {
  readonly method: string;
  readonly params: Answer;
  readonly sessionId?: string;
};

type Message = {
  readonly id?: number;
  readonly result?: Answer;
  readonly error?: { readonly message: string };
} & Partial<DevToolsEvent>;

/** Often enough that waiting for the file adds nothing to what is measured, in ms. */
const lookMs = 2;

const addressIn = async (folder: string): Promise<string> => {
  const file = join(folder, 'DevToolsActivePort');
  const written = await eventually(
    () => {
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
      return lines.length > 1 ? lines : null;
    },
    { message: 'Chromium says where its tools connect', everyMs: lookMs },
  );
  return `ws://127.0.0.1:${written[0] ?? ''}${written[1] ?? ''}`;
};

/** Connects to an application that was started with `--remote-debugging-port=0` on a user-data folder. */
export const connectDevTools = async (folder: string): Promise<DevTools> => {
  const socket = new WebSocket(await addressIn(folder), { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const waiting = new Map<number, (message: Message) => void>();
  const listeners: ((event: DevToolsEvent) => void)[] = [];
  let lastId = 0;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    if (message.id === undefined) {
      for (const listener of listeners) listener(message as DevToolsEvent);
      return;
    }
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  socket.on('close', () => {
    for (const answer of waiting.values()) answer({ error: { message: 'the window is gone' } });
    waiting.clear();
  });
  return {
    send: (method, parameters = {}, session) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, ({ result, error }) => {
          if (error === undefined) resolve(result ?? {});
          else reject(new Error(`${method}: ${error.message}`));
        });
        socket.send(
          JSON.stringify({
            id: lastId,
            method,
            params: parameters,
            ...(session === undefined ? {} : { sessionId: session }),
          }),
        );
      }),
    onEvent: (listener) => {
      listeners.push(listener);
    },
    close: () => socket.close(),
  };
};
