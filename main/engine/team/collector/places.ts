import * as v from 'valibot';
import type { AccountId } from '#shared/kit/brand.ts';
import { placesInTeam } from '../../store/team/cursors.ts';
import type { StreamPlace } from '../../store/team/cursors.ts';
import type { Workspace } from '../../workspace.ts';
import { TeamError } from '../connection-failure.ts';
import type { TeamCall } from '../credentials/login-share.ts';

const answered = v.array(
  v.object({ stream: v.string(), cursor: v.record(v.string(), v.unknown()), imported: v.boolean() }),
);

/** How far accounts are read, between the devices of a team: who takes one over goes on where the last one stopped. */
export class Places {
  readonly #workspace: Pick<Workspace, 'db' | 'writer' | 'log'>;
  #told = '';

  constructor(workspace: Pick<Workspace, 'db' | 'writer' | 'log'>) {
    this.#workspace = workspace;
  }

  /** Tells how far the accounts here are read, where that has changed and the team has everything up to there. */
  async tell(call: TeamCall): Promise<void> {
    const places = placesInTeam(this.#workspace.db);
    const said = JSON.stringify(places.map((one) => ({ ...one, cursor: JSON.parse(one.cursor) as unknown })));
    if (places.length === 0 || said === this.#told) return;
    await call('keep_cursors', [said]);
    this.#told = said;
  }

  /** Before an account is read here: goes on where another device stopped. Where nobody can be asked it is read from where it was read here. */
  async goOn(account: AccountId, call: TeamCall | null): Promise<void> {
    if (call === null) return;
    try {
      const read = v.parse(answered, await call('cursors_of', [account]));
      const places: readonly StreamPlace[] = read.map(({ cursor, ...one }) => ({
        ...{ account, cursor: JSON.stringify(cursor) },
        ...one,
      }));
      if (places.length === 0) return;
      await this.#workspace.writer.run('team.go-on', places);
      this.#told = '';
    } catch (error) {
      // What is read twice is recognised; what is not read at all would be missed.
      if (!(error instanceof TeamError) && !(error instanceof v.ValiError)) throw error;
      this.#workspace.log.line('places not heard', { account });
    }
  }
}
