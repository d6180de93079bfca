import { useAction, useNavigation } from '#renderer/workbench/index.ts';
import { views, type View } from '#shared/contract/conversations.ts';

const useViewAction = (view: View): void => {
  const { go } = useNavigation();
  useAction(`view.${view}`, () => {
    go({ kind: 'view', view, account: null });
  });
};

/** Makes every queue reachable by its key and from the palette. */
export const useViewActions = (): void => {
  const [first, second, third, fourth, fifth, sixth, seventh, eighth] = views;
  useViewAction(first);
  useViewAction(second);
  useViewAction(third);
  useViewAction(fourth);
  useViewAction(fifth);
  useViewAction(sixth);
  useViewAction(seventh);
  useViewAction(eighth);
};
