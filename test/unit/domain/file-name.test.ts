import { describe, expect, it } from 'vitest';
import { isDangerousFile } from '#shared/domain/file-name/dangerous-file.ts';
import { safeFileName } from '#shared/domain/file-name/safe-file-name.ts';

/** What a mail calls a file, what it is saved as, and whether it may be opened. */
const names: readonly (readonly [raw: string, saved: string, opened: 'opened' | 'only saved'])[] = [
  // Paths.
  ['../../etc/passwd', 'passwd', 'opened'],
  ['..\\..\\windows\\system32\\calc.exe', 'calc.exe', 'only saved'],
  ['/etc/shadow', 'shadow', 'opened'],
  ['C:\\Users\\me\\report.pdf', 'report.pdf', 'opened'],
  ['C:report.pdf', 'C_report.pdf', 'opened'],
  ['\\\\server\\share\\a.docx', 'a.docx', 'opened'],
  ['a/b/c.txt', 'c.txt', 'opened'],
  ['..', 'attachment', 'opened'],
  ['.', 'attachment', 'opened'],
  ['', 'attachment', 'opened'],
  ['/', 'attachment', 'opened'],
  ['..\u200b/..\u200b/x.txt', 'x.txt', 'opened'],
  ['a\u2215b.txt', 'b.txt', 'opened'],
  ['a\uff0fb.txt', 'b.txt', 'opened'],
  ['a\uff3cb.txt', 'b.txt', 'opened'],
  ['report.txt:hidden.exe', 'report.txt_hidden.exe', 'only saved'],
  // What is not seen.
  ['invoice\u202efdp.exe', 'invoicefdp.exe', 'only saved'],
  ['invoice.pdf\u202eexe.txt', 'invoice.pdfexe.txt', 'opened'],
  ['a\u2066b\u2069.pdf', 'ab.pdf', 'opened'],
  ['.htaccess', 'htaccess', 'only saved'],
  ['\u200b.htaccess', 'htaccess', 'only saved'],
  ['.\u200bhtaccess', 'htaccess', 'only saved'],
  ['run.e\u200bxe', 'run.exe', 'only saved'],
  ['run.exe\u200b', 'run.exe', 'only saved'],
  ['run.exe\u00ad', 'run.exe', 'only saved'],
  ['run.\ufe0fexe', 'run.exe', 'only saved'],
  ['a\u0000b.pdf', 'ab.pdf', 'opened'],
  ['a.pdf\u0000.exe', 'a.pdf.exe', 'only saved'],
  ['a\r\nb.pdf', 'a b.pdf', 'opened'],
  ['a\tb.pdf', 'a b.pdf', 'opened'],
  ['bell\u0007.pdf', 'bell.pdf', 'opened'],
  ['half\ud800pair.txt', 'half_pair.txt', 'opened'],
  // Ends and beginnings.
  ['run.exe.', 'run.exe', 'only saved'],
  ['run.exe ', 'run.exe', 'only saved'],
  ['run.exe . . .', 'run.exe', 'only saved'],
  ['run.exe\u3000', 'run.exe', 'only saved'],
  ['  spaced  out .pdf', 'spaced out .pdf', 'opened'],
  ['...hidden.pdf', 'hidden.pdf', 'opened'],
  ['run\u2024exe', 'run.exe', 'only saved'],
  ['run\uff0eexe', 'run.exe', 'only saved'],
  ['run.\uff45\uff58\uff45', 'run.\uff45\uff58\uff45', 'only saved'],
  // Devices of Windows.
  ['CON', '_CON', 'opened'],
  ['con.txt', '_con.txt', 'opened'],
  ['aux.txt', '_aux.txt', 'opened'],
  ['NUL.tar.gz', '_NUL.tar.gz', 'opened'],
  ['com1', '_com1', 'opened'],
  ['COM¹.log', '_COM¹.log', 'opened'],
  ['lpt9.pdf', '_lpt9.pdf', 'opened'],
  ['prn .txt', '_prn .txt', 'opened'],
  ['console.txt', 'console.txt', 'opened'],
  ['conference.pdf', 'conference.pdf', 'opened'],
  // Characters that Windows refuses.
  ['a<b>c.pdf', 'a_b_c.pdf', 'opened'],
  ['what?.pdf', 'what_.pdf', 'opened'],
  ['a|b*c".pdf', 'a_b_c_.pdf', 'opened'],
  // Things that run.
  ['a.pdf.exe', 'a.pdf.exe', 'only saved'],
  ['A.PDF.EXE', 'A.PDF.EXE', 'only saved'],
  ['setup.msi', 'setup.msi', 'only saved'],
  ['x.scr', 'x.scr', 'only saved'],
  ['x.js', 'x.js', 'only saved'],
  ['x.vbs', 'x.vbs', 'only saved'],
  ['x.ps1', 'x.ps1', 'only saved'],
  ['x.bat', 'x.bat', 'only saved'],
  ['x.lnk', 'x.lnk', 'only saved'],
  ['x.url', 'x.url', 'only saved'],
  ['x.desktop', 'x.desktop', 'only saved'],
  ['x.webloc', 'x.webloc', 'only saved'],
  ['x.iso', 'x.iso', 'only saved'],
  ['x.vhdx', 'x.vhdx', 'only saved'],
  ['x.dmg', 'x.dmg', 'only saved'],
  ['x.command', 'x.command', 'only saved'],
  ['x.jar', 'x.jar', 'only saved'],
  ['x.hta', 'x.hta', 'only saved'],
  ['x.html', 'x.html', 'only saved'],
  ['x.svg', 'x.svg', 'only saved'],
  ['x.docm', 'x.docm', 'only saved'],
  ['x.xll', 'x.xll', 'only saved'],
  ['x.settingcontent-ms', 'x.settingcontent-ms', 'only saved'],
  ['x.sh', 'x.sh', 'only saved'],
  // Ordinary files.
  ['Rechnung März.pdf', 'Rechnung März.pdf', 'opened'],
  ['Rechnung Ma\u0308rz.pdf', 'Rechnung M\u00e4rz.pdf', 'opened'],
  ['写真.jpg', '写真.jpg', 'opened'],
  ['report.docx', 'report.docx', 'opened'],
  ['archive.zip', 'archive.zip', 'opened'],
  ['noextension', 'noextension', 'opened'],
];

