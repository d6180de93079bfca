import type { Headless } from '#main/engine/host/headless.ts';
import type { Terminal } from './terminal.ts';

/** Options that every command takes. */
export type CommonOptions = {
  readonly workspace?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly json?: boolean | undefined;
};

/** What a command runs with. The signal says that the person wants it to end. */
export type Run = { readonly terminal: Terminal; readonly signal: AbortSignal };

/** The same, with the workspace open. */
export type OpenRun = Run & { readonly engine: Headless };

/** How a command needs its workspace: with or without traffic to servers, and whether it may be made. */
export type Needs = {
  readonly traffic: 'on' | 'off';
  readonly create: boolean;
  /** Follow-ups come up while it runs, because it stays and tells of them; otherwise they wait for whoever does. */
  readonly reminds?: true;
};
