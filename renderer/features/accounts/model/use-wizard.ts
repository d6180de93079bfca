import { useEffect, useReducer, useRef } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import type { AccountFailure, Credential, Settings } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import {
  startWizard,
  typedCredential,
  wizardAfter,
  type Trouble,
  type Wizard,
  type WizardEvent,
} from './wizard.ts';

/** What the screen of the wizard can do. */
export type WizardHands = {
  readonly wizard: Wizard;
  readonly tell: (event: WizardEvent) => void;
  readonly look: () => void;
  /** Tries with a password or a token; an empty one where the channel needs none. */
  readonly trySecret: (secret: string) => void;
  readonly signIn: () => void;
  readonly cancelSignIn: () => void;
  /** Trusts the certificate that was shown, and tries again with the same password or sign-in. */
  readonly trust: () => void;
};

type Refused =
  | { readonly kind: 'cannot-connect'; readonly failure: AccountFailure }
  | { readonly kind: Exclude<string, 'cannot-connect'> };

const troubleOf = (refusal: Refused): Trouble =>
  'failure' in refusal ? { kind: 'failure', failure: refusal.failure } : { kind: 'refusal', refusal };

/** Runs the calls of the wizard. */
export const useWizard = (
  profile: ChannelProfile,
  senderName: string,
  again: { readonly id: AccountId; readonly address: string } | null,
): WizardHands => {
  const client = useEngine();
  const [wizard, tell] = useReducer(wizardAfter, null, () => startWizard(profile, senderName, again));
  // Kept for the one question that comes between a try and the next: whether to trust a certificate.
  const lastCredential = useRef<Credential>({ kind: 'none' });

  const { address, stage } = wizard;
  const kind = wizard.profile.kind;

  useEffect(() => {
    if (stage.kind !== 'looking') return;
    let left = false;
    void client.call('account.discover', { kind, address }).then((answer) => {
      if (left) return;
      if (answer.ok) tell({ kind: 'found', address, found: answer.value.found });
      else tell({ kind: 'trouble', trouble: troubleOf(answer.failure) });
    });
    return () => {
      left = true;
    };
  }, [client, stage.kind, kind, address]);

  const tryWith = async (credential: Credential, settings: Settings): Promise<void> => {
    lastCredential.current = credential;
    tell({ kind: 'try' });
    if (wizard.account === null) {
      const answer = await client.call('account.add', {
        kind,
        address,
        senderName: wizard.senderName.trim(),
        settings,
        credential,
      });
      if (answer.ok) tell({ kind: 'added', id: answer.value.id });
      else tell({ kind: 'trouble', trouble: troubleOf(answer.failure) });
      return;
    }
    const answer = await client.call('account.reconnect', {
      id: wizard.account,
      settings: wizard.keepsSettings ? null : settings,
      credential,
    });
    if (answer.ok) tell({ kind: 'added', id: wizard.account });
    else tell({ kind: 'trouble', trouble: troubleOf(answer.failure) });
  };

  const signIn = async (): Promise<void> => {
    tell({ kind: 'sign-in' });
    const { settings } = wizard;
    const answer = await client.call('account.signIn', { kind, address, settings });
    if (answer.ok) await tryWith({ kind: 'oauth', ticket: answer.value.ticket }, settings);
    else tell({ kind: 'trouble', trouble: troubleOf(answer.failure) });
  };

  return {
    wizard,
    tell,
    look: () => {
      tell({ kind: 'look' });
    },
    trySecret: (secret) => {
      void tryWith(typedCredential(secret), wizard.settings);
    },
    signIn: () => {
      void signIn();
    },
    cancelSignIn: () => {
      void client.call('account.cancelSignIn', {});
    },
    trust: () => {
      const { settings } = wizardAfter(wizard, { kind: 'trust' });
      tell({ kind: 'trust' });
      void tryWith(lastCredential.current, settings);
    },
  };
};
