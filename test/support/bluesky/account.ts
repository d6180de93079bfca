import type { Secrets, SessionContext } from '#main/channels/kit/channel.ts';
import { systemClock } from '../email-account.ts';
import { appPassword, newPerson } from './people.ts';
import type { Person } from './people.ts';
import type { Network } from './network.ts';

/** An account of ours on a real PDS, reached through `service`, with its secrets as they were saved. */
export type OurAccount = {
  readonly person: Person;
  readonly context: SessionContext;
  readonly secrets: () => Secrets;
  /** Every save, in order. */
  readonly saves: readonly Secrets[];
  readonly keep: (secrets: Secrets) => void;
  /** From now on the access token is one whose time is over. */
  readonly expireToken: () => Promise<void>;
  /** The person takes the password back, which ends what was made with it. */
  readonly revoke: () => Promise<void>;
};

const passwordName = 'Steward';

/** Opens an account for us and signs in with a password made for programs. */
export async function newAccountOfOurs(
  network: Network,
  at: { readonly service: string; readonly chat?: string },
  options: { readonly privileged?: boolean; readonly displayName?: string } = {},
): Promise<OurAccount> {
  const person = await newPerson(network, 'agent', options.displayName ?? '');
  const password = await appPassword(person, passwordName, options.privileged ?? true);
  const saves: Secrets[] = [];
  let secrets: Secrets = { kind: 'password', user: person.handle, password };
  const context: SessionContext = {
    address: person.did,
    settings: { service: at.service, ...(at.chat === undefined ? {} : { chat: at.chat }) },
    clock: systemClock,
    secrets: () => secrets,
    saveSecrets: async (fresh) => {
      secrets = fresh;
      saves.push(fresh);
    },
    log: () => undefined,
  };
  return {
    person,
    context,
    secrets: () => secrets,
    saves,
    keep: (next) => {
      secrets = next;
    },
    expireToken: async () => {
      if (secrets.kind !== 'password' || secrets.session === undefined) return;
      const { session } = secrets;
      const exp = Math.floor(Date.now() / 1_000) - 60;
      secrets = {
        ...secrets,
        session: { ...session, accessToken: await network.aged(session.accessToken, exp) },
      };
    },
    revoke: async () => {
      await person.call('com.atproto.server.revokeAppPassword', { input: { name: passwordName } });
    },
  };
}
