import type { GenericSchema, InferOutput } from 'valibot';

/**
 * One call between page and engine, declared once: the schema of its input, the type of its answer and the
 * refusals it may give. The page's client and the engine's handlers are both typed from this value.
 */
export type CallSpec<Schema extends GenericSchema, Output, Refused extends Refusal> = {
  readonly input: Schema;
  /** Only for the compiler; never set. */
  readonly output?: Output;
  /** Only for the compiler; never set. */
  readonly refusal?: Refused;
};

/** Why something was not done, as data; the words come from the catalogue under `refusal.<kind>`. */
export type Refusal = { readonly kind: string };

/** Starts a declaration: `call(schema).answers<Output>()`, then `.refuses<Kinds>()` where a handler may say no. */
export const call = <Schema extends GenericSchema>(input: Schema) => ({
  answers: <Output>() => {
    const spec: CallSpec<Schema, Output, never> = { input };
    return {
      ...spec,
      refuses: <Refused extends Refusal>(): CallSpec<Schema, Output, Refused> => ({ input }),
    };
  },
});

/** The checked input of a call. */
export type InputOf<Spec> = Spec extends { readonly input: infer Schema extends GenericSchema }
  ? InferOutput<Schema>
  : never;

/** What a call answers. */
export type OutputOf<Spec> = Spec extends { readonly output?: infer Output }
  ? Exclude<Output, undefined>
  : never;

/** The refusals that a call may give. */
export type RefusalOf<Spec> = Spec extends { readonly refusal?: infer Refused }
  ? Exclude<Refused, undefined>
  : never;