describe('file names from outside', () => {
  it.each(names)('%j is saved as %j and %s', (raw, saved, opened) => {
    expect(safeFileName(raw)).toBe(saved);
    expect(isDangerousFile(raw, 'application/octet-stream')).toBe(opened === 'only saved');
  });

  it('has at least eighty cases', () => {
    expect(names.length).toBeGreaterThanOrEqual(80);
  });

  it('shortens long names to what every file system takes, and keeps the extension', () => {
    for (const stem of ['a', 'ä', '写', '😀']) {
      const saved = safeFileName(`${stem.repeat(300)}.pdf`);
      expect(Buffer.byteLength(saved)).toBeLessThanOrEqual(240);
      expect(saved.endsWith('.pdf')).toBe(true);
      expect(saved).not.toMatch(/\p{Surrogate}/u);
    }
  });

  it('gives a safe name again when asked about a safe name', () => {
    for (const [raw] of names) expect(safeFileName(safeFileName(raw))).toBe(safeFileName(raw));
  });

  it('lets the type add danger, and never take it away', () => {
    expect(isDangerousFile('letter.txt', 'application/x-msdownload')).toBe(true);
    expect(isDangerousFile('letter.txt', 'text/html; charset=utf-8')).toBe(true);
    expect(isDangerousFile('run.exe', 'application/pdf')).toBe(true);
    expect(isDangerousFile('letter.pdf', 'application/pdf')).toBe(false);
  });
});
