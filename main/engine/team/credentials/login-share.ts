import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { settings as settingsSchema } from '#shared/contract/accounts.ts';
import { memberId } from '#shared/contract/schemas.ts';
import type { AccountId, MemberId } from '#shared/kit/brand.ts';
import {
  accountSecrets,
  connectedAccount,
  connectedAccounts,
  secretsShape,
} from '../../store/read/account.ts';
import type { ConnectedAccount } from '../../store/read/account.ts';
import { colleagueAccount } from '../../store/read/colleague-account.ts';
import { notedLogin } from '../../store/read/login.ts';
import type { Workspace } from '../../workspace.ts';
import type { DeviceKey } from './device-key.ts';
import { SealBroken, seal, unseal } from './envelope.ts';

/** Asks one of the team's functions. */
export type TeamCall = (name: string, parameters: readonly unknown[]) => Promise<unknown>;

/** Who this device is in its team; `team` is the team's id, which the sealed texts are bound to. */
export type DeviceInTeam = {
  readonly team: string;
  readonly member: MemberId;
  readonly device: string;
  readonly key: DeviceKey;
};

const overviewShape = v.array(
  v.object({
    account: v.string(),
    keepers: v.array(memberId),
    version: v.nullable(v.string()),
    reader: v.nullable(
      v.object({
        id: v.string(),
        device: v.string(),
        member: v.string(),
        since: v.number(),
        locked: v.boolean(),
      }),
    ),
    sealed: v.nullable(v.object({ version: v.string(), sealed: v.string() })),
    devices: v.array(v.object({ id: v.string(), key: v.string(), version: v.nullable(v.string()) })),
  }),
);

/** What the team's database tells of one account's reader and of who may have its login. */
export type AccountShared = v.InferOutput<typeof overviewShape>[number];

const loginShape = v.object({ kind: v.string(), settings: settingsSchema, secrets: secretsShape });
type Login = v.InferOutput<typeof loginShape>;

const kindOf = (answer: unknown): string => v.parse(v.object({ kind: v.string() }), answer).kind;

const hashOf = (login: Login): string =>
  createHash('sha256')
    .update(JSON.stringify([login.kind, login.settings, login.secrets]))
    .digest('base64');

/**
 * Brings the logins of accounts to the devices of those members who were chosen for it, sealed for each device: what is changed here goes
 * to the others, what a colleague changed comes here. The database only ever holds what it cannot read.
 */
export class LoginShare {
  readonly #workspace: Workspace;
  readonly #me: DeviceInTeam;
  /** A login has come, so the account can be read here. */
  readonly #received: (account: AccountId) => void;
  #overview: readonly AccountShared[] = [];
  #keySaid = false;
  #early = false;
  #last: Promise<void> = Promise.resolve();
  /** Versions that could not be opened here; they are not tried at every round. */
  readonly #unusable = new Set<string>();

  constructor(workspace: Workspace, me: DeviceInTeam, received: (account: AccountId) => void) {
    this.#workspace = workspace;
    this.#me = me;
    this.#received = received;
  }

  /** A login has come whose account has not: it is to be looked at again soon. */
  get isEarly(): boolean {
    return this.#early;
  }

  /** What was last heard of all accounts. */
  get overview(): readonly AccountShared[] {
    return this.#overview;
  }

