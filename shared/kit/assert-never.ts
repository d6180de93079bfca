/** Makes the compiler prove that a switch is exhaustive; reached at run time only by data from a newer version. */
export const assertNever = (value: never): never => {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`);
};
