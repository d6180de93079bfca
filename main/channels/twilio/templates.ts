import type { PreparedText } from '#shared/contract/accounts.ts';
import type { TwilioClient } from './api/client.ts';
import { approvalResource, contentList, contentResource, readable } from './api/resources.ts';
import type { ContentResource } from './api/resources.ts';

const pageSize = 100;
/** WhatsApp allows 6,000 templates; a person chooses among few, and each costs a question. */
const mostTemplates = 500;
const questionsAtOnce = 4;
const longestText = 10_000;
const mostVariables = 100;

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;

// The texts of each type in reading order (https://www.twilio.com/docs/content/content-types-overview): most have a body alone.
const textFields = ['header_text', 'title', 'body', 'subtitle', 'footer'] as const;

/** How a template reads: the words of its first type that has some. */
function textOf({ types }: ContentResource): string {
  for (const type of Object.values(types)) {
    const lines = textFields
      .map((name) => field(type, name))
      .filter((line) => typeof line === 'string' && line !== '');
    if (lines.length > 0) return lines.join('\n').slice(0, longestText);
  }
  return '';
}

/** The variables in the order they are met, also those outside the words, such as in the address of a picture. */
function variablesOf({ types }: ContentResource, text: string): readonly string[] {
  const places = `${text} ${JSON.stringify(types)}`.matchAll(/\{\{\s*([A-Za-z0-9_]{1,60})\s*\}\}/g);
  return [...new Set([...places].map(([, name = '']) => name))].slice(0, mostVariables);
}

async function isApproved(client: TwilioClient, sid: string, signal: AbortSignal): Promise<boolean> {
  const path = `v1/Content/${sid}/ApprovalRequests`;
  const answer = await client.ask({ method: 'GET', path }, signal);
  if (answer.status === 404) return false;
  if (answer.status !== 200) throw client.refusal(answer);
  return client.read(approvalResource, answer).whatsapp?.status.toLowerCase() === 'approved';
}

async function everyContent(client: TwilioClient, signal: AbortSignal): Promise<readonly ContentResource[]> {
  const contents: ContentResource[] = [];
  let place: Readonly<Record<string, string>> = {};
  for (;;) {
    const request = {
      method: 'GET',
      path: 'v1/Content',
      query: { PageSize: String(pageSize), ...place },
    } as const;
    const list = await client.need(contentList, request, signal);
    contents.push(...readable(contentResource, list.contents));
    const next = list.meta.next_page_url;
    if (next === null || contents.length >= mostTemplates || !URL.canParse(next, client.base.href))
      return contents.slice(0, mostTemplates);
    const query = new URL(next, client.base).searchParams;
    const [page, token] = [query.get('Page'), query.get('PageToken')];
    if (page === null && token === null) return contents;
    place = { ...(page === null ? {} : { Page: page }), ...(token === null ? {} : { PageToken: token }) };
  }
}

/** The prepared texts that WhatsApp has approved (https://www.twilio.com/docs/content/content-api-resources). */
export async function approvedTemplates(
  client: TwilioClient,
  signal: AbortSignal,
): Promise<readonly PreparedText[]> {
  const contents = (await everyContent(client, signal)).filter((content) => textOf(content) !== '');
  const approved: boolean[] = [];
  for (let from = 0; from < contents.length; from += questionsAtOnce)
    approved.push(
      ...(await Promise.all(
        contents.slice(from, from + questionsAtOnce).map(({ sid }) => isApproved(client, sid, signal)),
      )),
    );
  return contents
    .filter((_, place) => approved[place] === true)
    .map((content) => {
      const text = textOf(content);
      const { sid, friendly_name: name, language } = content;
      const words = text.replaceAll(/\{\{\s*([A-Za-z0-9_]{1,60})\s*\}\}/g, '{{$1}}');
      return {
        id: sid,
        name: name.slice(0, 200),
        language: language.slice(0, 20),
        text: words,
        variables: variablesOf(content, text),
      };
    });
}
