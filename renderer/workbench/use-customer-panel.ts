import { useCallback, useSyncExternalStore } from 'react';
import { useNavigation } from './navigation-context.tsx';

/** Where the panel leaves a conversation wide enough to read (some 38 rem); narrower, it is shown when asked for. */
const roomForPanel = '(width >= 85rem)';

/** Under this name the window keeps what the person chose last, beyond its end. */
const choiceKey = 'customer-panel';

const onRoom = (listener: () => void): (() => void) => {
  const query = window.matchMedia(roomForPanel);
  query.addEventListener('change', listener);
  return () => {
    query.removeEventListener('change', listener);
  };
};

const hasRoom = (): boolean => window.matchMedia(roomForPanel).matches;

const chosenBefore = (): boolean | null => {
  const chosen = window.localStorage.getItem(choiceKey);
  return chosen === null ? null : chosen === 'shown';
};

/** Whether the customer panel is shown beside an opened conversation, and the way to change that. */
export const useCustomerPanel = (): { readonly shown: boolean; readonly toggle: () => void } => {
  const { place, go } = useNavigation();
  const room = useSyncExternalStore(onRoom, hasRoom);
  const shown = place.customerPanel === 'auto' ? (chosenBefore() ?? room) : place.customerPanel === 'shown';
  return {
    shown,
    toggle: useCallback(() => {
      window.localStorage.setItem(choiceKey, shown ? 'hidden' : 'shown');
      go({ kind: 'customer-panel', shown: !shown });
    }, [go, shown]),
  };
};
