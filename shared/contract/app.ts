import * as v from 'valibot';
import type { MemberId } from '../kit/brand.ts';
import type { Managed } from '../domain/policy/policy.ts';
import { call } from './define.ts';
import { line } from './schemas.ts';
import { searchOrders } from './search.ts';

/** Where the application stands; the page shows one screen for each kind. */
export type AppState =
  /** No key store on this system and no workspace yet: a passphrase must be chosen. */
  | { readonly kind: 'choose-passphrase' }
  /** The workspace is sealed with a passphrase. */
  | { readonly kind: 'locked' }
  /** The workspace cannot be opened; `app.failure.<reason>` says it in words. */
  | {
      readonly kind: 'unusable';
      readonly reason:
        'from-the-future' | 'damaged' | 'wrong-key' | 'in-use' | 'read-only' | 'disk-full' | 'disk-failing';
      readonly detail: string;
    }
  | {
      readonly kind: 'ready';
      readonly workspace: 'own' | 'sample';
      readonly me: { readonly id: MemberId; readonly name: string };
      readonly accounts: number;
      readonly version: string;
      /** Who guards the key: the operating system or a passphrase. */
      readonly sealedBy: 'os' | 'passphrase' | 'file';
    };

/** What a person may set; each has a default, so a new workspace has no rows. */
export const preferences = v.strictObject({
  theme: v.picklist(['system', 'light', 'dark']),
  undoSeconds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(120)),
  notifications: v.boolean(),
  notificationPreview: v.boolean(),
  name: line,
  /** Whether spelling is checked where one writes. */
  spelling: v.boolean(),
  /** In which languages (BCP 47); none means those of the system. */
  spellingLanguages: v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.maxLength(20)),
  /** In which order searches show what they found. */
  searchOrder: v.picklist(searchOrders),
});
export type Preferences = v.InferOutput<typeof preferences>;

export const appCalls = {
  'app.state': call(v.strictObject({})).answers<AppState>(),
  'app.choosePassphrase': call(
    v.strictObject({ passphrase: v.pipe(v.string(), v.minLength(8), v.maxLength(1_000)) }),
  ).answers<null>(),
  'app.unlock': call(v.strictObject({ passphrase: v.pipe(v.string(), v.maxLength(1_000)) }))
    .answers<null>()
    .refuses<{ readonly kind: 'wrong-passphrase' }>(),
  /** Opens or leaves the workspace with sample conversations; leaving throws it away. The page is loaded anew. */
  'app.sample': call(v.strictObject({ open: v.boolean() })).answers<null>(),
  /** What checks spelling here; languages that can be chosen are empty where the system guesses them itself. */
  'app.spelling': call(v.strictObject({})).answers<{
    readonly source: 'system' | 'files' | 'none';
    readonly available: readonly string[];
    readonly chosen: readonly string[];
  }>(),
  'app.preferences': call(v.strictObject({})).answers<Preferences>(),
  'app.setPreferences': call(v.strictObject({ change: v.partial(preferences) }))
    .answers<Preferences>()
    .refuses<Managed>(),
  /** Addresses written to or heard from, for completing recipients; best first. */
  'people.suggest': call(v.strictObject({ text: line })).answers<{
    readonly people: readonly { readonly name: string; readonly address: string }[];
  }>(),
} as const;
