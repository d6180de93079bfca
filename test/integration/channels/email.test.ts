import { emailHarness } from '#test/support/conformance/email.ts';
import { describeChannel } from '#test/support/conformance/suite.ts';

describeChannel(emailHarness);
