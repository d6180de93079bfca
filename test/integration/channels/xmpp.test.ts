import { describe } from 'vitest';
import { describeChannel } from '#test/support/conformance/suite.ts';
import { xmppHarnessOn } from '#test/support/conformance/xmpp.ts';
import { dialects } from '#test/support/xmpp/dialects.ts';

describe.each(dialects)('on %s', (_dialect, start) => {
  describeChannel(xmppHarnessOn(start));
});
