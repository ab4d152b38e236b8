// The words of the editor, in the language of the page.
export const language = document.documentElement.lang === "en" ? "en" : "fr";
export const english = language === "en";

/** Choose between a text in French and in English. */
export const say = (french, words) => (english ? words : french);

/** Write a number as the language of the page does. */
export const write = (number, options) => number.toLocaleString(english ? "en-GB" : "fr", options);

/** Write a count with its noun; English has a plural for zero too. */
export const count = (number, french, words) => `${write(number)} ${english ? (number === 1 ? words : `${words}s`) : number > 1 ? `${french}s` : french}`;
