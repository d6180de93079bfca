/**
 * How much a thread that handles mails has for young objects, in MiB; V8's own is 48. The bytes of mails lie outside of the heap and
 * are let go of when what is young is swept: with little room that is often, and the mails of seconds do not pile up.
 */
export const youngMiB = 12;

/** The vault's thread has hardly any objects of its own: the least room lets go of sealed mails soonest. */
export const bulkYoungMiB = 2;
