import { safeStorage } from 'electron';

/**
 * Both halves of safeStorage: the asynchronous one of current engines, and the synchronous one that is all that
 * engines before 42 have and that goes away in 46.
 */
type KeyStore = {
  readonly isAsyncEncryptionAvailable?: () => Promise<boolean>;
  readonly encryptStringAsync?: (plain: string) => Promise<Buffer>;
  readonly decryptStringAsync?: (sealed: Buffer) => Promise<{ readonly result: string }>;
  readonly isEncryptionAvailable?: () => boolean;
  readonly encryptString?: (plain: string) => Buffer;
  readonly decryptString?: (sealed: Buffer) => string;
  readonly getSelectedStorageBackend?: () => string;
};

const store: KeyStore = safeStorage;

/** Whether the operating system can seal secrets now. */
export const systemKeyStoreAvailable = async (): Promise<boolean> =>
  store.isAsyncEncryptionAvailable === undefined
    ? (store.isEncryptionAvailable?.() ?? false)
    : store.isAsyncEncryptionAvailable();

/** What guards secrets on Linux, such as `gnome_libsecret`; `unknown` where the system does not say. */
export const systemKeyStoreName = (): string => store.getSelectedStorageBackend?.() ?? 'unknown';

/** Seals a text with the operating system's key store; throws where there is none. */
export const sealWithSystem = async (plain: string): Promise<Buffer> => {
  if (store.encryptStringAsync !== undefined) return store.encryptStringAsync(plain);
  if (store.encryptString !== undefined) return store.encryptString(plain);
  throw new Error('this system has no key store');
};

/** Opens what {@link sealWithSystem} sealed; throws where it was sealed by another user or system. */
export const openWithSystem = async (sealed: Buffer): Promise<string> => {
  if (store.decryptStringAsync !== undefined) return (await store.decryptStringAsync(sealed)).result;
  if (store.decryptString !== undefined) return store.decryptString(sealed);
  throw new Error('this system has no key store');
};
