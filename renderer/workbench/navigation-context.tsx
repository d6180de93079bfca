import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useReducer,
  type ReactNode,
} from 'react';
import { historyOf, home, stepFrom, type Place, type Step } from './navigation.ts';

type Navigation = { readonly place: Place; readonly go: (step: Step) => void };

const NavigationContext = createContext<Navigation | null>(null);

const isPlace = (state: unknown): state is Place =>
  typeof state === 'object' && state !== null && 'query' in state && 'opened' in state && 'screen' in state;

const kept = (): Place => {
  const state: unknown = window.history.state;
  return isPlace(state) ? state : home;
};

/** Keeps where the person is, in the window's own history: "back" works, and loading the page anew stays in place. */
export const NavigationProvider = ({ children }: { readonly children: ReactNode }) => {
  const [place, move] = useReducer((_: Place, next: Place) => next, undefined, kept);

  useEffect(() => {
    const onPop = (): void => {
      move(kept());
    };
    window.addEventListener('popstate', onPop);
    return () => {
      window.removeEventListener('popstate', onPop);
    };
  }, []);

  const go = useCallback((step: Step) => {
    // The history has the latest place, also where two steps follow each other before anything is drawn.
    const from = kept();
    const to = stepFrom(from, step);
    const how = historyOf(from, to);
    if (how === 'push') window.history.pushState(to, '');
    else window.history.replaceState(to, '');
    move(to);
  }, []);

  const navigation = useMemo(() => ({ place, go }), [place, go]);
  return <NavigationContext value={navigation}>{children}</NavigationContext>;
};

/** Where the person is, and the way to somewhere else. */
export const useNavigation = (): Navigation => {
  const navigation = useContext(NavigationContext);
  if (navigation === null) throw new Error('useNavigation is used outside of NavigationProvider');
  return navigation;
};
