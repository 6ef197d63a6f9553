// @ts-check
// Text that leaves the page for another language: Markdown, CSV, a link. The same rules as the package's own documents.

const INVISIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]/gu;
const AUTOLINK = /\bGH(?=-\d)|:(?=\/\/)|\bwww(?=\.)|\b[0-9a-f]{7,64}\b|:(?=[a-z0-9_+-]+:)/gi;
const PART = "\u200b";

/** One line of visible text. @param {string} text */
const plain = (text) => text.replace(INVISIBLE, "").split(/\s+/u).filter(Boolean).join(" ");

/** Text for one line of GitHub-flavoured Markdown. @param {string} text */
function markdown(text) {
  const escaped = plain(text)
    .replace(/[\\`*_[\]!|~$^]/g, "\\$&")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replace(/[@#]/g, `$&${PART}`)
    .replace(AUTOLINK, (match) => match.replace(/.{6}/g, `$&${PART}`) + PART);
  return escaped.replace(/^[-+=]/, "\\$&").replace(/^(\d{1,9})(?=[.)])/, "$1\\");
}

/** A code span. @param {string} text */
function markdownCode(text) {
  const line = plain(text);
  if (!line || line.includes("|")) return markdown(line);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

const FORMULA = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/** One CSV field (RFC 4180) that no spreadsheet takes for a formula (OWASP, CSV injection). @param {string} text */
function csvField(text) {
  let safe = text.replace(/([;\t]\s*)([=+@\uff1d\uff0b\uff20]|(?<=[;\t])[-\uff0d])/gu, "$1'$2");
  if (/^[\t\r\n]/.test(safe) || FORMULA.test(safe.trimStart())) safe = `'${safe}`;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Whether an address may be shown as a link: HTTP with a host, and nothing in it that could be something else. @param {string} text */
function isLink(text) {
  return text.length <= 2000 && /^https?:\/\/[a-z0-9._~-]+(:\d+)?([/?#][!-~]*)?$/i.test(text) && !/[<>"'\\^`{|}[\]()]/.test(text);
}

/** A link that leaves the page, when somebody follows it; text when it is none. @param {string} address @param {Child} [words] */
function outside(address, words = address) {
  if (!isLink(address)) return el("span", {}, words);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words);
}
