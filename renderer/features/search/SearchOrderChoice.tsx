import { classes, useWords } from '#renderer/ui/index.ts';
import { useAction, useKeysOf } from '#renderer/workbench/index.ts';
import { searchOrders } from '#shared/contract/search.ts';
import { useSearchOrder } from './model/use-search-order.ts';

/** Whether the newest hits come first or the best; one key goes to the other. */
export const SearchOrderChoice = () => {
  const words = useWords();
  const keysOf = useKeysOf();
  const { order, choose } = useSearchOrder();
  useAction('search.order', () => {
    choose(order === 'newest' ? 'best' : 'newest');
  });
  return (
    <div className="search-order" role="group" aria-label={words('search.order')}>
      {searchOrders.map((one) => (
        <button
          key={one}
          type="button"
          className={classes('search-order-choice', one === order && 'search-order-chosen')}
          aria-pressed={one === order}
          data-tooltip={words('action.search.order')}
          data-keys={keysOf('search.order')}
          onClick={() => {
            choose(one);
          }}
        >
          {words(`search.order.${one}`)}
        </button>
      ))}
    </div>
  );
};
