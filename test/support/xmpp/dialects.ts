import { startEjabberd } from '../ejabberd/ejabberd.ts';
import { startProsody } from '../prosody/prosody.ts';
import type { XmppServer } from './xmpp-server.ts';

/** Every server program there is, for tests that must hold on all of them. */
export const dialects: readonly (readonly [XmppServer['dialect'], () => Promise<XmppServer>])[] = [
  ['Prosody', startProsody],
  ['ejabberd', startEjabberd],
];
