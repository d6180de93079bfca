import type { PolicyDocument } from '#shared/domain/policy/read.ts';
import type { NoticeAnswer, ShellPort } from '../engine/shell-port.ts';

/** The first message to an engine process: what to open. Secrets are not in it; the engine asks for them. */
export type StartOrder = {
  readonly type: 'start';
  readonly workspaceDir: string;
  readonly workspace: 'own' | 'sample';
  readonly version: string;
  readonly env: { readonly keyFile?: string };
  /** What the machine's admin has laid down, as the shell found it at its start. */
  readonly policies: readonly PolicyDocument[];
};

/** From the shell to the engine process. A `page` message carries the page's MessagePort. */
export type ToEngine =
  | StartOrder
  | { readonly type: 'page' }
  | {
      readonly type: 'port-reply';
      readonly id: number;
      readonly ok: boolean;
      readonly value?: unknown;
      readonly error?: string;
    }
  | { readonly type: 'power'; readonly event: 'suspend' | 'resume' }
  | { readonly type: 'network'; readonly online: boolean }
  | ({ readonly type: 'notice' } & NoticeAnswer)
  /** The person opened an invitation to a team by a link or a file; empty where it could not be read. */
  | { readonly type: 'invitation'; readonly text: string }
  /** Updates stand differently now. */
  | { readonly type: 'update' }
  | { readonly type: 'stop' };

/** From the engine process to the shell. */
export type FromEngine =
  | { readonly type: 'ready' }
  | {
      readonly type: 'port-call';
      readonly id: number;
      readonly name: keyof ShellPort;
      readonly args: readonly unknown[];
    };
