/**
 * Words by which a person leaves a number and comes back (https://help.twilio.com/articles/223134027): Twilio answers them itself, and
 * after the first sort refuses whatever we would send (21610). Nobody waits for an answer to them. CANCEL, END, QUIT, YES, INFO and HELP
 * are on Twilio's list as well, but a customer may mean them as said, so they stay what they are: somebody's words.
 */
const commands = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'OPTOUT', 'REVOKE', 'START', 'UNSTOP']);

/** Whether a text is nothing but such a word; with anything beside it, Twilio does not take it for one either. */
export const isOptOutWord = (text: string): boolean =>
  text.length <= 40 && commands.has(text.trim().toUpperCase());
