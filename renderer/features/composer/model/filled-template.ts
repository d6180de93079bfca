import type { PreparedText } from '#shared/contract/accounts.ts';
import type { ChosenTemplate } from '#shared/contract/compose.ts';

/** A piece of a prepared text: words, or a variable with what fills it. */
export type TemplatePiece =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly value: string };

/** A prepared text with its variables filled in as far as they are. */
export const filledTemplate = (
  { text, variables }: PreparedText,
  values: ChosenTemplate['values'],
): readonly TemplatePiece[] => {
  const known = new Set(variables);
  return text.split(/(\{\{[^{}]+\}\})/).flatMap((piece): readonly TemplatePiece[] => {
    const name = /^\{\{(.+)\}\}$/s.exec(piece)?.[1]?.trim();
    if (name !== undefined && known.has(name)) return [{ kind: 'variable', name, value: values[name] ?? '' }];
    return piece === '' ? [] : [{ kind: 'words', text: piece }];
  });
};

/** The variables that nobody has filled in yet. */
export const unfilledOf = (
  { variables }: PreparedText,
  values: ChosenTemplate['values'],
): readonly string[] => variables.filter((name) => (values[name] ?? '').trim() === '');
