import * as v from 'valibot';
import type { CustomerGone } from '../domain/customer/refusals.ts';
import type { CustomerId } from '../kit/brand.ts';
import { call } from './define.ts';
import { customerId } from './schemas.ts';

/** How far an export is, in messages. */
export type ExportProgress = {
  readonly customer: CustomerId;
  readonly done: number;
  readonly total: number;
};

export const exportCalls = {
  /** Asks where to save, and writes everything about a customer there as one ZIP file; `notes`: also what colleagues told each other. */
  'export.customer': call(v.strictObject({ id: customerId, notes: v.boolean() }))
    .answers<
      | {
          readonly kind: 'saved';
          readonly name: string;
          readonly messages: number;
          readonly files: number;
          /** What should be in it and is not, each told in the file. */
          readonly missing: number;
        }
      | { readonly kind: 'cancelled' }
      /** Somebody stopped it; there is no file. */
      | { readonly kind: 'stopped' }
    >()
    .refuses<
      | CustomerGone
      | { readonly kind: 'export-busy' }
      | { readonly kind: 'export-disk-full' }
      | { readonly kind: 'file-not-saved' }
    >(),
  /** The export under way, if any. */
  'export.progress': call(v.strictObject({})).answers<{ readonly running: ExportProgress | null }>(),
  'export.stop': call(v.strictObject({})).answers<null>(),
} as const;
