import { family, leak, leakHost } from './canary.ts';
import type { HostilePiece } from './canary.ts';

/** Elements and attributes through which a browser fetches, connects or looks a host up. */
const fetching: readonly ((address: string) => string)[] = [
  (at) => `<img src="${at}">`,
  (at) => `<img srcset="${at} 1x, ${at}-2 2x">`,
  (at) => `<img src=x srcset="${at} 100w" sizes=100vw>`,
  (at) => `<img lowsrc="${at}" dynsrc="${at}" longdesc="${at}">`,
  (at) => `<img src="${at}" loading=eager fetchpriority=high crossorigin=use-credentials>`,
  (at) => `<picture><source srcset="${at}"><img src="data:,"></picture>`,
  (at) => `<image src="${at}">`,
  (at) => `<input type=image src="${at}">`,
  (at) => `<video src="${at}" autoplay></video>`,
  (at) => `<video poster="${at}"></video>`,
  (at) => `<audio src="${at}" autoplay></audio>`,
  (at) => `<video><source src="${at}"><track src="${at}-track" default></video>`,
  (at) => `<body background="${at}">x</body>`,
  (at) =>
    `<table background="${at}"><tr background="${at}"><td background="${at}" width=9 height=9>x</td></tr></table>`,
  (at) => `<link rel=stylesheet href="${at}">`,
  (at) => `<link rel="alternate stylesheet" href="${at}">`,
  (at) => `<link rel=preload as=image href="${at}">`,
  (at) => `<link rel=modulepreload href="${at}">`,
  (at) => `<link rel=prefetch href="${at}">`,
  (at) => `<link rel=prerender href="${at}">`,
  (at) => `<link rel=preconnect href="${at}">`,
  (at) => `<link rel=dns-prefetch href="${at}">`,
  (at) => `<link rel=icon href="${at}">`,
  (at) => `<link rel=manifest href="${at}">`,
  (at) => `<link rel=import href="${at}">`,
  (at) =>
    `<link rel=next href="${at}"><link rel=search href="${at}" type="application/opensearchdescription+xml">`,
  (at) => `<script src="${at}"></script>`,
  (at) => `<iframe src="${at}"></iframe>`,
  (at) => `<iframe srcdoc='<img src="${at}">'></iframe>`,
  (at) => `<frameset><frame src="${at}"></frameset>`,
  (at) => `<object data="${at}"></object>`,
  (at) => `<object type="image/svg+xml" data="${at}"><img src="${at}-inner"></object>`,
  (at) => `<embed src="${at}">`,
  (at) => `<applet code=x codebase="${at}" archive="${at}"></applet>`,
  (at) => `<portal src="${at}"></portal>`,
  (at) => `<fencedframe src="${at}"></fencedframe>`,
  (at) => `<a href="${at}" ping="${at}-ping">x</a>`,
  (at) => `<a href="${at}" download>x</a>`,
  (at) => `<a href="${at}" target=_top>x</a>`,
  (at) => `<a href="${at}" attributionsrc="${at}-attribution">x</a>`,
  (at) => `<img src="data:," attributionsrc="${at}">`,
  (at) =>
    `<area href="${at}" shape=default><map name=m><area href="${at}"></map><img usemap=#m src="data:,">`,
  (at) => `<base href="${at}"><img src="relative.png"><a href="relative">x</a>`,
  (at) => `<base href="${at}" target=_top>`,
  (at) => `<meta http-equiv=refresh content="0;url=${at}">`,
  (at) => `<meta http-equiv=refresh content="0; URL='${at}'">`,
  (at) => `<meta http-equiv="Content-Security-Policy" content="default-src *; report-uri ${at}">`,
  (at) =>
    `<meta http-equiv=set-cookie content="a=b"><meta http-equiv=Link content="<${at}>; rel=preload; as=image">`,
  (at) => `<meta name=referrer content=unsafe-url><img src="${at}">`,
  (at) =>
    `<meta property="og:image" content="${at}"><meta http-equiv=x-dns-prefetch-control content=on><a href="${at}">x</a>`,
  (at) => `<form action="${at}" method=get><input autofocus name=q value=1><input type=submit></form>`,
  (at) => `<form id=f action="${at}"></form><button form=f formaction="${at}" autofocus>x</button>`,
  (at) => `<isindex action="${at}">`,
  (at) => `<html manifest="${at}">x</html>`,
  (at) => `<bgsound src="${at}">`,
  (at) => `<layer src="${at}"></layer><ilayer src="${at}"></ilayer>`,
  (at) => `<xml src="${at}"></xml>`,
  (at) => `<blockquote cite="${at}">x</blockquote><q cite="${at}">x</q><ins cite="${at}">x</ins>`,
  (at) => `<v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="${at}" />`,
  (at) =>
    `<v:fill xmlns:v="urn:schemas-microsoft-com:vml" src="${at}" /><v:rect style="behavior:url(#default#VML)" />`,
  (at) => `<template shadowrootmode=open><img src="${at}"></template>`,
  (at) => `<noscript><img src="${at}"></noscript>`,
  (at) => `<details open><summary>x</summary><img src="${at}"></details>`,
  (at) => `<dialog open><img src="${at}"></dialog>`,
  (at) => `<select><button><img src="${at}"></button></select>`,
];

