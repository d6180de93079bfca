import { readFileSync } from 'node:fs';

/** What Chromium's network stack did, read from its own log (`--log-net-log`) after the process has ended. */
export type NetworkUse = {
  /** Addresses of requests that reached the stack, but for files and bytes of the application's own. */
  readonly requests: readonly string[];
  /** Host names that were looked up, and those that a connection was prepared for. */
  readonly names: readonly string[];
  /** TCP and UDP sockets that were connected. */
  readonly sockets: number;
  /** Entries in all: a log without any says nothing. */
  readonly entries: number;
};

type Entry = { readonly type: string; readonly params: unknown };

const own = /^(steward-app|blob|data|devtools|about|chrome-error):/i;

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const entriesOf = (file: string): readonly Entry[] => {
  const log = record(JSON.parse(readFileSync(file, 'utf8')));
  const types = new Map(
    Object.entries(record(record(log['constants'])['logEventTypes'])).map(([name, number]) => [number, name]),
  );
  const events: readonly unknown[] = Array.isArray(log['events']) ? log['events'] : [];
  return events.map((event) => {
    const { type, params } = record(event);
    return { type: types.get(type) ?? '', params };
  });
};

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Counts by the stack's own events, because HTTPS, prefetched names and bare connections show at no listener. */
export const readNetLog = (file: string): NetworkUse => {
  const entries = entriesOf(file);
  const requests = new Set<string>();
  const names = new Set<string>();
  let sockets = 0;
  for (const { type, params } of entries) {
    const { url, host, group_id: group } = record(params);
    const address = text(url);
    if (address !== null && !own.test(address)) {
      if (type.startsWith('URL_REQUEST')) requests.add(address);
      else names.add(address);
    }
    if (type.startsWith('HOST_RESOLVER') || type.startsWith('DNS_')) {
      const name = text(host);
      if (name !== null) names.add(name);
    }
    const place = text(group);
    if (place !== null) names.add(place);
    if (/^(TCP_CONNECT|UDP_CONNECT|QUIC_SESSION)$/.test(type)) sockets += 1;
  }
  return { requests: [...requests], names: [...names], sockets, entries: entries.length };
};
