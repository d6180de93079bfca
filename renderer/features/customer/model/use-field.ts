import { useEffect, useSyncExternalStore } from 'react';
import { useEngine, type EngineClient } from '#renderer/engine-client/index.ts';
import { useWords } from '#renderer/ui/index.ts';
import type { CustomerDetail } from '#shared/contract/customers.ts';
import type { CustomerField } from '#shared/domain/customer/refusals.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { createFieldKeeper, type FieldKeeper, type FieldLeft, type SaveField } from './field-keeper.ts';
import { useCustomerChange } from './use-customer-change.ts';

const keyOf = (customer: CustomerId, field: CustomerField): string => `${field} ${customer}`;

const saveWith =
  (engine: EngineClient): SaveField =>
  async (key, { value, seenRev, undo }) => {
    const [field = '', id = ''] = key.split(' ');
    const answer = await engine.call('customer.update', {
      // The key was made of an id above.
      id: id as CustomerId,
      seenRev,
      ...(undo === null ? {} : { undo }),
      [field]: value,
    });
    if (answer.ok) return { kind: 'saved', ...answer.value };
    const { failure } = answer;
    return failure.kind === 'customer-changed'
      ? { kind: 'changed', theirs: failure.theirs, rev: failure.rev }
      : { kind: 'failed', failure };
  };

/** One keeper for each engine client: what is typed is saved on after the panel has left the screen. */
const keepers = new WeakMap<EngineClient, FieldKeeper>();

const keeperFor = (engine: EngineClient): FieldKeeper => {
  const known = keepers.get(engine);
  if (known !== undefined) return known;
  const made = createFieldKeeper({
    save: saveWith(engine),
    after: (ms, run) => {
      const timer = window.setTimeout(run, ms);
      return () => window.clearTimeout(timer);
    },
  });
  keepers.set(engine, made);
  return made;
};

/** A field of a customer that is changed where it stands. */
export type Field = {
  readonly value: string;
  /** What somebody else wrote there since the typing began; null where nobody did. */
  readonly theirs: string | null;
  readonly type: (text: string) => void;
  readonly leave: () => void;
  readonly drop: () => void;
  readonly keepMine: () => void;
};

/** A field of a customer: what is typed, else what is saved. Leaving it saves, and offers to take the edit back. */
export const useField = (customer: CustomerDetail, field: CustomerField): Field => {
  const words = useWords();
  const engine = useEngine();
  const change = useCustomerChange();
  const keeper = keeperFor(engine);
  const key = keyOf(customer.id, field);
  const { typed, theirs } = useSyncExternalStore(keeper.subscribe, () => keeper.shown(key));
  const { rev } = customer;

  useEffect(() => {
    keeper.arrived(key, rev);
  });
  useEffect(
    () => () => {
      void keeper.leave(key);
    },
    [keeper, key],
  );

  const tell = (left: FieldLeft): void => {
    if (left.kind === 'edited') change.done(words(`customer.changed.${field}`), left.undo);
    if (left.kind === 'failed') change.refused(left.failure);
  };
  return {
    value: typed ?? customer[field],
    theirs,
    type: (text) => keeper.type(key, text, rev),
    leave: () => {
      void keeper.leave(key).then((left) => {
        // Where nothing was changed in the end, no new value will arrive.
        keeper.arrived(key, rev);
        tell(left);
      });
    },
    drop: () => keeper.drop(key),
    keepMine: () => {
      void keeper.keepMine(key).then(tell);
    },
  };
};
