import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processesInGroup, startProcess } from '../../support/processes.ts';
import { eventually } from '../../support/eventually.ts';
import { keyHex } from '../workspaces/workspace.ts';
import { connectDevTools } from './devtools.ts';
import type { DevTools } from './devtools.ts';

/** What a window is started on. */
export type WindowStart = {
  /** Electron's user-data folder. */
  readonly folder: string;
  readonly kind: 'steward' | 'blank';
  readonly keyFile?: string;
  /** Runs in the page before any script of its own. */
  readonly watch?: string;
  /** A function of the page's window by which the watcher reaches us (`Runtime.bindingCalled`). */
  readonly binding?: string;
  /** Node files that the shell loads first. */
  readonly required?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** A running application and its one page. */
export type BenchWindow = {
  /** When its process was started, in ms UTC. */
  readonly startedAt: number;
  readonly tools: DevTools;
  readonly session: string;
  /** Runs a function in the page, which sees nothing but its one argument; waits for promises. */
  readonly run: <Given, Made>(look: (given: Given) => Made | Promise<Made>, given: Given) => Promise<Made>;
  /** Waits until a function answers something true in the page. */
  readonly until: <Given>(look: (given: Given) => unknown, given: Given, what: string) => Promise<void>;
  readonly press: (key: Key) => Promise<void>;
  readonly click: (selector: string) => Promise<void>;
  /** All its processes now. */
  readonly processes: () => readonly number[];
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

/** A key as the page's own code names it, with what is held down. */
export type Key = { readonly key: string; readonly code?: string; readonly mod?: boolean };

/** The executable of the tests' set-up. */
const electron = (): string => {
  const path = process.env['STEWARD_ELECTRON'];
  if (path === undefined) throw new Error('STEWARD_ELECTRON is not set: start this with npm run bench');
  return path;
};

const isRoot = process.getuid?.() === 0;

const argumentsFor = (start: WindowStart): readonly string[] => [
  ...(isRoot ? ['--no-sandbox'] : []),
  '--log-level=3',
  '--password-store=basic',
  '--remote-debugging-port=0',
  ...(start.required ?? []).flatMap((file) => ['-r', file]),
  start.kind === 'steward' ? process.cwd() : join(process.cwd(), 'test/bench/window/blank'),
  `--user-data-dir=${start.folder}`,
];

const keyNumbers: Readonly<Record<string, number>> = {
  Enter: 13,
  Escape: 27,
  Home: 36,
  End: 35,
  ArrowDown: 40,
  ArrowUp: 38,
  Backspace: 8,
};

const controlKey = 2;

const presser =
  (tools: DevTools, session: string) =>
  async ({ key, mod = false }: Key): Promise<void> => {
    const named = key.length > 1;
    const common = {
      key,
      code: named ? key : `Key${key.toUpperCase()}`,
      windowsVirtualKeyCode: keyNumbers[key] ?? key.toUpperCase().charCodeAt(0),
      modifiers: mod ? controlKey : 0,
    };
    const text = named || mod ? (key === 'Enter' ? { text: '\r' } : {}) : { text: key };
    await tools.send('Input.dispatchKeyEvent', { type: 'keyDown', ...common, ...text }, session);
    await tools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common }, session);
  };

/** Starts an application; answers as soon as its page can be spoken to. */
export const openWindow = async (start: WindowStart): Promise<BenchWindow> => {
  mkdirSync(start.folder, { recursive: true });
  rmSync(join(start.folder, 'DevToolsActivePort'), { force: true });
  const startedAt = Date.now();
  const application = startProcess(electron(), argumentsFor(start), {
    env: {
      ...process.env,
      ...(start.keyFile === undefined ? {} : { STEWARD_KEY_FILE: start.keyFile }),
      ...start.env,
    },
  });
  try {
    const tools = await connectDevTools(start.folder);
    const session = await pageSession(tools, start);
    return { startedAt, ...handle(tools, session), ...ending(application, tools) };
  } catch (error) {
    await application.stop(0);
    throw new Error(`the window did not open: ${application.output().slice(-2_000)}`, { cause: error });
  }
};

const ending = (
  application: ReturnType<typeof startProcess>,
  tools: DevTools,
): Pick<BenchWindow, 'processes' | 'output' | 'stop'> => ({
  processes: () => processesInGroup(application.pid),
  output: application.output,
  stop: async () => {
    tools.close();
    await application.stop(10_000);
  },
});

/** Attaches to the page the moment it exists. */
const pageSession = async (
  tools: DevTools,
  { watch, binding }: Pick<WindowStart, 'watch' | 'binding'>,
): Promise<string> => {
  const attached = new Promise<string>((resolve) => {
    tools.onEvent(({ method, params }) => {
      if (method !== 'Target.attachedToTarget') return;
      const { targetInfo, sessionId } = params as {
        readonly targetInfo: { readonly type: string };
        readonly sessionId: string;
      };
      if (targetInfo.type === 'page') resolve(sessionId);
    });
  });
  await tools.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: true,
  });
  const session = await attached;
  if (watch !== undefined) {
    const source = `(${watch})()`;
    // Where the document is there already; the watcher looks whether it has been here before.
    await Promise.all([
      tools.send('Page.enable', {}, session),
      ...(binding === undefined
        ? []
        : [
            tools.send('Runtime.enable', {}, session),
            tools.send('Runtime.addBinding', { name: binding }, session),
          ]),
      tools.send('Page.addScriptToEvaluateOnNewDocument', { source }, session),
      tools.send('Runtime.evaluate', { expression: source }, session).catch(() => undefined),
    ]);
  }
  return session;
};

const handle = (
  tools: DevTools,
  session: string,
): Pick<BenchWindow, 'tools' | 'session' | 'run' | 'until' | 'press' | 'click'> => {
  /** Between the empty document that a window begins with and its own there is nothing to ask. */
  const evaluated = (expression: string): Promise<unknown> =>
    eventually(
      () =>
        tools
          .send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, session)
          .catch((error: unknown) => {
            if (String(error).includes('execution context')) return null;
            throw error;
          }),
      { message: 'the window has a document', everyMs: 5 },
    );
  const run: BenchWindow['run'] = async (look, given) => {
    const answer = (await evaluated(`(${look.toString()})(${JSON.stringify(given)})`)) as {
      readonly result: { readonly value?: unknown };
      readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
    };
    if (answer.exceptionDetails !== undefined)
      throw new Error(`in the page: ${answer.exceptionDetails.exception?.description ?? 'unknown'}`);
    // What JSON carries of the function's own answer.
    return answer.result.value as Awaited<ReturnType<typeof look>>;
  };
  return {
    tools,
    session,
    run,
    until: async (look, given, what) => {
      await eventually(() => run(look, given), { message: what, withinMs: 120_000 });
    },
    press: presser(tools, session),
    click: async (selector) => {
      const place = await run((wanted: string) => {
        const box = document.querySelector(wanted)?.getBoundingClientRect();
        return box === undefined ? null : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }, selector);
      if (place === null) throw new Error(`there is no ${selector} to click`);
      const common = { ...place, button: 'left', clickCount: 1 };
      await tools.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...common }, session);
      await tools.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...common }, session);
    },
  };
};

/** Writes the key of a workspace where the application is told to read it. */
export const writeKey = (file: string): void => {
  writeFileSync(file, keyHex, { mode: 0o600 });
};
