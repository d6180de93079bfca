import { useLive } from '#renderer/engine-client/index.ts';
import type { PreparedText } from '#shared/contract/accounts.ts';
import type { ChosenTemplate } from '#shared/contract/compose.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { unfilledOf } from './filled-template.ts';

/** The prepared texts of an account, and how the chosen one stands. */
export type Templates = {
  /** Null while they are asked for. */
  readonly list: readonly PreparedText[] | null;
  readonly failure: { readonly kind: string } | null;
  readonly chosen: { readonly text: PreparedText; readonly choice: ChosenTemplate } | null;
  /** Variables of the chosen one that nobody has filled in yet. */
  readonly unfilled: readonly string[];
};

/** Reads the prepared texts; `account` null where none are wanted. */
export const useTemplates = (account: AccountId | null, choice: ChosenTemplate | null): Templates => {
  const { data, error } = useLive('account.templates', account === null ? null : { id: account });
  const text = data?.templates.find(({ id }) => id === choice?.id);
  const chosen = text === undefined || choice === null ? null : { text, choice };
  return {
    list: data?.templates ?? null,
    failure: error?.failure ?? null,
    chosen,
    unfilled: chosen === null ? [] : unfilledOf(chosen.text, chosen.choice.values),
  };
};
