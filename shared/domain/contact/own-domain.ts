/**
 * Domains on which anybody can have an address, so that two people there have nothing in common. Compiled from the
 * providers' own lists of the domains they offer; a missing one costs a suggestion too many, which is asked, never done.
 */
const publicDomains: ReadonlySet<string> = new Set(
  `126.com 163.com abv.bg aim.com alice.it aliyun.com aol.com aol.de arcor.de att.net azet.sk bbox.fr bellsouth.net
  bigpond.com bigpond.net.au bk.ru blueyonder.co.uk bluewin.ch bol.com.br btinternet.com centrum.cz centrum.sk
  charter.net comcast.net cox.net daum.net disroot.org dodo.com.au duck.com earthlink.net email.cz email.de e-mail.de
  eircom.net fastmail.com fastmail.fm free.fr freemail.hu freenet.de frontier.com gmail.com gmx.at gmx.ch gmx.com
  gmx.de gmx.fr gmx.net gmx.org googlemail.com hanmail.net hey.com home.nl hotmail.ca hotmail.co.uk hotmail.com
  hotmail.com.br hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl hush.com hushmail.com icloud.com ig.com.br
  inbox.com inbox.lv inbox.ru interia.pl iinet.net.au juno.com kpnmail.nl laposte.net libero.it list.ru live.be
  live.ca live.co.uk live.com live.com.au live.de live.fr live.it live.nl mac.com mail.com mail.de mail.ee mail.ru
  mailbox.org mailfence.com me.com msn.com mweb.co.za naver.com nate.com ntlworld.com o2.co.uk o2.pl onet.pl online.de
  online.no optonline.net optusnet.com.au orange.fr outlook.at outlook.com outlook.com.br outlook.de outlook.es
  outlook.fr outlook.it pm.me pobox.com posteo.at posteo.de posteo.net proton.me protonmail.ch protonmail.com
  qq.com rambler.ru rediffmail.com riseup.net rocketmail.com rogers.com runbox.com sapo.pt sbcglobal.net seznam.cz
  sfr.fr shaw.ca sina.cn sina.com sky.com skynet.be sohu.com startmail.com stud.no sympatico.ca t-online.de
  talktalk.net telenet.be telia.com telus.net terra.com.br terra.es tiscali.co.uk tiscali.it tuta.com tuta.io
  tutamail.com tutanota.com tutanota.de ukr.net unitybox.de uol.com.br verizon.net vip.qq.com virgilio.it virgin.net
  virginmedia.com vodafone.de volny.cz wanadoo.fr web.de windstream.net wp.pl xs4all.nl xtra.co.nz ya.ru yahoo.ca
  yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.mx
  yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it yandex.com yandex.ru yeah.net ymail.com zeelandnet.nl ziggo.nl
  zoho.com zohomail.eu`.split(/\s+/u),
);

/**
 * The domain of an address where that says something about whose it is: a firm's own. Null for addresses at public
 * mail providers and for what has no domain.
 */
export const ownDomain = (address: string): string | null => {
  const at = address.lastIndexOf('@');
  const domain = address
    .slice(at + 1)
    .trim()
    .toLowerCase();
  return at < 0 || !domain.includes('.') || publicDomains.has(domain) ? null : domain;
};
