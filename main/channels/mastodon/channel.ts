import type { Settings } from '#shared/contract/accounts.ts';
import type { Channel, Probed, Secrets, SessionContext } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import type { Instance } from './api/entities.ts';
import { composePost } from './compose.ts';
import { mastodonMapper } from './map/mapper.ts';
import { addressOf, readRecipient } from './names.ts';
import { mastodonProfile, roomForName } from './profile.ts';
import { SentMemory } from './sent-memory.ts';
import { MastodonSession, apiFor, streamsOfAccount } from './session.ts';
import { readInstance, readToken } from './settings.ts';
import { usualTiming } from './timing.ts';
import type { Timing } from './timing.ts';

const countIn = (value: number): number | null => (Number.isSafeInteger(value) && value > 0 ? value : null);

/** The server's own limits, where it tells them. */
function limitsOf({ configuration, max_toot_chars: older }: Instance): Settings {
  const { statuses, media_attachments: media } = configuration;
  const maxText = countIn(statuses.max_characters) ?? countIn(older);
  // A picture may be smaller than a film; the larger one is the limit here, and the server says what it thinks of the picture.
  const largest = countIn(Math.max(media.image_size_limit, media.video_size_limit));
  return {
    ...(maxText === null || maxText <= roomForName ? {} : { maxText: maxText - roomForName }),
    ...(largest === null ? {} : { maxAttachmentBytes: largest }),
  };
}

async function probe(context: SessionContext, signal: AbortSignal): Promise<Probed> {
  const base = readInstance(context.settings);
  const api = apiFor(context);
  const { acct } = await api.verify(signal);
  const instance = await api.instance(signal);
  // The name in handles may be another than that of the machine; version 1 calls it `uri`, and some write it as an address.
  const home = (instance.domain === '' ? instance.uri : instance.domain)
    .replace(/^https?:\/\//i, '')
    .replace(/\/.*$/, '');
  const address = addressOf(acct, home === '' ? base.host : home);
  if (address === null) throw new ChannelError(failure('protocol', base.host));
  return { address, label: `@${address}`, streams: streamsOfAccount, settings: limitsOf(instance) };
}

/** Makes the Mastodon channel: what an account is told publicly and directly, and its answers. Also for servers that speak the same API. */
export function createMastodonChannel(options: { readonly timing?: Partial<Timing> } = {}): Channel {
  const timing: Timing = { ...usualTiming, ...options.timing };
  const sent = new SentMemory();
  return {
    profile: mastodonProfile,
    mapper: mastodonMapper,
    discover: () => Promise.resolve([]),
    signIn: () => Promise.reject(new ChannelError(failure('settings', 'password'))),
    secretsFrom: (_address, settings, credential): Secrets => {
      readInstance(settings);
      if (credential.kind !== 'password') throw new ChannelError(failure('settings', 'password'));
      return { kind: 'password', user: '', password: readToken(credential.password) };
    },
    probe,
    open: (context) => new MastodonSession(context, timing, sent),
    readRecipient,
    compose: composePost,
  };
}

/** The Mastodon channel of the product. */
export const mastodonChannel: Channel = createMastodonChannel();
