import { describe, expect, it } from 'vitest';
import { asPeer, textAsHtml } from '#main/cli/commands/compose.ts';
import { columns, fit, oneLine, printable, table } from '#main/cli/printable.ts';
import { desktopWorkspace } from '#main/cli/workspace-folder.ts';

describe('what the command line prints', () => {
  it('never lets a mail command the terminal', () => {
    const hostile = 'a\u001b[2Jb\u009b31mc\u0007d\u202ee\u0000f\rg';
    expect(printable(hostile)).toBe('a·[2Jb·31mc·d·e·f\ng');
    expect(printable('two\r\nlines\tand a tab')).toBe('two\nlines\tand a tab');
  });

  it('keeps a subject on its line', () => {
    expect(oneLine('one\r\n two\u2028three\n')).toBe('one two three');
  });

  it('counts the columns of wide signs and of marks that take none', () => {
    expect(columns('abc')).toBe(3);
    expect(columns('注文')).toBe(4);
    expect(columns('e\u0301')).toBe(1);
    expect(fit('注文番号', 5)).toBe('注文…');
  });

  it('aligns a table by what is seen', () => {
    expect(
      table([
        ['注文', 'a'],
        ['x', 'b'],
      ]),
    ).toEqual(['注文  a', 'x     b']);
    expect(table([['long name here', 'z']], [6, null])).toEqual(['long …  z']);
  });
});

describe('what is typed', () => {
  it('becomes a text as the editor would have it, with nothing of it taken for markup', () => {
    expect(textAsHtml('Hello <b>\n& bye\r\n\r\n\r\nDana')).toBe(
      '<p>Hello &lt;b&gt;<br>&amp; bye</p><p>Dana</p>',
    );
  });

  it('as a recipient may have a name', () => {
    expect(asPeer('carol@customer.test')).toEqual({ name: '', address: 'carol@customer.test' });
    expect(asPeer('"Carol C." <carol@customer.test>')).toEqual({
      name: 'Carol C.',
      address: 'carol@customer.test',
    });
  });
});

describe('the workspace that is meant when none is named', () => {
  it('is the desktop application’s own on each system', () => {
    expect(desktopWorkspace('linux', {}, '/home/d')).toBe('/home/d/.config/Steward/workspace');
    expect(desktopWorkspace('linux', { XDG_CONFIG_HOME: '/x' }, '/home/d')).toBe('/x/Steward/workspace');
    expect(desktopWorkspace('darwin', {}, '/Users/d')).toBe(
      '/Users/d/Library/Application Support/Steward/workspace',
    );
    expect(desktopWorkspace('win32', { APPDATA: '/roaming' }, '/d')).toBe('/roaming/Steward/workspace');
  });
});
