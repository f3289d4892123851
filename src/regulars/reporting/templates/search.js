"use strict";
const most = 50;
const folded = (text) => text.trim().normalize("NFC").toLowerCase();

for (const block of document.querySelectorAll(".searchable")) {
  const box = block.querySelector(".search");
  const field = box.querySelector("input");
  const answer = box.querySelector("output");
  const title = block.querySelector("caption");
  const body = block.querySelector("tbody");
  const headings = [...block.querySelectorAll("thead th")];
  const before = title.textContent;
  const shown = [...body.rows];
  const further = JSON.parse(block.querySelector("script").textContent);

  // Texts are set as text, so whatever a customer is called stays a name.
  const row = (cells) => {
    const made = document.createElement("tr");
    cells.forEach((text, at) => {
      const cell = document.createElement(at === 0 ? "th" : "td");
      if (at === 0) cell.scope = "row";
      else {
        cell.className = headings[at].className;
        cell.dataset.label = headings[at].textContent;
      }
      cell.textContent = text;
      made.append(cell);
    });
    return made;
  };
  const listed = [
    ...shown.map((made) => ({ name: folded(made.cells[0].textContent), row: () => made })),
    ...further.map((cells) => ({ name: folded(cells[0]), row: () => row(cells) })),
  ];
  const said = (number) => {
    if (number === 0) return box.dataset.nothing;
    const found = `${number.toLocaleString("en-GB")} ${number === 1 ? "match" : "matches"}`;
    return number > most ? `${found}, the first ${most} are shown` : found;
  };
  const search = () => {
    const wanted = folded(field.value);
    const found = listed.filter((customer) => customer.name.includes(wanted));
    const visible = wanted === "" ? listed.slice(0, shown.length) : found.slice(0, most);
    body.replaceChildren(...visible.map((customer) => customer.row()));
    title.textContent = wanted === "" ? before : box.dataset.found;
    answer.textContent = wanted === "" ? "" : said(found.length);
  };

  field.addEventListener("input", search);
  box.hidden = false;
}
