import type { Correspondent } from '#shared/domain/message.ts';

/** Everybody a message names beside its sender, as the `people` column keeps them. */
export type People = {
  readonly replyTo: readonly Correspondent[];
  readonly to: readonly Correspondent[];
  readonly cc: readonly Correspondent[];
  readonly bcc: readonly Correspondent[];
};

const isCorrespondent = (value: unknown): value is Correspondent =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'address' in value &&
  typeof value.address === 'string';

const list = (value: unknown, name: string): readonly Correspondent[] => {
  if (typeof value !== 'object' || value === null) return [];
  const found: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
  return Array.isArray(found) ? found.filter(isCorrespondent) : [];
};

/** Reads the `people` column; what is not a list of people counts as none. */
export const readPeople = (json: string): People => {
  const value: unknown = JSON.parse(json);
  return {
    replyTo: list(value, 'replyTo'),
    to: list(value, 'to'),
    cc: list(value, 'cc'),
    bcc: list(value, 'bcc'),
  };
};
