// The list of examples: a filter by words and theme; a click opens the query in the editor.
import { fold, language, ngettext } from "./words.js";

/** Let a click on an example call `open(title, text)`, and the two fields filter the list. */
export function setUpExamples(panel, open) {
  if (!panel) return;
  const filters = panel.querySelector(".exemples-filtres");
  const [words, theme] = filters.querySelectorAll("input, select");
  const told = panel.querySelector(".exemples-compte");
  const items = [...panel.querySelectorAll("li[data-tags]")];
  let texts;
  filters.hidden = false;

  const filter = () => {
    const wanted = fold(words.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const text = fold(item.textContent);
      item.hidden = !wanted.every((word) => text.includes(word)) || Boolean(theme.value && !item.dataset.tags.split(" ").includes(theme.value));
      shown += item.hidden ? 0 : 1;
    }
    for (const group of panel.querySelectorAll(".exemples-groupe")) group.hidden = !group.querySelector("li:not([hidden])");
    told.textContent = shown === items.length ? "" : ngettext("{n} exemple", "{n} exemples", shown);
  };
  words.addEventListener("input", filter);
  theme.addEventListener("change", filter);

  panel.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-exemple]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      texts ??= await fetch(`/editor/examples?lang=${language}`, { headers: { Accept: "application/json" } }).then((response) => response.json());
      const example = texts[link.dataset.exemple];
      panel.open = false;
      open(example.title, example.text).getYasqe().focus();
    } catch {
      location.assign(link.href); // the page of the question, which has the text too
    }
  });
}
