/** A name that nobody has (RFC 6761) and addresses that nobody has (RFC 5737, 3849): the recorder has to see them. */
export const probes = { name: 'recorded.invalid', address: '203.0.113.53', address6: '2001:db8::53' };

/**
 * What the tests in the real application may ask for, and why. `host` is a name, an address, or `*.` and the end of names.
 *
 * @type {readonly { host: string, why: string }[]}
 */
const namedHosts = [];

/** @param {string} host */
export const isNamed = (host) =>
  namedHosts.some((named) =>
    named.host.startsWith('*.') ? host.endsWith(named.host.slice(1)) : host === named.host,
  );
