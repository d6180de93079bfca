import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';

/** The path under which the provider asks its user something. */
export const INTERACTION_PATH = '/interaction/';

/** Answers the sign-in page (a form with `email`) and what comes back from it; the user agrees to everything. */
export async function handleInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const details = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    const hint = details.params['login_hint'];
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page(details.uid, details.prompt.name, typeof hint === 'string' ? hint : ''));
    return;
  }
  const form = new URLSearchParams(await readBody(request));
  if (form.get('answer') === 'refuse') {
    await provider.interactionFinished(request, response, {
      error: 'access_denied',
      error_description: 'The user refused',
    });
    return;
  }
  if (details.prompt.name === 'login') {
    const email = form.get('email') ?? '';
    await provider.interactionFinished(request, response, { login: { accountId: email } });
    return;
  }
  const grant = new provider.Grant({
    accountId: details.session?.accountId ?? '',
    clientId: String(details.params['client_id']),
  });
  const scope = details.params['scope'];
  grant.addOIDCScope(typeof scope === 'string' ? scope : '');
  await provider.interactionFinished(
    request,
    response,
    { consent: { grantId: await grant.save() } },
    { mergeWithLastSubmission: true },
  );
}

/**
 * Plays the browser: goes to the authorization URL, signs in, agrees or refuses, and returns the redirect back to the client,
 * which it does not follow.
 */
export async function signIn(
  issuer: string,
  authorizationUrl: string,
  answer: { readonly email: string; readonly refuse: boolean },
): Promise<string> {
  const cookies = new Map<string, string>();
  let url = authorizationUrl;
  let body: URLSearchParams | undefined;
  // Sign-in and consent are six steps; more would be a loop.
  for (let step = 0; step < 12; step += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    body = undefined;
    keepCookies(cookies, response);
    const location = response.headers.get('location');
    if (location !== null) {
      const next = new URL(location, url).href;
      if (!next.startsWith(issuer)) return next;
      url = next;
      continue;
    }
    const html = await response.text();
    const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
    if (action === undefined) {
      throw new Error(
        `the provider answered ${String(response.status)} without a form: ${html.slice(0, 2_000)}`,
      );
    }
    url = new URL(action, url).href;
    body = new URLSearchParams({ email: answer.email, answer: answer.refuse ? 'refuse' : 'agree' });
  }
  throw new Error('the sign-in does not come to an end');
}

/** The whole body of a request as text. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function page(uid: string, prompt: string, hint: string): string {
  const field =
    prompt === 'login'
      ? `<label>Email <input name="email" type="email" value="${hint.replace(/[^\w@.+-]/g, '')}"></label>`
      : '<p>Allow access to your mail?</p>';
  return `<!doctype html><meta charset="utf-8"><title>Sign in</title>
<form method="post" action="${INTERACTION_PATH}${uid}">${field}
<button name="answer" value="agree">Continue</button><button name="answer" value="refuse">Cancel</button></form>`;
}

function keepCookies(cookies: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
}
