import type { CustomerWords } from './events.ts';

/** Whose words win, field by field. Notes of both can be kept, one below the other. */
export type MergeChoice = {
  readonly name: 'into' | 'from';
  readonly company: 'into' | 'from';
  readonly note: 'into' | 'from' | 'both';
};

/** A customer's words as they are shown: with their own name where nobody gave them another. */
export type ShownWords = { readonly name: string; readonly company: string; readonly note: string };

const noteOf = (into: string, from: string, choice: MergeChoice['note']): string => {
  if (choice !== 'both') return choice === 'into' ? into : from;
  return [into, from].filter((note) => note.trim() !== '').join('\n\n');
};

/** The words of a customer after a merge. The name is kept as it was shown, whatever they call themselves later. */
export const mergedWords = (into: ShownWords, from: ShownWords, choice: MergeChoice): CustomerWords => {
  const name = (choice.name === 'into' ? into : from).name.trim();
  return {
    name: name === '' ? null : name,
    company: (choice.company === 'into' ? into : from).company,
    note: noteOf(into.note, from.note, choice.note),
  };
};

/** What is proposed before an agent chooses: nothing that somebody wrote is left out. */
export const proposedChoice = (into: ShownWords, from: ShownWords): MergeChoice => ({
  name: into.name.trim() === '' ? 'from' : 'into',
  company: into.company.trim() === '' ? 'from' : 'into',
  note:
    from.note.trim() === '' || from.note === into.note ? 'into' : into.note.trim() === '' ? 'from' : 'both',
});
