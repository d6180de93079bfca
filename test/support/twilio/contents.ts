import type { EmulatedAnswer, EmulatedRequest } from '../http-emulator/http-emulator.ts';
import type { Content, EmulatedAccount } from './account.ts';
import { pageSizeIn } from './listing.ts';
import { notFound, refusal } from './refusals.ts';

const contentJson = (base: string, account: string, content: Content): Readonly<Record<string, unknown>> => {
  const url = `${base}/v1/Content/${content.sid}`;
  return {
    language: content.language,
    date_updated: '2026-03-01T12:00:00Z',
    variables: content.variables,
    friendly_name: content.friendlyName,
    account_sid: account,
    url,
    sid: content.sid,
    date_created: '2026-03-01T12:00:00Z',
    types: content.types,
    links: { approval_fetch: `${url}/ApprovalRequests`, approval_create: `${url}/ApprovalRequests/whatsapp` },
  };
};

/** The Content API (twilio_content_v1): lists have a `meta`, and pages are whole addresses. */
export function answerContents(account: EmulatedAccount, { url, method }: EmulatedRequest): EmulatedAnswer {
  const [, , , sid, sub, ...rest] = url.pathname.split('/');
  if (method !== 'GET' || rest.length > 0) return notFound(url.pathname);
  if (sid === undefined) return listContents(account, url);
  const content = account.contents.find((one) => one.sid === sid);
  if (content === undefined) return notFound(url.pathname);
  if (sub === undefined) return { json: contentJson(url.origin, account.sid, content) };
  if (sub !== 'ApprovalRequests' || content.approval === null) return notFound(url.pathname);
  return {
    json: {
      url: url.href,
      sid,
      account_sid: account.sid,
      whatsapp: {
        type: 'whatsapp',
        name: content.friendlyName,
        category: 'UTILITY',
        content_type: Object.keys(content.types)[0] ?? '',
        status: content.approval,
        rejection_reason: content.approval === 'rejected' ? 'INVALID_FORMAT' : '',
        allow_category_change: true,
        flows: null,
      },
    },
  };
}

function listContents(account: EmulatedAccount, url: URL): EmulatedAnswer {
  const query = url.searchParams;
  const size = pageSizeIn(query);
  if (size === null) return refusal(400, 20_001, 'Page size must be between 1 and 1000');
  const page = Number(query.get('Page') ?? '0');
  const token = query.get('PageToken');
  const after = token === null ? -1 : account.contents.findIndex(({ sid }) => `PA${sid}` === token);
  if ((page > 0 && token === null) || (token !== null && after < 0))
    return refusal(400, 20_006, 'Page number out of range');
  const shown = account.contents.slice(after + 1, after + 1 + size);
  const last = shown.at(-1);
  const at = (to: number, place = ''): string =>
    `${url.origin}/v1/Content?PageSize=${String(size)}&Page=${String(to)}${place}`;
  const more = last !== undefined && after + 1 + size < account.contents.length;
  return {
    json: {
      meta: {
        page,
        page_size: size,
        first_page_url: at(0),
        previous_page_url: null,
        url: at(page),
        next_page_url: more ? at(page + 1, `&PageToken=PA${last.sid}`) : null,
        key: 'contents',
      },
      contents: shown.map((content) => contentJson(url.origin, account.sid, content)),
    },
  };
}
