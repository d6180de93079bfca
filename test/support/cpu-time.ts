/**
 * Does `work` and tells how many milliseconds of processor time this process spent on it: for tests that nothing hostile
 * makes the work explode. The wall clock would also judge whatever else the machine is doing.
 */
export function spentOn<T>(work: () => T): { readonly made: T; readonly cpuMs: number } {
  const before = process.cpuUsage();
  const made = work();
  const { user, system } = process.cpuUsage(before);
  return { made, cpuMs: (user + system) / 1_000 };
}
