import * as v from 'valibot';
import { message } from '../api/shapes.ts';
import type { Message, Update } from '../api/shapes.ts';

/** A message that an update tells of, as new or as changed; null when it tells of something else. */
export type Said = { readonly message: Message; readonly isEdit: boolean; readonly isBusiness: boolean };

const fields = [
  { field: 'message', isEdit: false, isBusiness: false },
  { field: 'edited_message', isEdit: true, isBusiness: false },
  { field: 'business_message', isEdit: false, isBusiness: true },
  { field: 'edited_business_message', isEdit: true, isBusiness: true },
] as const;

/** The message in an update. */
export function saidIn(update: Update): Said | null {
  for (const { field, isEdit, isBusiness } of fields) {
    if (update[field] === undefined) continue;
    const read = v.safeParse(message, update[field]);
    return read.success ? { message: read.output, isEdit, isBusiness } : null;
  }
  return null;
}
