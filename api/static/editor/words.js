// The words of the page, French in this code: its language has others in the catalogues, which the page brings.
const { language, locale, sentences } = JSON.parse(document.getElementById("mots-editeur").textContent);
export { language };

const plural = new Intl.PluralRules(language);

/** The field of a problem (RFC 9457) that says it in the language of the page. */
export const SENTENCE = language === "fr" ? "detail_fr" : "detail";

/** Write a number as the language of the page does. */
export const write = (number, options) => number.toLocaleString(locale, options);

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** Say a sentence in the language of the page; `{name}` in it is the value of that name. */
export const _ = (text, values = {}) => fill(sentences[text] ?? text, values);

/** Say a sentence that agrees with a count, which it shows as `{n}`. */
export function ngettext(one, many, count) {
  const forms = sentences[one] ?? [one, many];
  return fill(forms[plural.select(count) === "one" ? 0 : 1], { n: write(count) });
}

// œ æ ß ø ł đ, as `words/letters.py` writes them
const written = { "\u0153": "oe", "\u00e6": "ae", "\u00df": "ss", "\u00f8": "o", "\u0142": "l", "\u0111": "d" };

/** Write a text in small letters without accents, to compare it. */
export const fold = (text) =>
  text.toLowerCase().replace(/./gu, (letter) => written[letter] ?? letter).normalize("NFKD").replace(/\p{M}/gu, "");
