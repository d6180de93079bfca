/** What Windows reads in the stream `Zone.Identifier` as "came from the internet" ([MS-FSCC] 5.6.1). It does not say from where. */
export const zoneIdentifier = '[ZoneTransfer]\r\nZoneId=3\r\n';

/**
 * The value of com.apple.quarantine: flags 0083 = downloaded and not yet approved; time in hex seconds; the agent's name.
 * `now` in ms UTC.
 */
export const quarantineValue = (now: number): string =>
  `0083;${Math.floor(now / 1000).toString(16)};Steward;`;
