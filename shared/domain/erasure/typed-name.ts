/** The form in which a name that was typed is compared with the one that is shown: case and spaces are no difference. */
export const comparableName = (text: string): string =>
  text.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
