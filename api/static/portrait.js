// Copy buttons: the text stays in a field that can be selected, so nothing is lost without this script.
for (const button of document.querySelectorAll("[data-copie]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copie);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    const said = button.textContent;
    button.textContent = button.dataset.fait;
    setTimeout(() => { button.textContent = said; }, 2000);
  });
}
