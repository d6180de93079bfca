import type { ImapFlow, ListResponse } from 'imapflow';
import type { StreamInfo } from '../../kit/channel.ts';
import type { StreamRole } from '../../kit/inbound.ts';

// RFC 6154; imapflow adds \Inbox, and fills gaps by the names that mail programs give these folders in many languages.
const roles: Readonly<Record<string, StreamRole>> = {
  '\\Inbox': 'inbox',
  '\\Sent': 'sent',
  '\\Archive': 'archive',
  '\\Drafts': 'drafts',
  '\\Junk': 'junk',
  '\\Trash': 'trash',
  '\\All': 'all',
};

const roleOf = (folder: ListResponse): StreamRole =>
  folder.path.toUpperCase() === 'INBOX' ? 'inbox' : (roles[folder.specialUse ?? ''] ?? 'other');

const cannotBeOpened = (folder: ListResponse): boolean =>
  folder.flags.has('\\Noselect') || folder.flags.has('\\NonExistent');

/**
 * The folders of an account. Inbox, Sent and Archive are chosen; spam, trash and drafts never are. Gmail shows every message
 * once in "All Mail" and again under each label, so there that one folder is chosen instead of the others.
 */
function readFolders(listed: readonly ListResponse[], isGmail: boolean): readonly StreamInfo[] {
  const open = listed.filter((folder) => !cannotBeOpened(folder));
  const allMail = isGmail && open.some((folder) => roleOf(folder) === 'all');
  const usual: readonly StreamRole[] = allMail ? ['all'] : ['inbox', 'sent', 'archive'];
  return open.map((folder) => {
    const role = roleOf(folder);
    return {
      name: folder.path,
      label: [...folder.parent, folder.name].join(' / '),
      role,
      chosen: usual.includes(role),
    };
  });
}

/** Asks the server for its folders. */
export const listFolders = async (client: ImapFlow): Promise<readonly StreamInfo[]> =>
  readFolders(await client.list(), isGmail(client));

/** Whether the server is Gmail, whose labels are shown as folders. */
export const isGmail = (client: ImapFlow): boolean => client.capabilities.has('X-GM-EXT-1');
