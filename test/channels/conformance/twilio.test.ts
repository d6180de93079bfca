import { describeChannel } from '#test/support/conformance/suite.ts';
import { smsHarness, whatsappHarness } from '#test/support/conformance/twilio.ts';

describeChannel(smsHarness);
describeChannel(whatsappHarness);
