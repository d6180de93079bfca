/**
 * The `max_id` of the next page as the Link header names it (RFC 8288; docs.joinmastodon.org/api/guidelines, pagination). Only the id is
 * taken: the address itself may be one that this machine does not reach, behind a proxy.
 */
export function nextMaxId(header: string | null): string | null {
  for (const [, target = '', parameters = ''] of (header ?? '')
    .slice(0, 8_000)
    .matchAll(/<([^<>]*)>([^<]*)/g)) {
    if (!/;\s*rel="?next"?/i.test(parameters)) continue;
    const url = URL.canParse(target, 'https://localhost') ? new URL(target, 'https://localhost') : null;
    const id = url?.searchParams.get('max_id') ?? '';
    if (id !== '' && id.length <= 100) return id;
  }
  return null;
}
