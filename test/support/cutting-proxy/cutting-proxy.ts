import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { LOOPBACK, freePort } from '../ports.ts';
import { createPlaceFinder } from './cut-rule.ts';
import type { CutAction, CutRule, Direction, LineSpeed, PlaceFinder } from './cut-rule.ts';
import { SlowFlow } from './slow-flow.ts';

/** What went over one connection. Times are milliseconds of `performance.now()`. */
export type ProxiedConnection = {
  readonly openedAt: number;
  readonly closedAt: number | undefined;
  readonly bytesToServer: number;
  readonly bytesToClient: number;
  /** What the client said, for counting commands; kept for plain text only as far as the first 64 KiB. */
  readonly saidToServer: string;
  readonly ended: 'open' | 'by a side' | CutAction['kind'];
};

/** A TCP line between a client and a server that breaks where a test wants it to. */
export type CuttingProxy = {
  readonly host: string;
  readonly port: number;
  readonly connections: () => readonly ProxiedConnection[];
  readonly openConnections: () => number;
  /** Adds rules; several may wait at the same time. */
  readonly cutWhen: (...rules: readonly CutRule[]) => void;
  readonly clearRules: () => void;
  /** How often rules have struck so far. */
  readonly strikes: () => number;
  /** Does it to every open connection now. */
  readonly now: (action: Exclude<CutAction, { kind: 'delay' }>) => void;
  /** Lets stalled connections go on; nothing of what they held back is lost. */
  readonly release: () => void;
  /** From now on new connections are refused (the port is closed); `admit` opens it again. */
  readonly refuse: () => Promise<void>;
  readonly admit: () => Promise<void>;
  /** From now on everything, open connections too, goes at this speed; null for as fast as it can. */
  readonly slow: (speed: LineSpeed | null) => void;
  /** New connections lead here from now on. */
  readonly leadTo: (target: ProxyTarget) => void;
  readonly stop: () => Promise<void>;
};

/** Where the proxy leads. */
export type ProxyTarget = { readonly host?: string; readonly port: number };

type Waiting = { readonly rule: CutRule; left: number };

/** Starts a proxy on a free port in front of `target`. */
export async function startCuttingProxy(target: ProxyTarget): Promise<CuttingProxy> {
  const port = await freePort();
  const lines: Line[] = [];
  let leadsTo = target;
  let speed: LineSpeed | null = null;
  let waiting: Waiting[] = [];
  let strikes = 0;
  let server: Server | undefined;

  const strike = (entry: Waiting): boolean => {
    if (entry.left <= 0) return false;
    entry.left -= 1;
    strikes += 1;
    if (entry.left === 0) waiting = waiting.filter((other) => other !== entry);
    return true;
  };
  const listen = async (): Promise<void> => {
    const opened = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const upstream = connect({
        host: leadsTo.host ?? LOOPBACK,
        port: leadsTo.port,
        allowHalfOpen: true,
        noDelay: true,
      });
      lines.push(openLine(client, upstream, waiting, strike, () => speed));
    });
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject);
      opened.listen(port, LOOPBACK, resolve);
    });
    server = opened;
  };
  const unlisten = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    // Open connections live on: the listener is closed at once, but `close` calls back only after the last of them.
    closing?.close();
  };
  await listen();

  return {
    host: LOOPBACK,
    port,
    connections: () => lines.map((line) => line.record()),
    openConnections: () => lines.filter((line) => line.record().closedAt === undefined).length,
    cutWhen: (...rules) => {
      for (const rule of rules) {
        const entry = { rule, left: rule.times ?? 1 };
        waiting.push(entry);
        for (const line of lines) line.watch(entry);
      }
    },
    clearRules: () => {
      for (const entry of waiting) entry.left = 0;
      waiting = [];
    },
    strikes: () => strikes,
    now: (action) => {
      for (const line of lines) line.act(action, 'to client');
    },
    release: () => {
      for (const line of lines) line.release();
    },
    refuse: unlisten,
    admit: listen,
    slow: (next) => {
      speed = next;
    },
    leadTo: (next) => {
      leadsTo = next;
    },
    stop: async () => {
      await unlisten();
      for (const line of lines) line.end();
    },
  };
}

type Line = {
  readonly record: () => ProxiedConnection;
  readonly watch: (entry: Waiting) => void;
  readonly act: (action: CutAction, direction: Direction) => void;
  readonly release: () => void;
  readonly end: () => void;
};

type Flow = {
  readonly from: Socket;
  readonly to: Socket;
  readonly slow: SlowFlow;
  bytes: number;
  held: Buffer[];
  silent: boolean;
  ended: boolean;
  watched: { readonly entry: Waiting; readonly finder: PlaceFinder }[];
};

