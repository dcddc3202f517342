'use strict';
const cell = (row, i) => { const c = row.cells[i]; return c.dataset.k ?? c.textContent; };
for (const table of document.querySelectorAll('table.sort')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((th, i) => {
    const sort = () => {
      const up = th.getAttribute('aria-sort') !== 'ascending';
      heads.forEach(h => h.removeAttribute('aria-sort'));
      th.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const body = table.tBodies[0];
      const rows = [...body.rows].map(r => [cell(r, i), r]);
      const order = new Intl.Collator('en', { numeric: true }).compare;
      rows.sort((a, b) => up ? order(a[0], b[0]) : order(b[0], a[0]));
      body.append(...rows.map(r => r[1]));
    };
    th.tabIndex = 0;
    th.addEventListener('click', sort);
    th.addEventListener('keydown', e => { if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); sort(); } });
  });
}
const q = document.getElementById('q'), v = document.getElementById('v'), n = document.getElementById('n');
const rows = [...document.querySelectorAll('#f tbody tr')];
const filter = () => {
  const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const r of rows) {
    const text = r.textContent.toLowerCase();
    const show = (!v.value || r.cells[1].textContent === v.value) && words.every(w => text.includes(w));
    r.hidden = !show;
    if (show) shown++;
  }
  n.textContent = shown + ' of ' + rows.length;
};
q.addEventListener('input', filter);
v.addEventListener('change', filter);
filter();
const open = () => { const d = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1))); if (d) { d.open = true; d.scrollIntoView(); } };
addEventListener('hashchange', open);
open();
for (const i of [1, 0]) document.querySelector('#f thead tr').cells[i].click();
