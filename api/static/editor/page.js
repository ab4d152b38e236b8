// The SPARQL page: takes the plain form's place, runs queries, shows answers. Without this script the form still works.
import Yasgui from "../vendor/yasgui.min.js";
import { answerOf, size } from "./answer.js";
import { addCompletion, completeHere, termsWithoutFacts, vocabulary } from "./completion.js";
import { Downloads } from "./downloads.js";
import { setUpExamples } from "./examples.js";
import { dressLibrary } from "./library.js";
import { BarsView } from "./view-bars.js";
import { MapView } from "./view-map.js";
import { ProblemView, problemOf } from "./view-problem.js";
import { TableView } from "./view-table.js";
import { TextView } from "./view-text.js";
import { _ } from "./words.js";

const LONGEST_ADDRESS = 6000; // characters of an address that every browser and proxy still takes
const CHOSEN = new URLSearchParams(location.search).get("lang"); // the language that the address asks for
const settings = JSON.parse(document.getElementById("donnees-editeur").textContent);
const endpoint = new URL("/sparql", location.href).href;

const VIEWS = { table: TableView, map: MapView, bars: BarsView, text: TextView, problem: ProblemView };
Yasgui.Yasr.plugins = {};
Yasgui.Yasr.defaults.plugins = {};
for (const [name, view] of Object.entries(VIEWS)) Yasgui.Yasr.registerPlugin(name, view);

class Page {
  constructor(form) {
    this.form = form;
    this.tools = document.getElementById("outils-editeur");
    this.runButton = document.getElementById("executer");
    this.stopButton = document.getElementById("annuler");
    this.state = document.getElementById("etat-requete");
    this.downloads = new Downloads(document.getElementById("telecharger"), settings.formats);
    this.running = new Map(); // tab → when its query began
    this.marks = new Map(); // tab → the marks of its last error
  }

  start() {
    addCompletion(Yasgui);
    Yasgui.Yasqe.defaults.editorHeight = "auto"; // it grows with its text: nothing to scroll, nothing to drag
    const holder = document.getElementById("editeur");
    holder.hidden = false;
    this.yasgui = new Yasgui(holder, this.configuration());
    dressLibrary(holder);
    for (const id of Object.keys(this.yasgui._tabs)) this.refreshRequest(this.yasgui._tabs[id]);
    this.listen();
    vocabulary(); // asked now, to be there at the first word
    this.openAsked();
    this.dress(this.tab);
    this.form.hidden = true;
    this.tools.hidden = false;
    holder.dataset.pret = "oui";
  }

  get tab() {
    return this.yasgui.getTab();
  }