const KEPT_TEXT = 64 * 1024;

function openLine(
  client: Socket,
  upstream: Socket,
  waiting: readonly Waiting[],
  strike: (entry: Waiting) => boolean,
  speed: () => LineSpeed | null,
): Line {
  const openedAt = performance.now();
  let closedAt: number | undefined;
  let ended: ProxiedConnection['ended'] = 'open';
  let dead = false;
  let said = '';
  const flow = (from: Socket, to: Socket): Flow => ({
    slow: new SlowFlow(from, to, speed),
    ...{ from, to, bytes: 0, held: [], silent: false, ended: false },
    watched: [],
  });
  const flows: Readonly<Record<Direction, Flow>> = {
    'to server': flow(client, upstream),
    'to client': flow(upstream, client),
  };
  const close = (how: ProxiedConnection['ended'], finish: (socket: Socket) => void): void => {
    if (closedAt !== undefined) return;
    closedAt = performance.now();
    if (ended === 'open') ended = how;
    finish(client);
    finish(upstream);
  };
  const pass = (current: Flow, bytes: Buffer): void => {
    if (bytes.length === 0) return;
    current.bytes += bytes.length;
    if (current === flows['to server'] && said.length < KEPT_TEXT) said += bytes.toString('latin1');
    if (current.slow.takes(bytes)) return;
    if (!current.to.destroyed && !current.to.write(bytes)) {
      current.from.pause();
      current.to.once('drain', () => {
        if (ended !== 'clog') current.from.resume();
      });
    }
  };
  const open = (current: Flow): void => {
    current.silent = false;
    current.from.resume();
    for (const bytes of current.held.splice(0)) pass(current, bytes);
    if (current.ended) current.to.end();
  };
  const act = (action: CutAction, direction: Direction): void => {
    if (closedAt !== undefined || dead) return;
    const current = flows[direction];
    switch (action.kind) {
      case 'cut':
        // What was let through before must still arrive, so the sockets end first.
        close('cut', (socket) => socket.destroySoon());
        return;
      case 'reset':
        close('reset', (socket) => socket.resetAndDestroy());
        return;
      case 'stall':
        ended = 'stall';
        current.silent = true;
        return;
      case 'clog':
        ended = 'clog';
        current.silent = true;
        current.from.pause();
        return;
      case 'half-open':
        ended = 'half-open';
        dead = true;
        for (const each of Object.values(flows)) each.silent = true;
        return;
      case 'delay':
        current.silent = true;
        setTimeout(() => {
          if (closedAt === undefined && !dead) open(current);
        }, action.ms);
        return;
    }
  };
  const watch = (entry: Waiting): void => {
    flows[entry.rule.direction].watched.push({ entry, finder: createPlaceFinder(entry.rule.place) });
  };
  for (const entry of waiting) watch(entry);

  for (const direction of ['to server', 'to client'] as const) {
    const current = flows[direction];
    current.from.on('data', (chunk) => {
      const hits = current.watched.flatMap(({ entry, finder }) => {
        const at = finder.find(chunk);
        return at === undefined ? [] : [{ entry, at }];
      });
      const [first] = hits.toSorted((one, other) => one.at - other.at).filter(({ entry }) => strike(entry));
      if (current.silent) {
        current.held.push(chunk);
      } else if (first === undefined) {
        pass(current, chunk);
      } else {
        pass(current, chunk.subarray(0, first.at));
        current.watched = current.watched.filter(({ entry }) => entry !== first.entry || entry.left > 0);
        act(first.entry.rule.action, direction);
        if (first.at < chunk.length) current.held.push(chunk.subarray(first.at));
      }
    });
    current.from.on('end', () => {
      current.ended = true;
      if (!current.silent) current.to.end();
    });
    current.from.on('error', () => undefined);
    current.from.on('close', () => {
      if (!dead && !current.silent) close('by a side', (socket) => socket.destroySoon());
      else if (client.destroyed && upstream.destroyed) closedAt ??= performance.now();
    });
  }

  return {
    watch,
    act,
    record: () => ({
      openedAt,
      closedAt,
      bytesToServer: flows['to server'].bytes,
      bytesToClient: flows['to client'].bytes,
      saidToServer: said,
      ended,
    }),
    release: () => {
      if (dead || closedAt !== undefined) return;
      if (ended === 'stall' || ended === 'clog') ended = 'open';
      for (const each of Object.values(flows)) if (each.silent) open(each);
    },
    end: () => {
      client.destroy();
      upstream.destroy();
    },
  };
}
