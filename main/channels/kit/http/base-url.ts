import type { Settings } from '#shared/contract/accounts.ts';
import { isLoopback, textOf } from '../endpoint.ts';
import { ChannelError, failure } from '../failure.ts';

/**
 * Reads the address of a server from the settings: https, or http on this machine alone, without credentials in it. It ends with a slash,
 * so that paths can be resolved against it. A bad one is a ChannelError `settings` that names the field.
 */
export function readBaseUrl(settings: Settings, field: string, usual: string | null): URL {
  const text = textOf(settings, field) ?? usual ?? '';
  const typed = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(typed) ? new URL(typed) : null;
  const allowed =
    url !== null &&
    url.hostname !== '' &&
    url.username === '' &&
    url.password === '' &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)));
  if (!allowed) throw new ChannelError(failure('settings', field));
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
