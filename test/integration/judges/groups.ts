/** Which mails belong together, by their index: each group in order, the groups by their first. */
export type Groups = readonly (readonly number[])[];

/** The same groups in the one order in which two answers can be compared. */
export function inOrder(groups: Groups): Groups {
  return groups.map((group) => [...group].sort((a, b) => a - b)).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}
