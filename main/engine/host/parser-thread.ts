import { parentPort } from 'node:worker_threads';
import { channels } from '#main/channels/registry.ts';
import { doJob } from '../parser/parser.ts';
import type { ParserJob } from '../parser/parser.ts';
import type { ParserReply } from '../parser/thread-parser.ts';
import { letGo } from '../thread-bytes.ts';

if (parentPort === null) throw new Error('this file runs as a worker thread');
const port = parentPort;

port.on('message', ({ id, job }: { readonly id: number; readonly job: ParserJob }) => {
  let reply: ParserReply;
  try {
    reply = { id, ok: true, value: doJob(channels, job) };
  } catch (error) {
    reply = { id, ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(reply);
  if (job.kind === 'map') letGo(job.items.map(({ bytes }) => bytes));
});
port.postMessage('ready');