/** Ways to write an address of the host that must stay silent. */
const spellings = (name: string): readonly string[] => [
  leak(name),
  `https://${leakHost}/${name}`,
  `//${leakHost}/${name}`,
  `\\\\${leakHost}\\${name}`,
  `HTTP:/${leakHost}/${name}`,
];

/** Properties of a style that take an address. */
const styled: readonly string[] = [
  'background:ADDRESS',
  'background-image:ADDRESS',
  'background:red ADDRESS no-repeat',
  'background-image:none,ADDRESS',
  'background-image:linear-gradient(red,blue),ADDRESS',
  'list-style:ADDRESS',
  'list-style-image:ADDRESS;display:list-item',
  'border-image:ADDRESS 9 round;border:9px solid',
  'border-image-source:ADDRESS;border:9px solid',
  'cursor:ADDRESS,auto',
  'content:ADDRESS',
  'filter:ADDRESS',
  'backdrop-filter:ADDRESS',
  'mask:ADDRESS',
  'mask-image:ADDRESS',
  '-webkit-mask-image:ADDRESS',
  '-webkit-mask-box-image:ADDRESS',
  'mask-border-source:ADDRESS',
  'clip-path:ADDRESS',
  'shape-outside:ADDRESS;float:left',
  'offset-path:ADDRESS',
  'fill:ADDRESS',
  'stroke:ADDRESS',
  'marker:ADDRESS',
  'behavior:ADDRESS',
  '-moz-binding:ADDRESS',
  '--a:ADDRESS;background:var(--a)',
  'background:var(--none,ADDRESS)',
  'background:/**/ADDRESS',
  'background:ADDRESS!important',
  'BACKGROUND:ADDRESS',
  'b\\61ckground:ADDRESS',
  'background\\:x:ADDRESS;background:ADDRESS',
  'font:9px/1 x;src:ADDRESS',
  'x:expression(0);background:ADDRESS',
  '-webkit-box-reflect:below 0 ADDRESS',
  'mso-background-source:ADDRESS;background:ADDRESS',
];

const wrapped: readonly ((address: string) => string)[] = [
  (at) => `url(${at})`,
  (at) => `url("${at}")`,
  (at) => `\\75 rl('${at}')`,
  (at) => `u/**/rl(${at})`,
  (at) => `image-set("${at}" 1x)`,
  (at) => `-webkit-image-set(url(${at}) 1x)`,
  (at) => `cross-fade(url(${at}), red 50%)`,
  (at) => `image(url(${at}))`,
  (at) => `src("${at}")`,
];

