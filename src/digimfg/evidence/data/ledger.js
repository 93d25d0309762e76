const claims = [...document.querySelectorAll("details[data-status]")];
const buttons = [...document.querySelectorAll("[data-filter]")];
for (const button of buttons) {
  button.addEventListener("click", () => {
    const wanted = button.dataset.filter;
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    for (const claim of claims) claim.hidden = wanted !== "all" && claim.dataset.status !== wanted;
  });
}
for (const toggle of document.querySelectorAll("[data-toggle]")) {
  toggle.addEventListener("click", () => {
    for (const claim of claims) claim.open = toggle.dataset.toggle === "open";
  });
}
const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (named instanceof HTMLDetailsElement) named.open = true;
