import type { Client } from 'pg';
import { readInvitation } from '#main/engine/team/invitation-link.ts';
import type { Hello, Page } from '#main/engine/team/wire.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { randomUUID } from 'node:crypto';
import type { TestPostgres } from '../../support/postgres/postgres.ts';
import { Known, messageDocument, opening } from '../../support/postgres/pushes.ts';
import { callTeam, connectAs, newcomer, redeem } from '../../support/postgres/team.ts';
import type { Colleague } from '../../support/team/office.ts';

/** A member on the wire alone: listens, pulls when it is told, and pushes; what comes is not kept. */
export class WireMember {
  readonly #client: Client;
  readonly #schema: string;
  readonly #known = new Known();
  readonly #id: string;
  readonly #got: (document: string) => void;
  #seq = 0;
  #pulling = false;
  #told = false;
  /** How long each pull took, in ms. */
  readonly pulls: number[] = [];

  private constructor(client: Client, schema: string, id: string, got: (document: string) => void) {
    this.#client = client;
    this.#schema = schema;
    this.#id = id;
    this.#got = got;
  }

  /** Joins as an agent and listens; `got` hears the id of every document that comes. */
  static async join(
    postgres: TestPostgres,
    founder: Colleague,
    name: string,
    got: (document: string) => void,
  ): Promise<WireMember> {
    const { link } = await founder.ask('team.invite', { role: 'agent', hours: 1 });
    const invitation = readInvitation(link);
    if (invitation === null) throw new Error('an invitation that nobody can read');
    const { database, schema, role, password } = invitation;
    const joining = newcomer(name);
    const login = await redeem(postgres, { database, schema }, { user: role, password }, joining);
    const client = await connectAs(postgres, database, login);
    const member = new WireMember(client, schema, joining.member.id, got);
    const hello = (await callTeam(client, schema, 'hello', [2])) as Hello;
    member.#seq = hello.seq;
    client.on('notification', () => {
      member.#told = true;
      if (!member.#pulling) void member.#pull();
    });
    await client.query(`LISTEN "${hello.channel}"`);
    return member;
  }

  async #pull(): Promise<void> {
    this.#pulling = true;
    while (this.#told) {
      this.#told = false;
      for (let more = true; more;) {
        const started = performance.now();
        const page = (await callTeam(this.#client, this.#schema, 'pull', [this.#seq, 500])) as Page;
        this.pulls.push(performance.now() - started);
        this.#seq = Math.max(this.#seq, page.upTo);
        for (const { id } of page.documents) this.#got(id);
        more = page.more;
      }
    }
    this.#pulling = false;
  }

  /** Pushes a new conversation with one message; answers the message's id and how long the database took, in ms. */
  async write(began: (message: string) => void): Promise<{ readonly message: string; readonly ms: number }> {
    const conversation = randomUUID() as ConversationId;
    const message = messageDocument(conversation, `Where is order ${conversation}?`, { at: Date.now() });
    const tellings = opening(message.id).map((event) => ({ conversation, author: null, event }));
    const push = this.#known.push(tellings, [message]);
    began(message.id);
    const started = performance.now();
    const answer = (await callTeam(this.#client, this.#schema, 'push', [
      push.id,
      push.documents,
      push.events,
    ])) as { readonly kind: string };
    const ms = performance.now() - started;
    if (answer.kind !== 'accepted') throw new Error(`${this.#id}: ${JSON.stringify(answer)}`);
    this.#known.note(push);
    return { message: message.id, ms };
  }

  /** How long a call takes, in ms. */
  async time(name: string, ...values: readonly unknown[]): Promise<number> {
    const started = performance.now();
    await callTeam(this.#client, this.#schema, name, values);
    return performance.now() - started;
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}