const sheets: readonly ((address: string) => string)[] = [
  (at) => `@import "${at}";`,
  (at) => `@import url(${at}) screen;`,
  (at) => `@import url(${at}) layer(a) supports(display:grid);`,
  (at) => `@\\69mport "${at}";`,
  (at) => `@charset "utf-8";@import "${at}";`,
  (at) => `/*<!--*/@import "${at}";/*-->*/`,
  (at) => `@font-face{font-family:a;src:url(${at})}*{font-family:a}`,
  (at) => `@font-face{font-family:a;src:url(${at});unicode-range:U+0041}p{font-family:a}`,
  (at) => `@font-face{font-family:a;src:local(x),url(${at}) format("woff2")}p{font-family:a}`,
  (at) => `@namespace url(${at});p{color:red}`,
  (at) => `@media all{*{background:url(${at})}}`,
  (at) => `@media (prefers-color-scheme:dark){*{background:url(${at})}}`,
  (at) => `@supports (display:block){*{background:url(${at})}}`,
  (at) => `@layer a{*{background:url(${at})}}`,
  (at) => `@container (min-width:1px){*{background:url(${at})}}`,
  (at) => `@scope (body){*{background:url(${at})}}`,
  (at) => `@starting-style{*{background:url(${at})}}`,
  (at) => `@keyframes k{to{background:url(${at})}}*{animation:k 1s}`,
  (at) => `@property --a{syntax:"<image>";inherits:true;initial-value:url(${at})}*{background:var(--a)}`,
  (at) => `@counter-style c{system:cyclic;symbols:url(${at})}ul{list-style:c}`,
  (at) => `@page{background:url(${at})}`,
  (at) => `@document url(http://x){*{background:url(${at})}}`,
  (at) => `:root{background:url(${at})}`,
  (at) => `p::before{content:url(${at})}`,
  (at) => `p::first-letter{background:url(${at})}`,
  (at) => `::selection{background:url(${at})}`,
  (at) => `li::marker{content:url(${at})}`,
  (at) => `a:visited{background:url(${at})}a:link{background:url(${at})}`,
  (at) => `a:hover,a:focus,a:active{background:url(${at})}`,
  (at) => `p{color:red;& b{background:url(${at})}}`,
  (at) => `input[value^="a"]{background:url(${at}-a)}input[value^="b"]{background:url(${at}-b)}`,
  (at) => `p[title*="secret"]{background:url(${at})}`,
  (at) => `body:has(p){background:url(${at})}`,
  (at) => `html:lang(en){background:url(${at})}`,
  (at) => `:root::view-transition{background:url(${at})}`,
  (at) => `p{background:url(${at}}`,
  (at) => `p{x:'\n';background:url(${at})}`,
  (at) => `}p{background:url(${at})}`,
  (at) => `</style><style>p{background:url(${at})}`,
];

const attributePieces = fetching.flatMap((write, index) =>
  spellings(`attribute-${index}`).map((address) => write(address)),
);
const stylePieces = styled.flatMap((declaration, index) =>
  wrapped.map(
    (wrap, way) =>
      `<div style='${declaration.replaceAll('ADDRESS', () => wrap(leak(`style-${index}-${way}`)))}'>x</div>`,
  ),
);
const sheetPieces = sheets.flatMap((write, index) => {
  const css = write(leak(`sheet-${index}`));
  return [
    `<style>${css}</style><p title="a secret">A<b>b</b></p><ul><li>x</ul><input value=abc><a href="http://x.example">l</a>`,
    `<html><head><style type="text/css" media=all>${css}</style></head><body><p title="a secret">A</p></body></html>`,
  ];
});

/** Everything that tells a sender that a mail was read, or asks for something from anywhere. */
export const leakPieces = (): readonly HostilePiece[] => [
  ...family('fetching attribute', attributePieces),
  ...family('style attribute', stylePieces),
  ...family('style sheet', sheetPieces),
];
