import type { AppState } from '#shared/contract/app.ts';
import type { Topic } from '#shared/contract/events.ts';
import { isManaged, managed } from '#shared/domain/policy/policy.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Keyring, KeyState } from '../keyring.ts';
import type { EngineLanguage } from '../language.ts';
import { policyState } from '../policy/policy-state.ts';
import type { ShellPort } from '../shell-port.ts';
import type { EngineCall, EngineHandlers } from './dispatch.ts';

/** What is answered about the application itself, whether a workspace is open or not. */
type AppCall = Extract<EngineCall, `${'app' | 'language' | 'policy' | 'update'}.${string}`>;

/** What these calls ask of the engine. */
export type AppPorts = {
  readonly state: () => AppState;
  /** Which screen the person is at. */
  readonly at: () => AppState['kind'];
  /** Opens the workspace with a key that was just made or found. */
  readonly enter: (key: KeyState) => Promise<void>;
  readonly isSending: () => boolean;
  readonly changed: (topic: Topic) => void;
  readonly keyring: Keyring;
  readonly policy: Policy;
  readonly language: EngineLanguage;
  readonly shell: ShellPort;
};

/** Handlers for the start, the language, the policy and updates. */
export const appHandlers = (engine: AppPorts): Pick<EngineHandlers, AppCall> => {
  const { keyring, policy, language, shell } = engine;
  return {
    'app.state': () => ok(engine.state()),
    'app.choosePassphrase': async ({ passphrase }) => {
      if (engine.at() !== 'choose-passphrase') return ok(null);
      const root = await keyring.choosePassphrase(passphrase);
      await engine.enter({ kind: 'open', root, sealedBy: 'passphrase' });
      return ok(null);
    },
    'app.unlock': async ({ passphrase }) => {
      if (engine.at() !== 'locked') return ok(null);
      const root = await keyring.unlock(passphrase);
      if (root === null) return fail({ kind: 'wrong-passphrase' });
      await engine.enter({ kind: 'open', root, sealedBy: 'passphrase' });
      return ok(null);
    },
    'app.sample': ({ open }) => {
      shell.switchWorkspace(open ? 'sample' : 'own');
      return ok(null);
    },
    'policy.state': () => ok(policyState(policy)),
    'update.state': async () => ok(await shell.update('state')),
    'update.act': async ({ act }) => {
      // What is being handed to a server is not cut off for a newer version; all else is saved before it is done.
      if (act === 'install' && engine.isSending()) return fail({ kind: 'update-while-sending' });
      return ok(await shell.update(act));
    },
    'language.state': async () => ok(await language.speak(null)),
    'language.choose': async ({ choice }) => {
      if (isManaged(policy, 'language')) return fail(managed(policy, 'language'));
      const state = await language.speak(choice);
      engine.changed({ topic: 'app' });
      return ok(state);
    },
  };
};
