import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { putAll } from '../bulk-vault/put-all.ts';
import type { FromVault, ToVault } from '../bulk-vault/thread-bulk-vault.ts';
import { storeReason } from '../store/failure.ts';
import { openVaultWriter } from '../store/vault.ts';
import { letGo } from '../thread-bytes.ts';

if (parentPort === null) throw new Error('this file runs as a worker thread');
const port = parentPort;

const options = v.parse(v.object({ folder: v.string(), key: v.instance(Uint8Array) }), workerData);
const vault = openVaultWriter({ ...options, appender: 'bulk' });

const answerTo = (sources: readonly Uint8Array[]): FromVault => {
  try {
    return { ok: true, ids: putAll(vault, sources) };
  } catch (error) {
    return {
      ok: false,
      reason: storeReason(error),
      message: error instanceof Error ? error.message : String(error),
      stack: error instanceof Error ? (error.stack ?? null) : null,
    };
  }
};

port.on('message', (message: ToVault) => {
  if (message !== null) {
    port.postMessage(answerTo(message));
    letGo(message);
    return;
  }
  vault.close();
  port.close();
});
