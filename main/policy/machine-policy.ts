import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, win32 } from 'node:path';
import iconv from 'iconv-lite';
import type { PolicyDocument } from '#shared/domain/policy/read.ts';
import { ownedBy, readTrustedFile } from './file-source.ts';
import type { Trust } from './file-source.ts';
import { readProfile } from './profile-source.ts';
import type { ReadPropertyList } from './profile-source.ts';
import { readRegistry } from './registry-source.ts';
import type { QueryRegistry } from './registry-source.ts';
import { onlyManagersWrite } from './windows-rights.ts';

/** The file's name in the machine's folder for policies. */
const fileName = 'policies.json';
/** The application's name among managed preferences; the same as in its bundle. */
const bundleId = 'app.steward.desktop';
/** A program of the system that takes longer than this has hung. */
const toolWithinMs = 15_000;

const present = (...documents: readonly (PolicyDocument | null)[]): readonly PolicyDocument[] =>
  documents.flatMap((document) => (document === null ? [] : [document]));

const runTool = (program: string, args: readonly string[]): Buffer | null => {
  try {
    return execFileSync(program, [...args], {
      timeout: toolWithinMs,
      windowsHide: true,
      maxBuffer: 8 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return null;
  }
};

/**
 * The drive that Windows is on. The variables SystemRoot and ProgramData are the user's to change, and with them the
 * place of the policy would be: the usual drive comes first, and another one only counts where Windows really is on it.
 */
const systemDrive = (): string => {
  const named = /^(?<drive>[A-Z]:)\\Windows$/iu.exec(process.env['SystemRoot'] ?? '')?.groups?.['drive'];
  const isSystem = (drive: string): boolean => existsSync(`${drive}\\Windows\\System32\\reg.exe`);
  return !isSystem('C:') && named !== undefined && isSystem(named) ? named : 'C:';
};

const system32 = (drive: string, ...parts: readonly string[]): string =>
  win32.join(`${drive}\\Windows\\System32`, ...parts);

const queryRegistry = (drive: string): QueryRegistry => {
  const query = (args: readonly string[]): Buffer | null =>
    runTool(system32(drive, 'reg.exe'), ['query', ...args]);
  // reg.exe prints in the code page of the console (OEM), whose number the registry knows.
  const codePages = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';
  const page = /OEMCP\s+REG_SZ\s+(\d+)/u.exec(
    query([codePages, '/v', 'OEMCP'])?.toString('latin1') ?? '',
  )?.[1];
  const encoding = page === '65001' ? 'utf8' : `cp${page ?? '437'}`;
  return (args) => {
    const printed = query(args);
    if (printed === null) return null;
    return iconv.decode(printed, iconv.encodingExists(encoding) ? encoding : 'cp437');
  };
};

/** Asks PowerShell for the rights of a file and its folder, in the form that is the same in every language. */
const windowsTrust =
  (drive: string): Trust =>
  (file) => {
    const powershell = system32(drive, 'WindowsPowerShell', 'v1.0', 'powershell.exe');
    const open = [file, win32.dirname(file)].find((path) => {
      const asked = `(Get-Acl -LiteralPath '${path}').Sddl`;
      const printed = runTool(powershell, ['-NoProfile', '-NonInteractive', '-Command', asked]);
      return printed === null || !onlyManagersWrite(printed.toString('utf8'));
    });
    return open === undefined ? { kind: 'trusted' } : { kind: 'open', path: open };
  };

const propertyListAsJson: ReadPropertyList = (path) =>
  runTool('/usr/bin/plutil', ['-convert', 'json', '-o', '-', '--', path])?.toString('utf8') ?? null;

const onWindows = (): readonly PolicyDocument[] => {
  const drive = systemDrive();
  const file = win32.join(`${drive}\\ProgramData`, 'Steward', fileName);
  return present(readTrustedFile(file, windowsTrust(drive)), readRegistry(queryRegistry(drive)));
};

const onMac = (): readonly PolicyDocument[] => {
  const file = join('/Library/Application Support/Steward', fileName);
  const profile = join('/Library/Managed Preferences', `${bundleId}.plist`);
  return present(
    readTrustedFile(file, ownedBy(0, '/Library/Application Support/Steward')),
    existsSync(profile) ? readProfile(profile, propertyListAsJson) : null,
  );
};

const onLinux = (): readonly PolicyDocument[] =>
  present(readTrustedFile(join('/etc/steward', fileName), ownedBy(0)));

/**
 * A place for the policy that only an unpacked build honours, so that tests need not write to the machine's own: a file
 * in the variable STEWARD_POLICY_FILE. Whoever can start another program than the installed one is not held by its policy.
 */
const testPlace = (packed: boolean): string | null =>
  packed ? null : (process.env['STEWARD_POLICY_FILE'] ?? null);

/** There, whoever made the file is its manager; that others can write it is refused all the same. */
const testTrust: Trust = (file) => ownedBy(statSync(file).uid, file)(file);

/** Every policy that there is on this machine, read once at the start. `packed`: this is the installed product. */
export const machinePolicies = (packed: boolean): readonly PolicyDocument[] => {
  const place = testPlace(packed);
  if (place !== null) return present(readTrustedFile(place, testTrust));
  if (process.platform === 'win32') return onWindows();
  return process.platform === 'darwin' ? onMac() : onLinux();
};
