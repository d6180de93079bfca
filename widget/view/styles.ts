/** Everything the widget looks like. It is put in as a constructed sheet, which a page's policy on styles does not forbid. */
export const styles = `
:host {
  all: initial !important;
  position: fixed !important;
  inset: auto !important;
  width: 0 !important;
  height: 0 !important;
  z-index: 2147483000 !important;
  --accent: #1f5fbf;
  --on-accent: #ffffff;
  --surface: #ffffff;
  --raised: #f1f3f6;
  --text: #1b1f24;
  --soft: #4d5560;
  --line: #c9ced6;
  --bad: #a3161f;
  color-scheme: light;
}
:host([data-theme='dark']) {
  --surface: #1b1e23;
  --raised: #2a2f36;
  --text: #eef1f4;
  --soft: #b3bbc6;
  --line: #454c56;
  --bad: #ff9a93;
  color-scheme: dark;
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.chat {
  font: 400 15px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
  color: var(--text);
  text-align: start;
  letter-spacing: normal;
}
button, textarea, input { font: inherit; color: inherit; margin: 0; }
button { cursor: pointer; }
svg { display: block; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; box-shadow: 0 0 0 2px var(--surface); }
.launcher {
  position: fixed;
  bottom: max(20px, env(safe-area-inset-bottom));
  inset-inline-end: 20px;
  width: 56px;
  height: 56px;
  display: grid;
  place-items: center;
  border: 2px solid var(--on-accent);
  border-radius: 50%;
  background: var(--accent);
  color: var(--on-accent);
  box-shadow: 0 4px 16px rgb(0 0 0 / 30%);
}
.start .launcher, .start .panel { inset-inline: 20px auto; }
.badge {
  position: absolute;
  top: -6px;
  inset-inline-end: -6px;
  min-width: 22px;
  padding: 0 6px;
  border: 2px solid var(--surface);
  border-radius: 12px;
  background: #b3141e;
  color: #ffffff;
  font-size: 13px;
  line-height: 18px;
  text-align: center;
}
.panel {
  position: fixed;
  bottom: 88px;
  inset-inline-end: 20px;
  width: 370px;
  height: min(560px, calc(100vh - 108px));
  display: flex;
  flex-direction: column;
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: 14px;
  background: var(--surface);
  box-shadow: 0 10px 40px rgb(0 0 0 / 28%);
}
.head { display: flex; align-items: center; gap: 4px; padding: 10px 10px 10px 16px; background: var(--accent); color: var(--on-accent); }
.head :focus-visible { outline-color: var(--on-accent); box-shadow: none; outline-offset: -1px; }
.names { flex: 1; min-width: 0; }
.title { margin: 0; font-size: 16px; font-weight: 600; line-height: 1.3; overflow-wrap: anywhere; }
.status { margin: 0; font-size: 13px; line-height: 1.3; }
.plain { width: 40px; height: 40px; flex: none; display: grid; place-items: center; padding: 0; border: 0; border-radius: 8px; background: transparent; }
.plain:hover { background: rgb(127 127 127 / 25%); }
.scroll { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 14px; }
.scroll:focus-visible { outline-offset: -3px; box-shadow: none; }
.list { display: flex; flex-direction: column; gap: 10px; margin: 0; padding: 0; list-style: none; }
.item { display: flex; flex-direction: column; align-items: flex-start; max-width: 86%; }
.mine { align-self: flex-end; align-items: flex-end; }
.bubble { margin: 0; padding: 8px 12px; border-radius: 12px; background: var(--raised); white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid transparent; }
.mine .bubble { background: var(--accent); color: var(--on-accent); }
.bubble a { color: inherit; text-decoration: underline; text-underline-offset: 2px; }
.mine .bubble a:focus-visible { outline-color: var(--on-accent); box-shadow: none; }
.note { margin: 2px 4px 0; font-size: 12px; color: var(--soft); }
.bad { color: var(--bad); }
.again { padding: 0; border: 0; background: transparent; color: inherit; text-decoration: underline; }
.typing { margin: 8px 4px 0; font-size: 13px; color: var(--soft); }
.offline { margin: 0; padding: 8px 16px; font-size: 13px; background: var(--raised); color: var(--text); border-top: 1px solid var(--line); }
.mail { display: flex; flex-direction: column; gap: 8px; padding: 12px 16px; border-top: 1px solid var(--line); background: var(--raised); }
.mail p { margin: 0; font-size: 14px; }
.mail label { display: flex; flex-direction: column; gap: 2px; font-size: 13px; }
.mail input { padding: 8px 10px; border: 1px solid var(--soft); border-radius: 8px; background: var(--surface); }
.row { display: flex; flex-wrap: wrap; gap: 8px; }
.button { min-height: 36px; padding: 6px 14px; border: 1px solid var(--soft); border-radius: 8px; background: var(--surface); }
.main { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.write { display: flex; align-items: flex-end; gap: 8px; padding: 10px; border-top: 1px solid var(--line); }
.write textarea { flex: 1; min-width: 0; max-height: 132px; padding: 9px 12px; border: 1px solid var(--soft); border-radius: 10px; background: var(--surface); line-height: 1.4; resize: none; overflow-y: auto; }
.write textarea::placeholder { color: var(--soft); opacity: 1; }
.send { width: 42px; height: 42px; flex: none; display: grid; place-items: center; padding: 0; border: 1px solid var(--on-accent); border-radius: 10px; background: var(--accent); color: var(--on-accent); }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (prefers-color-scheme: dark) {
  :host([data-theme='auto']) {
    --surface: #1b1e23;
    --raised: #2a2f36;
    --text: #eef1f4;
    --soft: #b3bbc6;
    --line: #454c56;
    --bad: #ff9a93;
    color-scheme: dark;
  }
}
@media (max-width: 480px), (max-height: 420px) {
  .panel, .start .panel { inset: 0; width: auto; height: 100vh; height: 100dvh; border: 0; border-radius: 0; }
  .panel:not([hidden]) ~ .launcher { display: none; }
  .write { padding-bottom: max(10px, env(safe-area-inset-bottom)); }
  .write textarea, .mail input { font-size: 16px; }
}
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise 140ms ease-out; }
  @keyframes rise { from { transform: translateY(8px); opacity: 0; } }
}
@media (forced-colors: active) { .bubble, .launcher, .send { border: 1px solid currentColor; } }
@media print { .chat { display: none; } }
`;
