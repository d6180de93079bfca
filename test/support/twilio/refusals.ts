import type { EmulatedAnswer } from '../http-emulator/http-emulator.ts';

/** An error as the API says it (https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions). */
export const refusal = (
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): EmulatedAnswer => ({
  status,
  headers,
  json: { code, message, more_info: `https://www.twilio.com/docs/errors/${String(code)}`, status },
});

export const notAuthenticated = (): EmulatedAnswer =>
  refusal(401, 20_003, 'Authenticate', { 'www-authenticate': 'Basic realm="Twilio API"' });

export const notFound = (path: string): EmulatedAnswer =>
  refusal(404, 20_404, `The requested resource ${path} was not found`);

export const tooMany = (): EmulatedAnswer =>
  refusal(429, 20_429, 'Too Many Requests', { 'retry-after': '2' });
