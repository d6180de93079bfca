const hour = 3_600_000;

/** How pressing a wait is. */
export type WaitTone = 'fresh' | 'soon' | 'late';

/** The colour of a wait in ms: up to four hours calm, up to a working day worth a look, then late. Targets of one's own come with policies. */
export const waitTone = (ms: number): WaitTone => {
  if (ms < 4 * hour) return 'fresh';
  return ms < 24 * hour ? 'soon' : 'late';
};