  /** Asks the team's database how things stand, and does what is to be done about it. */
  round(call: TeamCall): Promise<void> {
    // One after the other: two at a time would each make a version of their own.
    const mine = this.#last.then(() => this.#round(call));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #round(call: TeamCall): Promise<void> {
    if (!this.#keySaid) {
      await call('say_key', [Buffer.from(this.#me.key.open).toString('base64')]);
      this.#keySaid = true;
    }
    this.#overview = v.parse(overviewShape, await call('accounts_shared', []));
    this.#early = false;
    for (const account of connectedAccounts(this.#workspace.db)) {
      if (!account.archive) await this.#tend(call, account);
    }
    for (const shared of this.#overview) {
      const id = shared.account as AccountId;
      if (shared.sealed === null || connectedAccount(this.#workspace.db, id) !== null) continue;
      await this.#take(id, shared.sealed);
    }
  }

  async #tend(call: TeamCall, account: ConnectedAccount): Promise<void> {
    const { member } = this.#me;
    const shared = this.#overview.find((one) => one.account === account.id);
    if (shared === undefined || shared.keepers.length === 0) {
      // Whoever connected it may have it, and chooses who else may.
      await call('share_account', [account.id, JSON.stringify([member]), true]);
      this.#overview = v.parse(overviewShape, await call('accounts_shared', []));
      const now = this.#overview.find((one) => one.account === account.id);
      if (now?.keepers.includes(member) === true) await this.#tendShared(call, account, now);
      return;
    }
    if (shared.keepers.includes(member)) await this.#tendShared(call, account, shared);
  }

  async #tendShared(call: TeamCall, account: ConnectedAccount, shared: AccountShared): Promise<void> {
    const noted = notedLogin(this.#workspace.db, account.id);
    const login = this.#loginOf(account);
    if (login === null) return;
    if (shared.sealed !== null && shared.sealed.version !== noted?.version) {
      await this.#take(account.id, shared.sealed);
      return;
    }
    if (shared.version === null) {
      await this.#put(call, account.id, login, { shared, next: this.#workspace.ids.next() });
      return;
    }
    if (noted?.version !== shared.version) return;
    if (noted.hash !== hashOf(login)) {
      await this.#put(call, account.id, login, { shared, next: this.#workspace.ids.next() });
      return;
    }
    if (shared.devices.some(({ version }) => version !== shared.version)) {
      await this.#put(call, account.id, login, { shared, next: shared.version });
    }
  }

  #loginOf({ id, kind, settings }: ConnectedAccount): Login | null {
    try {
      return { kind, settings, secrets: accountSecrets(this.#workspace.db, id) };
    } catch (error) {
      // A login of a form that this version does not know is left alone.
      if (error instanceof v.ValiError) return null;
      throw error;
    }
  }

  /** Seals a login for the devices that do not have this version of it. */
  async #put(
    call: TeamCall,
    account: AccountId,
    login: Login,
    { shared, next }: { readonly shared: AccountShared; readonly next: string },
  ): Promise<void> {
    const { team } = this.#me;
    const text = Buffer.from(JSON.stringify(login), 'utf8');
    const sealed = [];
    for (const device of shared.devices) {
      if (device.version === next) continue;
      const key = Buffer.from(device.key, 'base64');
      try {
        const bytes = seal(text, new Uint8Array(key), { team, account, device: device.id });
        sealed.push({ device: device.id, sealed: Buffer.from(bytes).toString('base64') });
      } catch {
        // A device that has not said a key that one can seal for; it says one when it next comes.
      }
    }
    if (next === shared.version && sealed.length === 0) return;
    const answer = await call('put_secrets', [account, shared.version, next, JSON.stringify(sealed)]);
    if (kindOf(answer) !== 'kept') return;
    const noted = { version: next, hash: hashOf(login) };
    await this.#workspace.writer.run('login.note', { account, noted });
    this.#workspace.log.line('login sealed', { account, devices: sealed.length });
  }

  async #take(
    account: AccountId,
    sealed: { readonly version: string; readonly sealed: string },
  ): Promise<void> {
    const { team, device, key } = this.#me;
    const { db, log, writer } = this.#workspace;
    const known = connectedAccount(db, account) ?? colleagueAccount(db, account);
    if (known === null) {
      // Its document has not come yet.
      this.#early = true;
      return;
    }
    if (this.#unusable.has(sealed.version)) return;
    try {
      const bytes = new Uint8Array(Buffer.from(sealed.sealed, 'base64'));
      const text = Buffer.from(unseal(bytes, key.secret, { team, account, device })).toString('utf8');
      const login = v.parse(loginShape, JSON.parse(text));
      if (login.kind !== known.kind) throw new SealBroken('damaged');
      const noted = { version: sealed.version, hash: hashOf(login) };
      const { settings, secrets } = login;
      if (await writer.run('login.receive', { account, settings, secrets, noted })) this.#received(account);
    } catch (error) {
      if (!(error instanceof SealBroken || error instanceof v.ValiError || error instanceof SyntaxError))
        throw error;
      this.#unusable.add(sealed.version);
      log.line('sealed login not usable', {
        account,
        why: error instanceof SealBroken ? error.why : 'shape',
      });
    }
  }
}