  configuration() {
    return {
      autofocus: false,
      copyEndpointOnNewTab: false,
      populateFromUrl: false,
      persistenceId: "ancrage",
      tabName: _("Requête"),
      contextMenuContainer: document.getElementById("menu-onglets"),
      endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: [], renderItem: () => {} },
      requestConfig: this.request(),
      yasqe: {
        value: settings.exemple,
        viewportMargin: Infinity,
        highlightSelectionMatches: { showToken: false },
        showQueryButton: false,
        resizeable: false,
        autocompleters: ["prefixes-ancrage", "classes-ancrage", "properties-ancrage", "variables"],
        screenReaderLabel: _("Requête SPARQL. Échap pour quitter l’éditeur, Ctrl et Entrée pour exécuter."),
        extraKeys: { "Ctrl-Enter": () => this.run(), "Cmd-Enter": () => this.run(), "Ctrl-Space": completeHere, Tab: false, "Shift-Tab": false, "Ctrl-S": false },
      },
      yasr: { defaultPlugin: "table", pluginOrder: ["table", "map", "bars", "text"], maxPersistentResponseSize: 0, errorRenderers: [] },
    };
  }

  request() {
    return {
      endpoint,
      method: "POST",
      acceptHeaderSelect: "application/sparql-results+json",
      acceptHeaderGraph: "text/turtle",
      headers: {},
      args: [],
      namedGraphs: [],
      defaultGraphs: [],
      adjustQueryBeforeRequest: false,
    };
  }

  // What a former visit left in the browser decides neither where a query goes nor how.
  refreshRequest(tab, args = []) {
    tab.setRequestConfig({ ...this.request(), args });
  }

  // --- queries ---
  run() {
    if (this.running.has(this.tab)) return;
    this.unmark(this.tab);
    this.tab.query().catch(() => {}); // told by the view of problems
  }

  stop() {
    this.tab.getYasqe().abortQuery();
  }

  listen() {
    const { yasgui } = this;
    this.runButton.addEventListener("click", () => this.run());
    this.stopButton.addEventListener("click", () => this.stop());
    document.getElementById("copier-lien").addEventListener("click", () => this.share());
    document.getElementById("mettre-en-forme").addEventListener("click", () => this.tab.getYasqe().autoformat());
    document.addEventListener("reessayer", () => this.run());
    yasgui.tabElements._tabsListEl.addEventListener("keydown", ({ key }) => {
      if (key === "F2") yasgui.tabElements.get(this.tab.getId()).startRename();
    });
    yasgui.on("query", (_, tab) => this.began(tab));
    yasgui.on("queryResponse", (_, tab) => setTimeout(() => this.ended(tab)));
    yasgui.on("tabSelect", (_, id) => this.dress(yasgui.getTab(id)));
    yasgui.on("tabAdd", (_, id) => setTimeout(() => this.dress(yasgui.getTab(id))));
    yasgui.on("tabClose", () => setTimeout(() => (this.tab ? this.dress(this.tab) : yasgui.addTab(true))));
    document.getElementById("editeur").addEventListener("mouseover", (event) => this.explain(event), true);
    setUpExamples(document.getElementById("exemples"), (title, text) => this.open(title, text));
    setInterval(() => this.tell(), 1000);
  }

  began(tab) {
    this.running.set(tab, { since: Date.now(), query: tab.getQuery(), args: tab.getRequestConfig().args });
    tab.getYasr().rootEl.setAttribute("aria-busy", "true");
    this.downloads.hide();
    this.tell();
    document.getElementById("reponse-du-serveur")?.remove();
  }

  ended(tab) {
    const asked = this.running.get(tab);
    this.running.delete(tab);
    const yasr = tab.getYasr();
    yasr.rootEl.removeAttribute("aria-busy");
    if (yasr.results?.hasError()) {
      tab.asked = undefined;
      this.mark(tab, problemOf(yasr.results));
    } else if (asked) {
      tab.asked = { ...asked, graph: yasr.results.getContentType()?.includes("turtle") };
      if (tab === this.tab) this.rewriteAddress(tab);
    }
    if (tab !== this.tab) return;
    this.dress(tab);
    const answer = answerOf(yasr.results);
    const received = !answer?.rows.length ? "" : _("Réponse reçue : {rows}.", { rows: size(answer) });
    if (received) this.state.textContent = received;
    if (answer) this.warn(tab, asked?.query ?? tab.getQuery(), received);
  }

  // An empty answer is often a term that nothing published uses: it is named.
  async warn(tab, query, received) {
    const names = await termsWithoutFacts(query);
    if (!names.length || tab !== this.tab || this.running.has(tab)) return;
    const told = _("Aucun fait publié n’emploie {terms} ; l’ontologie dit ce que chaque terme veut dire.", { terms: names.join(", ") });
    this.state.textContent = `${received} ${told}`.trim();
  }

  tell() {
    const asked = this.running.get(this.tab);
    this.runButton.setAttribute("aria-disabled", Boolean(asked)); // neither button takes the focus away with it
    if (!asked && document.activeElement === this.stopButton) this.runButton.focus();
    this.stopButton.hidden = !asked;
    if (!asked) return;
    const seconds = Math.floor((Date.now() - asked.since) / 1000);
    this.state.textContent = seconds < 1 ? _("Requête en cours…") : _("Requête en cours depuis {seconds} s (arrêtée à {deadline} s).", { seconds, deadline: settings.delai });
  }

  // Puts the tools under the editor of a tab, and says where its query stands.
  dress(tab) {
    if (!tab?.getYasr()) return;
    const { rootEl: answers, headerEl } = tab.getYasr();
    for (const stray of headerEl.querySelectorAll(".yasr_downloadIcon, .yasr_external_ref_btn, .yasr_response_chip")) stray.remove();
    if (!answers.hasAttribute("role")) tab.getYasr().on("drawn", (yasr) => this.press(yasr));
    answers.setAttribute("role", "region");
    answers.setAttribute("aria-label", _("Réponse"));
    if (answers.previousElementSibling !== this.tools) answers.before(this.tools); // what is moved loses the focus
    headerEl.after(this.downloads.element);
    document.getElementById(tab.getId()).querySelector(".yasqe_buttons")?.remove(); // its words are ours, below the text
    const results = tab.getYasr().results;
    headerEl.hidden = !results || results.hasError();
    if (results && !results.hasError() && tab.asked) this.downloads.show(tab.asked);
    else this.downloads.hide();
    this.state.textContent = "";
    this.tell();
  }

  // Says which view is shown to whoever does not see the line under its name.
  press({ headerEl }) {
    for (const button of headerEl.querySelectorAll(".yasr_btnGroup button")) button.setAttribute("aria-pressed", String(button.classList.contains("selected")));
  }

  // --- errors marked in the text ---
  // What the grammar expects, as a plain title: the library would write it as markup with a style of its own.
  explain(event) {
    const icon = event.target.closest?.(".parseErrorIcon");
    if (!icon) return;
    icon.onmouseover = icon.onmouseout = null;
    event.stopPropagation();
    const editor = this.tab.getYasqe();
    const line = editor.lineAtHeight(icon.getBoundingClientRect().top + 2, "client");
    const { possibleCurrent = [] } = editor.getTokenAt({ line, ch: editor.getLine(line).length }, true).state;
    const tokens = possibleCurrent.slice(0, 12).join("  ").concat(possibleCurrent.length > 12 ? "  …" : "");
    icon.title = tokens ? _("La grammaire n’attend pas cela ici. Attendu : {tokens}", { tokens }) : _("La grammaire n’attend pas cela ici.");
  }

  mark(tab, problem) {
    this.unmark(tab);
    if (!problem?.line) return;
    const editor = tab.getYasqe();
    const doc = editor.getDoc();
    const line = problem.line - 1;
    const text = doc.getLine(line) ?? "";
    const from = Math.min(Math.max((problem.column || 1) - 1, 0), Math.max(text.length - 1, 0));
    const word = /^[\w:?$-]+|^./u.exec(text.slice(from))?.[0] ?? "";
    const marks = [doc.markText({ line, ch: from }, { line, ch: from + Math.max(word.length, 1) }, { className: "faute-mot" })];
    editor.addLineClass(line, "background", "faute-ligne");
    editor.addLineClass(line, "gutter", "faute-numero");
    doc.setCursor({ line, ch: from });
    this.marks.set(tab, { marks, line });
    const forget = () => {
      this.unmark(tab);
      editor.off("change", forget);
    };
    editor.on("change", forget);
  }

  unmark(tab) {
    const old = this.marks.get(tab);
    if (!old) return;
    for (const mark of old.marks) mark.clear();
    const editor = tab.getYasqe();
    editor.removeLineClass(old.line, "background", "faute-ligne");
    editor.removeLineClass(old.line, "gutter", "faute-numero");
    this.marks.delete(tab);
  }

  // --- opening and sharing ---
  open(name, text, args = []) {
    const value = this.tab?.getQuery().trim();
    const free = value === "" || value === settings.exemple.trim();
    const known = Object.keys(this.yasgui._tabs).find((id) => this.yasgui.persistentConfig.getTab(id)?.yasqe.value === text);
    if (known) this.yasgui.selectTabId(known);
    else if (free) {
      this.tab.setQuery(text);
      if (name) this.tab.setName(name);
    } else this.yasgui.addTab(true, { name: this.yasgui.createTabName(name || _("Requête")), yasqe: { value: text } });
    this.refreshRequest(this.tab, args);
    this.dress(this.tab);
    return this.tab;
  }

  // A query in the address opens here; the server has already answered it, so this answer comes from its cache.
  openAsked() {
    const inAddress = new URLSearchParams(location.hash.startsWith("#query=") ? location.hash.slice(1) : location.search);
    const text = inAddress.get("query");
    if (!text?.trim()) return;
    const args = [];
    for (const name of ["default-graph-uri", "named-graph-uri"]) {
      for (const value of inAddress.getAll(name)) args.push({ name, value });
    }
    const tab = this.open("", text, args);
    if (settings.faute) this.mark(tab, settings.faute);
    if (settings.repondue) this.run();
  }

  address(tab) {
    const parameters = new URLSearchParams({ query: tab.getQuery() });
    for (const { name, value } of tab.getRequestConfig().args) parameters.append(name, value);
    if (CHOSEN) parameters.append("lang", CHOSEN);
    return `/sparql?${parameters}`;
  }

  rewriteAddress(tab) {
    const address = this.address(tab);
    history.replaceState(null, "", address.length <= LONGEST_ADDRESS ? address : CHOSEN ? `/sparql?lang=${CHOSEN}` : "/sparql");
  }

  async share() {
    const address = new URL(this.address(this.tab), location.href).href;
    if (address.length > LONGEST_ADDRESS) {
      this.state.textContent = _("Cette requête est trop longue pour tenir dans une adresse : partagez son texte.");
      return;
    }
    history.replaceState(null, "", address);
    try {
      await navigator.clipboard.writeText(address);
      this.state.textContent = _("Lien copié.");
    } catch {
      this.state.textContent = _("Le lien est dans la barre d’adresse.");
    }
  }
}

const form = document.getElementById("formulaire-sparql");
if (form) new Page(form).start();
