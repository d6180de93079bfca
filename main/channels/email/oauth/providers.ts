import type { Settings } from '#shared/contract/accounts.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { isLoopback, textOf } from '../../kit/endpoint.ts';

/** An authorization server and how we present ourselves to it. */
export type OAuthProvider = {
  readonly id: string;
  readonly issuer: string;
  readonly authorizeUrl: URL;
  readonly tokenUrl: URL;
  readonly scopes: string;
  readonly clientId: string;
  /** Google gives desktop applications a "secret" that is none (RFC 8252 section 8.5) and asks for it all the same. */
  readonly clientSecret: string | null;
  /** Parameters that only this server knows. */
  readonly extra: Readonly<Record<string, string>>;
  /** The host of the redirect address: both mean this machine, but a server may have only one of them registered. */
  readonly redirectHost: '127.0.0.1' | 'localhost';
};

type Endpoints = Omit<OAuthProvider, 'clientId' | 'clientSecret' | 'authorizeUrl' | 'tokenUrl'> & {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
};

// https://developers.google.com/identity/protocols/oauth2/native-app and https://developers.google.com/gmail/imap/xoauth2-protocol
const google: Endpoints = {
  id: 'google',
  issuer: 'https://accounts.google.com',
  authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  scopes: 'https://mail.google.com/',
  // Without these two Google gives no refresh token to an application that was allowed before.
  extra: { access_type: 'offline', prompt: 'consent' },
  redirectHost: '127.0.0.1',
};

// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
const microsoft: Endpoints = {
  id: 'microsoft',
  issuer: 'https://login.microsoftonline.com/common/v2.0',
  authorizeUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
  tokenUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
  scopes:
    'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access',
  extra: { prompt: 'select_account' },
  redirectHost: 'localhost',
};

const known: Readonly<Record<string, Endpoints>> = { google, microsoft, 'microsoft-personal': microsoft };

const refuse = (field: string, said: string | null = null): ChannelError =>
  new ChannelError(failure('settings', field, { said }));

function readUrl(settings: Settings, field: string, usual: string | null): URL {
  const text = textOf(settings, field) ?? usual;
  const url = text !== null && URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw refuse(field);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw refuse(field);
}

/**
 * The authorization server of an account: by its provider, or entirely from the settings. A missing client id is refused as
 * `settings` at `oauthClientId`, with the provider in `said`: none is built in, organisations register their own.
 */
export function readOAuthProvider(settings: Settings): OAuthProvider {
  const id = textOf(settings, 'provider') ?? 'custom';
  const usual = known[id] ?? null;
  const authorizeUrl = readUrl(settings, 'oauthAuthorizeUrl', usual?.authorizeUrl ?? null);
  const tokenUrl = readUrl(settings, 'oauthTokenUrl', usual?.tokenUrl ?? null);
  const isUsual = usual !== null && authorizeUrl.href === usual.authorizeUrl;
  const clientId = textOf(settings, 'oauthClientId');
  if (clientId === null) throw refuse('oauthClientId', usual?.id ?? id);
  return {
    id: usual?.id ?? id,
    issuer: textOf(settings, 'oauthIssuer') ?? (isUsual ? usual.issuer : authorizeUrl.origin),
    authorizeUrl,
    tokenUrl,
    scopes: textOf(settings, 'oauthScopes') ?? usual?.scopes ?? '',
    clientId,
    clientSecret: textOf(settings, 'oauthClientSecret'),
    extra: isUsual ? usual.extra : {},
    redirectHost: usual?.redirectHost ?? '127.0.0.1',
  };
}
