import * as v from 'valibot';
import type { Clock } from '#shared/kit/ports.ts';
import { jsonOf } from '../../kit/http/http-client.ts';
import type { Attempt, Reconciled, SendHooks, SendResult } from '../../kit/outgoing.ts';
import type { BlueskyAccount } from '../account/account.ts';
import { granted, refusalIn, saidIn } from '../account/xrpc.ts';
import type { Said } from '../compose.ts';
import { messageName } from '../map/mapper.ts';
import { readDid } from '../names.ts';
import { facetsOf, handlesIn } from './facets.ts';
import { fateOf } from './outcome.ts';
import { didOf, didsOf } from './people.ts';

type Direct = Extract<Said, { readonly is: 'direct' }>;
type Refused = Extract<SendResult, { readonly kind: 'rejected' }>;

const convoShape = v.object({ convo: v.object({ id: v.string() }) });
const sentShape = v.object({ id: v.string() });

/** The conversation with somebody, made by the service where there is none yet. */
async function convoWith(
  account: BlueskyAccount,
  to: string | null,
  signal: AbortSignal,
): Promise<string | Refused> {
  const did = to === null ? null : (readDid(to) ?? (await didOf(account, to, signal)));
  if (did === null) return { kind: 'rejected', said: to ?? '', code: 'no-such-account' };
  const answer = await account.ask(
    { method: 'chat.bsky.convo.getConvoForMembers', params: { members: [did] }, proxy: account.chat },
    signal,
  );
  if (granted(answer)) {
    const parsed = v.safeParse(convoShape, jsonOf(answer));
    if (parsed.success) return parsed.output.convo.id;
  }
  const refusal = refusalIn(answer);
  // Whoever takes messages only from people they follow will not take ours tomorrow either.
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
    return { kind: 'rejected', said: saidIn(refusal) ?? '', code: refusal.error };
  throw await account.refused(answer, signal);
}

/** One try to send a direct message. It has no key of ours: what becomes of it after a broken line has to be looked up. */
export async function sendDirect(
  account: BlueskyAccount,
  direct: Direct,
  attempt: Attempt,
  hooks: SendHooks,
  now: () => number,
  signal: AbortSignal,
): Promise<SendResult> {
  const convoId = direct.convo ?? (await convoWith(account, direct.to, signal));
  if (typeof convoId !== 'string') return convoId;
  const facets = facetsOf(direct.text, await didsOf(account, handlesIn(direct.text), signal));
  const message = { text: direct.text, ...(facets.length === 0 ? {} : { facets }) };
  await hooks.handingOver();
  const call = { method: 'chat.bsky.convo.sendMessage', input: { convoId, message }, proxy: account.chat };
  const fate = fateOf(await account.say(call, signal), now());
  if (fate.kind === 'over') return fate.result;
  const parsed = v.safeParse(sentShape, jsonOf(fate.answer));
  const externalId = parsed.success ? messageName(convoId, parsed.output.id) : null;
  return { kind: 'accepted', accepted: attempt.pending, refused: [], externalId };
}

const pageShape = v.object({
  cursor: v.exactOptional(v.string()),
  messages: v.array(
    v.object({
      id: v.fallback(v.string(), ''),
      text: v.fallback(v.nullable(v.string()), null),
      sender: v.fallback(v.object({ did: v.string() }), { did: '' }),
      sentAt: v.fallback(v.string(), ''),
    }),
  ),
});

/** Pages of a hundred that are searched; more than that within one attempt nobody writes by hand. */
const mostPages = 10;

/**
 * Looks for our words among what was said since the first try, by the service's own clock: the difference to ours is what its answer
 * says beyond doubt, to the second. The same words said earlier do not count. One message with them proves that it arrived; two cannot
 * be told apart, but then one of them is ours, too. None proves that it did not, once the service has had the time to hear it: the
 * engine looks for a minute.
 */
export async function reconcileDirect(
  account: BlueskyAccount,
  direct: Direct,
  attempt: Attempt,
  clock: Clock,
  signal: AbortSignal,
): Promise<Reconciled> {
  const convoId = direct.convo ?? (await convoWith(account, direct.to, signal));
  if (typeof convoId !== 'string') return 'unknown';
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const params = { convoId, limit: '100', cursor };
    const answer = await account.ask(
      { method: 'chat.bsky.convo.getMessages', params, proxy: account.chat },
      signal,
    );
    if (!granted(answer)) throw await account.refused(answer, signal);
    const parsed = v.safeParse(pageShape, jsonOf(answer));
    if (!parsed.success) return 'unknown';
    const since = attempt.since + aheadOfUs(answer.headers.get('date'), clock.now());
    const recent = parsed.output.messages.filter(({ sentAt }) => Date.parse(sentAt) >= since);
    const ours = recent.findLast(
      ({ text, sender }) => text === direct.text && readDid(sender.did) === account.did,
    );
    if (ours !== undefined) return { acceptedAs: messageName(convoId, ours.id) };
    cursor = parsed.output.cursor;
    if (cursor === undefined || recent.length < parsed.output.messages.length) return 'absent';
  }
  return 'unknown';
}

/** How much the server's clock is ahead of ours, in ms, at least: its header is cut to the second. */
function aheadOfUs(date: string | null, now: number): number {
  const at = Date.parse(date ?? '');
  return Number.isNaN(at) ? -60_000 : at - now;
}
