import { ownDomain } from './own-domain.ts';

/** Why two customers may be one person; never more than a suggestion. */
export const sameReasons = ['named', 'address', 'company', 'domain'] as const;
export type SameReason = (typeof sameReasons)[number];

/** Longer names than this are not names, and keys must fit into a page's cursor. */
const mostCompared = 120;

/** A name as it is compared: without accents, case, order of "Last, First", and anything but letters and digits. */
export const foldName = (name: string): string => {
  const [last, first, ...more] = name.split(',');
  const ordered = first !== undefined && more.length === 0 ? `${first} ${last ?? ''}` : name;
  return ordered
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, mostCompared);
};

/** What a company's name is compared by: without the form of the firm, which one writes and another does not. */
const foldCompany = (company: string): string =>
  foldName(company.replaceAll(',', ' '))
    .replace(/ (?:ab|ag|as|bv|co|corp|gmbh|inc|kg|limited|llc|ltd|nv|oy|plc|sa|sarl|sas|spa|srl)$/u, '')
    .trim();

/** Equal for two customers with the same name and the same company; empty where either is missing. */
export const companyKey = (name: string, company: string): string => {
  const [who, where] = [foldName(name), foldCompany(company)];
  return who === '' || where === '' ? '' : `${who}@${where}`;
};

/** Equal for two addresses with the same name at the same domain of a firm's own; empty where that says nothing. */
export const domainKey = (name: string, address: string): string => {
  const who = foldName(name);
  const domain = ownDomain(address);
  return who === '' || domain === null ? '' : `${who}@${domain}`;
};
