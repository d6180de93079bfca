/** Where the page's own files are served from. */
export const pageScheme = 'steward-app';
export const pageOrigin = `${pageScheme}://page`;

/**
 * What the application's page may load: its own script and style files, pictures made from bytes, its own message
 * frame. No network of any kind; text becomes script nowhere.
 */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "frame-src 'self'",
  "connect-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types dompurify ProseMirrorClipboard',
].join('; ');

/**
 * What a mail may load: nothing but pictures made from bytes that the page has put there. Styles of the mail apply
 * inside the frame only. The frame's sandbox forbids scripts as well.
 */
export const framePolicy = [
  "default-src 'none'",
  'img-src data: blob:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');
