import { safeFileName } from './safe-file-name.ts';

/** What Windows, macOS or a Linux desktop runs, installs, mounts or lets run script when it is opened. */
const dangerousExtensions: ReadonlySet<string> = new Set(
  [
    // Programs, libraries, installers and control panels.
    'exe com scr pif cpl dll ocx sys drv msi msp mst msix msixbundle appx appxbundle appinstaller gadget',
    'app pkg mpkg dmg dylib kext prefpane workflow action definition osax',
    'deb rpm appimage run snap flatpak flatpakref flatpakrepo elf so ko out bin',
    // Scripts.
    'bat cmd btm ps1 ps1xml ps2 psc1 psc2 psd1 psm1 psxml cdxml pssc vb vbe vbs vbscript js jse jsx mjs cjs ws wsf wsc wsh sct',
    'hta msh msh1 msh2 mshxml sh bash zsh ksh csh tcsh fish command tool scpt scptd applescript terminal',
    'py pyc pyo pyw pyz pyzw pl pm rb php php3 php5 phtml phar lua tcl awk jar jnlp class ahk au3 a3x',
    // Shortcuts, settings, help and query files that lead to programs.
    'lnk url desktop directory webloc inetloc fileloc scf reg inf inx isu ins isp job library-ms search-ms searchconnector-ms',
    'settingcontent-ms theme themepack deskthemepack diagcab diagcfg diagpkg mad maf mag mam maq mar mas mat mau mav maw mda',
    'mde mdt mdw mdz ade adp accde accda accdr accdt chm hlp xbap application manifest website contact group rdp rdg',
    'ms-one one onepkg msc grp vsmacros vsw xnk pcd prf prg provisionpackage ppkg wim cab',
    'mobileconfig configprofile shortcut automator jailbreak',
    // Disks and images, which hide the mark of the internet.
    'iso img vhd vhdx udf nrg mdf mds vmdk ova ovf toast sparseimage sparsebundle cdr',
    // Office files with macros, and sheets that load code.
    'docm dotm xlsm xltm xlam xll xla xlm xlb pptm potm ppam ppsm sldm slk iqy oqy rqy odc dqy wll wbk wiz pa ppa sldx',
    // Pages that run script in a browser, outside of any sandbox of ours.
    'html htm xhtml xht shtml mht mhtml hta svg svgz xsl xslt xml-stylesheet swf spl',
    // Files that a web server or a shell obeys.
    'htaccess htpasswd user ini bashrc profile zshrc',
    // Application extensions.
    'crx xpi vsix oxt gpk apk ipa xapk mcpack',
  ]
    .join(' ')
    .split(' '),
);

/** Types that say by themselves that the content is run. */
const dangerousTypes =
  /^(application\/(x-ms(download|dos-program|i|-shortcut)|x-dosexec|x-executable|x-elf|x-sh(ellscript)?|x-csh|x-bat|x-perl|x-python(-code)?|x-php|hta|javascript|ecmascript|x-javascript|java-archive|x-java-(archive|jnlp-file)|vnd\.microsoft\.portable-executable|x-apple-diskimage|x-iso9660-image|x-ms-application|x-mach-binary|vnd\.android\.package-archive|xhtml\+xml|x-shockwave-flash)|text\/(html|javascript|ecmascript|vbscript|x-sh(ellscript)?|x-python|x-perl|scriptlet)|image\/svg(\+xml)?|multipart\/related)$/;

/** Types that agree with any extension: they say nothing. */
const sayNothing = /^(application\/(octet-stream|force-download|x-download|binary)|binary\/octet-stream|)$/;

/**
 * Whether a file from outside is one that the system would run or that runs script when opened. Such files are saved
 * but never opened. The name decides, after the same cleaning as when it is saved; the type only ever adds danger.
 */
export const isDangerousFile = (name: string, mimeType: string): boolean => {
  const clean = safeFileName(name)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s.]+$/u, '');
  const dot = clean.lastIndexOf('.');
  // A name such as `.htaccess` has lost its dot and is its own extension.
  const extension = dot < 0 ? clean : clean.slice(dot + 1);
  if (dangerousExtensions.has(extension)) return true;
  const type = (mimeType.split(';')[0] ?? '').trim().toLowerCase();
  return !sayNothing.test(type) && dangerousTypes.test(type);
};
