import * as v from 'valibot';
import type { Clock } from '#shared/kit/ports.ts';
import { jsonOf, retryAfterMs } from '../kit/http/http-client.ts';
import type { HttpAnswer } from '../kit/http/http-client.ts';
import type { Attempt, SendHooks, SendResult } from '../kit/outgoing.ts';
import { pause } from '../kit/waiting.ts';
import { errorOf } from './api/client.ts';
import type { TwilioClient } from './api/client.ts';
import { messageResource } from './api/resources.ts';
import { saidIn } from './compose.ts';
import type { Said } from './compose.ts';
import { wireAddress } from './kinds.ts';
import type { TwilioKind } from './kinds.ts';
import { gist } from './memory.ts';
import type { SentMemory } from './memory.ts';
import { readPhoneNumber } from './phone-number.ts';
import type { TwilioSettings } from './settings.ts';

/** What sending needs to know. */
export type Sender = {
  readonly kind: TwilioKind;
  readonly client: TwilioClient;
  readonly settings: TwilioSettings;
  readonly clock: Clock;
  readonly sent: SentMemory;
};

/**
 * A message leaves this long (ms) after its try began. The API tells when it made a message in whole seconds, and its clock can be read
 * only so well: anything said before the try began is older by this than what the try says, so the two are told apart by their dates,
 * even after a restart, though they have the same words. See {@link reconcileMessage}.
 */
export const apartMs = 2_500;

/** How long a message may be on its way before one that looks like it is taken for somebody else's. */
const openFor = 5 * 60_000;

/** One recipient's fate. */
type Fate =
  | { readonly kind: 'accepted'; readonly sid: string | null }
  | Extract<SendResult, { readonly kind: 'rejected' | 'retry' | 'unknown' }>;

const formOf = (sender: Sender, said: Said, to: string): URLSearchParams => {
  const form = new URLSearchParams({
    To: wireAddress(sender.kind, to),
    From: wireAddress(sender.kind, sender.settings.own),
  });
  if (said.template === null) form.set('Body', said.text);
  else {
    form.set('ContentSid', said.template.id);
    if (Object.keys(said.template.values).length > 0)
      form.set('ContentVariables', JSON.stringify(said.template.values));
  }
  return form;
};

/** What an answer to a message means. A fault of the server proves nothing; a refusal of the account is none of the message. */
function fateOf(answer: HttpAnswer, clock: Clock): Fate {
  const { code, said } = errorOf(answer);
  switch (true) {
    case answer.status >= 200 && answer.status < 300: {
      const made = v.safeParse(messageResource, jsonOf(answer));
      return made.success ? { kind: 'accepted', sid: made.output.sid } : { kind: 'unknown', said };
    }
    case answer.status === 429 || code === 20_429:
      return { kind: 'retry', said, afterMs: retryAfterMs(answer.headers, clock.now()) };
    case answer.status === 401 || code === 20_003 || code === 20_403 || code === 70_051:
      return { kind: 'retry', said, afterMs: null };
    case answer.status >= 400 && answer.status < 500:
      return { kind: 'rejected', said, code: code === null ? String(answer.status) : String(code) };
    default:
      return { kind: 'unknown', said };
  }
}

async function sendOne(
  sender: Sender,
  said: Said,
  { to, clientId }: { readonly to: string; readonly clientId: string },
  signal: AbortSignal,
): Promise<Fate> {
  const { client, settings, clock, sent } = sender;
  sent.begin({ clientId, to, gist: gist(said.text), until: clock.monotonic() + openFor });
  const path = `2010-04-01/Accounts/${settings.accountSid}/Messages.json`;
  const outcome = await client.say({ method: 'POST', path, body: formOf(sender, said, to) }, signal);
  const fate: Fate =
    outcome.kind === 'answered'
      ? fateOf(outcome.answer, clock)
      : outcome.kind === 'unknown'
        ? { kind: 'unknown', said: outcome.said }
        : { kind: 'retry', said: outcome.error.failure.said ?? outcome.error.message, afterMs: null };
  if (fate.kind === 'accepted' && fate.sid !== null) sent.name(fate.sid, clientId);
  if (fate.kind !== 'unknown') sent.end(clientId, to);
  return fate;
}

/** Waits until what is said now is younger than what was said before the try began, by dates of whole seconds. */
async function standApart(attempt: Attempt, clock: Clock, signal: AbortSignal): Promise<void> {
  const gone = clock.now() - attempt.since;
  // A clock that was set back says nothing about how long ago it was.
  await pause(gone < 0 ? apartMs : Math.max(0, apartMs - gone), signal);
}

/** One try to send: one request for each recipient, and each answered before the next is made. */
export async function sendMessage(
  sender: Sender,
  attempt: Attempt,
  hooks: SendHooks,
  signal: AbortSignal,
): Promise<SendResult> {
  const said = saidIn(attempt.bytes);
  if (said === null || attempt.pending.length === 0) return { kind: 'rejected', said: '', code: 'form' };
  const wrong = attempt.pending.find((recipient) => readPhoneNumber(recipient) === null);
  if (wrong !== undefined) return { kind: 'rejected', said: wrong, code: '21211' };
  await standApart(attempt, sender.clock, signal);
  await hooks.handingOver();
  const accepted: string[] = [];
  const refused: { recipient: string; said: string; permanent: boolean }[] = [];
  let externalId: string | null = null;
  let last: Fate | null = null;
  for (const recipient of attempt.pending) {
    const to = readPhoneNumber(recipient) ?? recipient;
    const fate: Fate = await sendOne(sender, said, { to, clientId: attempt.clientId }, signal);
    last = fate;
    if (fate.kind === 'unknown') return fate;
    if (fate.kind === 'accepted') {
      accepted.push(recipient);
      externalId ??= fate.sid;
    } else refused.push({ recipient, said: fate.said, permanent: fate.kind === 'rejected' });
  }
  if (accepted.length === 0 && last !== null && last.kind !== 'accepted') return last;
  return { kind: 'accepted', accepted, refused, externalId };
}
