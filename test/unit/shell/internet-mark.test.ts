import { describe, expect, it } from 'vitest';
import { quarantineValue, zoneIdentifier } from '#main/shell/internet-mark.ts';

describe('the mark of a file that came from the internet', () => {
  it('is what Windows asks for, and names neither a server nor a person', () => {
    expect(zoneIdentifier).toBe('[ZoneTransfer]\r\nZoneId=3\r\n');
  });

  it('is what macOS asks for: fetched, not yet approved, when, and by whom', () => {
    expect(quarantineValue(Date.UTC(2026, 0, 1))).toBe('0083;6955b900;Steward;');
  });
});
