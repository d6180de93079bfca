import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import type { SearchOrder } from '#shared/contract/search.ts';

/** In which order hits are shown, as it was last chosen. */
export const useSearchOrder = (): {
  readonly order: SearchOrder;
  readonly choose: (order: SearchOrder) => void;
} => {
  const client = useEngine();
  const { data } = useLive('app.preferences', {});
  return {
    order: data?.searchOrder ?? 'newest',
    choose: (searchOrder) => {
      void client.call('app.setPreferences', { change: { searchOrder } });
    },
  };
};
