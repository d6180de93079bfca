import { useCallback, useSyncExternalStore } from 'react';
import { useNavigation } from './navigation-context.tsx';

/** Where three panes and the panel fit side by side; narrower, the panel lies over the conversation when asked for. */
const roomForPanel = '(width >= 75rem)';

const onRoom = (listener: () => void): (() => void) => {
  const query = window.matchMedia(roomForPanel);
  query.addEventListener('change', listener);
  return () => {
    query.removeEventListener('change', listener);
  };
};

const hasRoom = (): boolean => window.matchMedia(roomForPanel).matches;

/** Whether the customer panel is shown beside an opened conversation, and the way to change that. */
export const useCustomerPanel = (): { readonly shown: boolean; readonly toggle: () => void } => {
  const { place, go } = useNavigation();
  const room = useSyncExternalStore(onRoom, hasRoom);
  const shown = place.customerPanel === 'auto' ? room : place.customerPanel === 'shown';
  return {
    shown,
    toggle: useCallback(() => {
      go({ kind: 'customer-panel', shown: !shown });
    }, [go, shown]),
  };
};
