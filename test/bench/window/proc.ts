import { readFileSync } from 'node:fs';

/** What /proc says of some processes that may be gone by now: nothing, then. */
const read = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
};

/** Which part of the application a process is, by its command line. */
export const partOf = (pid: number): 'shell' | 'engine' | 'page' | 'chromium' => {
  const command = read(pid, 'cmdline');
  if (!command.includes('--type=')) return 'shell';
  if (command.includes('--type=renderer')) return 'page';
  return command.includes('node.mojom.NodeService') ? 'engine' : 'chromium';
};

/** Processor time of some processes so far, s: clock ticks of 10 ms (proc(5)). */
export const cpuSecondsOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const stat = read(pid, 'stat');
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    return sum + (user + system) / 100;
  }, 0);

/** Memory of some processes, MiB: what they share is shared out among them (proc(5), smaps_rollup). */
export const pssOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const kilobytes = /^Pss:\s+(\d+) kB$/mu.exec(read(pid, 'smaps_rollup'))?.[1] ?? '0';
    return sum + Number(kilobytes) / 1_024;
  }, 0);

/** The most memory that a process has held so far, MiB, with what it shares (proc(5), VmHWM). */
export const peakOf = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB$/mu.exec(read(pid, 'status'))?.[1] ?? '0') / 1_024;
