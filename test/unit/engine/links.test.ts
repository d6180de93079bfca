import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeLink, type LinkWarning } from '#renderer/features/conversation/model/judge-link.ts';
import { startEngine, type TestEngine } from '#test/support/engine.ts';

/** What becomes of a link: nothing, the address that the browser is given, or that address after these warnings. */
type Fate = 'refused' | 'followed' | readonly LinkWarning['kind'][];

/** Addresses as mails have them, with the text they are shown with where that matters. */
const links: readonly (readonly [href: string, fate: Fate, shown?: string])[] = [
  // Schemes that run something, read something, or lead to a program of the system.
  ['javascript:alert(1)', 'refused'],
  ['JaVaScRiPt:alert(1)', 'refused'],
  [' javascript:alert(1)', 'refused'],
  ['\u0001javascript:alert(1)', 'refused'],
  ['java\tscript:alert(1)', 'refused'],
  ['java\nscript:alert(1)', 'refused'],
  ['java\r\nscript:alert(1)', 'refused'],
  ['javascript&colon;alert(1)', 'refused'],
  ['data:text/html,<script>alert(1)</script>', 'refused'],
  ['data:text/html;base64,PHNjcmlwdD4=', 'refused'],
  ['vbscript:msgbox(1)', 'refused'],
  ['file:///etc/passwd', 'refused'],
  ['file:///C:/Windows/System32/calc.exe', 'refused'],
  ['file://server/share/run.exe', 'refused'],
  ['FILE:///etc/passwd', 'refused'],
  ['smb://server/share', 'refused'],
  ['\\\\server\\share\\run.exe', 'refused'],
  ['//server/share', 'refused'],
  ['ms-msdt:/id PCWDiagnostic /skip force', 'refused'],
  ['ms-officecmd:{"id":3}', 'refused'],
  ['ms-word:ofe|u|https://evil.test/a.docx', 'refused'],
  ['ms-appinstaller:?source=https://evil.test/a.msix', 'refused'],
  ['ms-settings:privacy', 'refused'],
  ['search-ms:query=x&crumb=location:\\\\evil.test', 'refused'],
  ['search:query=x', 'refused'],
  ['shell:startup', 'refused'],
  ['vscode://file/etc/passwd', 'refused'],
  ['slack://open', 'refused'],
  ['steward:join', 'refused'],
  ['steward-app://page/index.html', 'refused'],
  ['blob:https://shop.test/1', 'refused'],
  ['filesystem:https://shop.test/1', 'refused'],
  ['about:blank', 'refused'],
  ['chrome://settings', 'refused'],
  ['view-source:https://shop.test/', 'refused'],
  ['ftp://shop.test/a', 'refused'],
  ['ws://shop.test/', 'refused'],
  ['tel:+4930123', 'refused'],
  ['sms:+4930123', 'refused'],
  ['intent://scan/#Intent;scheme=zxing;end', 'refused'],
  ['mailbox:///x', 'refused'],
  ['cid:picture', 'refused'],
  ['#top', 'refused'],
  ['/relative', 'refused'],
  ['relative.html', 'refused'],
  ['https:', 'refused'],
  ['http://', 'refused'],
  ['https://exa mple.test/', 'refused'],
  ['https://[::1', 'refused'],
  ['https://shop.test:99999/', 'refused'],
  ['', 'refused'],
  // Addresses that are followed as they are.
  ['https://shop.test/', 'followed'],
  ['https://shop.test/a?b=c#d', 'followed'],
  ['HTTPS://SHOP.TEST/', 'followed'],
  [' https://shop.test/ ', 'followed'],
  ['https://shop.test\\@evil.test/', 'followed'],
  ['mailto:ann@shop.test', 'followed'],
  // Those that are asked about first.
  ['http://shop.test/', ['not-encrypted']],
  ['https://shop.test@evil.test/', ['name-before-host']],
  ['https://shop.test:pw@evil.test/', ['name-before-host']],
  ['https://192.0.2.7/', ['number-address']],
  ['https://3221225991/', ['number-address']],
  ['https://0300.0.2.7/', ['number-address']],
  ['https://[2001:db8::1]/', ['number-address']],
  ['https://shop.test:8443/', ['unusual-port']],
  ['https://xn--bcher-kva.example/', ['foreign-letters']],
  ['https://p\u0430ypal.com/', ['mixed-script']],
  ['https://evil.example.net/', ['shown-elsewhere'], 'https://www.bank.com/login'],
  ['https://www.bank.com.evil.net/', ['shown-elsewhere'], 'www.bank.com'],
  ['mailto:eve@evil.test', ['shown-elsewhere'], 'ann@shop.test'],
];

describe('links of a message, from the text to the browser', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine({ traffic: 'off' });
  });
  afterAll(async () => {
    await engine.close();
  });

  it('are more than sixty', () => {
    expect(links.length).toBeGreaterThanOrEqual(60);
  });

  const rows = links.map(([href, fate, shown = 'here']) => ({ href, fate, shown }));

  it.each(rows)('$href shown as $shown is $fate', async ({ href, fate, shown }) => {
    const judged = judgeLink(href, shown);
    const warned = judged.kind === 'refused' ? 'refused' : judged.warnings.map(({ kind }) => kind);
    expect(warned).toEqual(fate === 'followed' ? [] : fate);
    if (judged.kind === 'refused') return;
    await engine.ask('link.open', { url: judged.url });
    const opened = engine.record.opened.at(-1) ?? '';
    expect(opened).toBe(judged.url);
    expect(['http:', 'https:', 'mailto:']).toContain(new URL(opened).protocol);
    // The host that the person read is the one that the browser goes to.
    if (judged.kind === 'web') expect(new URL(opened).hostname).toBe(judged.rawHost);
  });

  it('that the page refuses are refused by the engine as well, whoever asks it', async () => {
    const before = engine.record.opened.length;
    const absolute = links.filter(([href, fate]) => fate === 'refused' && href.length <= 8_000);
    const answers: string[] = [];
    for (const [href] of absolute) {
      const answer = await engine.engine.call('link.open', { url: href });
      // The same words mean the same to both: what a mail may not link to is opened for nobody.
      answers.push(`${href} ${answer.ok ? 'opened' : 'refused'}`);
    }
    expect(answers.filter((answer) => answer.endsWith('opened'))).toEqual([]);
    expect(engine.record.opened.length).toBe(before);
  });
});
