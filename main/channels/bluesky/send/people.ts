import * as v from 'valibot';
import { jsonOf } from '../../kit/http/http-client.ts';
import type { BlueskyAccount } from '../account/account.ts';
import { granted } from '../account/xrpc.ts';
import { goodHandle, readDid } from '../names.ts';

/** Mentions of one text that are looked up; more stay words. */
const mostMentions = 10;

const didShape = v.object({ did: v.string() });
const handleShape = v.object({ handle: v.string() });

/** The DID of a handle (com.atproto.identity.resolveHandle); null where nobody has it. */
export async function didOf(
  account: BlueskyAccount,
  handle: string,
  signal: AbortSignal,
): Promise<string | null> {
  const call = { method: 'com.atproto.identity.resolveHandle', params: { handle } };
  const answer = await account.ask(call, signal);
  if (answer.status === 429 || answer.status >= 500) throw await account.refused(answer, signal);
  const parsed = granted(answer) ? v.safeParse(didShape, jsonOf(answer)) : null;
  return parsed?.success === true ? readDid(parsed.output.did) : null;
}

/** The handle of a DID (app.bsky.actor.getProfile); null where there is no such account. */
export async function handleOf(
  account: BlueskyAccount,
  did: string,
  signal: AbortSignal,
): Promise<string | null> {
  const call = { method: 'app.bsky.actor.getProfile', params: { actor: did } };
  const answer = await account.ask(call, signal);
  if (answer.status === 429 || answer.status >= 500) throw await account.refused(answer, signal);
  const parsed = granted(answer) ? v.safeParse(handleShape, jsonOf(answer)) : null;
  return parsed?.success === true ? goodHandle(parsed.output.handle) : null;
}

/** The accounts behind some handles, as far as there are any. */
export async function didsOf(
  account: BlueskyAccount,
  handles: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const handle of handles.slice(0, mostMentions)) {
    const did = await didOf(account, handle, signal);
    if (did !== null) found.set(handle, did);
  }
  return found;
}
