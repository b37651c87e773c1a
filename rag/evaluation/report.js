const rows = [...document.querySelectorAll("#rows details")];
const [search, kind, tag] = ["search", "kind", "tag"].map(id => document.getElementById(id));
function filter() {
  const words = search.value.toLowerCase();
  let shown = 0;
  for (const row of rows) {
    row.hidden = !(row.textContent.toLowerCase().includes(words)
      && (!kind.value || row.dataset.kind.split(" ").includes(kind.value))
      && (!tag.value || row.dataset.tags.split("|").includes(tag.value)));
    shown += !row.hidden;
  }
  document.getElementById("count").textContent = `${shown} of ${rows.length}, worst first`;
}
for (const control of [search, kind, tag]) control.addEventListener("input", filter);
filter();
