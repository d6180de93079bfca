/** The form in which addresses are compared: trimmed, lower case. Mail is delivered without regard to case in practice. */
export const comparable = (address: string): string => address.trim().toLowerCase();

/** The name to show for somebody: their own, else their address. */
export const shownName = (person: { readonly name: string; readonly address: string }): string => {
  const name = person.name.trim();
  return name === '' ? person.address : name;
};
