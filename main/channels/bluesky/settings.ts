import type { Settings } from '#shared/contract/accounts.ts';
import { textOf } from '../kit/endpoint.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { readBaseUrl } from '../kit/http/base-url.ts';
import { readDid, readHandle } from './names.ts';

/** Where nearly everybody signs in, and the service that everybody's direct messages go through. */
const usualService = 'https://bsky.social';
const usualChat = 'did:web:api.bsky.chat';

/** The settings of a Bluesky account, checked. */
export type BlueskySettings = {
  /** Where we sign in; the account itself may live elsewhere. */
  readonly service: URL;
  /** The service for direct messages, as the header `atproto-proxy` names it. */
  readonly chat: string;
};

/** Reads an account's settings; a bad field is a ChannelError `settings` that names it. */
export function readSettings(settings: Settings): BlueskySettings {
  const chat = readDid(textOf(settings, 'chat') ?? usualChat);
  if (chat === null) throw new ChannelError(failure('settings', 'chat'));
  return { service: readBaseUrl(settings, 'service', usualService), chat: `${chat}#bsky_chat` };
}

/** Our address as the form gave it: a handle or a DID; anything else is a ChannelError `settings`. */
export function readOwnAddress(address: string): string {
  const typed = address.trim();
  const found = readDid(typed) ?? readHandle(typed);
  if (found === null) throw new ChannelError(failure('settings', 'address'));
  return found;
}
