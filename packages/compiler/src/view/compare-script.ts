/**
 * Compares the graph after two passes in the page. Lines are matched by their text without the numbers of values: the longest common
 * subsequence. A matched line counts as changed where its operands are not the ones that its counterpart has. The text is JavaScript
 * for the browser, a part of the one script of the page.
 */

/** Comparing passes. */
export const compareScript: string = `
const compare = document.querySelector('.compare');
const linesOf = (select) => {
  const pass = document.querySelector('[data-pass="' + select.selectedOptions[0].dataset.text + '"]');
  return all('span', pass).map((line) => ({
    text: line.textContent,
    key: line.textContent.replace(/%\\d+/g, '%'),
    defines: line.dataset.d ? line.dataset.d.split(' ') : [],
    uses: line.dataset.u ? line.dataset.u.split(' ') : [],
  }));
};
/** Pairs of matching places. Texts of thousands of lines that differ everywhere are not aligned. */
const mostCells = 2e7;
function matches(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start].key === b[start].key) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1].key === b[endB - 1].key) {
    endA--;
    endB--;
  }
  const pairs = [];
  for (let i = 0; i < start; i++) pairs.push([i, i]);
  const rows = endA - start;
  const columns = endB - start;
  if (rows * columns > 0 && rows * columns <= mostCells) {
    const width = columns + 1;
    const longest = new Uint32Array((rows + 1) * width);
    for (let i = rows - 1; i >= 0; i--) {
      for (let j = columns - 1; j >= 0; j--) {
        longest[i * width + j] =
          a[start + i].key === b[start + j].key
            ? longest[(i + 1) * width + j + 1] + 1
            : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
      }
    }
    for (let i = 0, j = 0; i < rows && j < columns; ) {
      if (a[start + i].key === b[start + j].key) pairs.push([start + i++, start + j++]);
      else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) i++;
      else j++;
    }
  }
  for (let i = endA, j = endB; i < a.length; i++, j++) pairs.push([i, j]);
  return pairs;
}
function cell(kind, line) {
  const element = document.createElement('div');
  element.className = kind;
  element.textContent = line ? line.text : '';
  return element;
}
const shownAround = 3;
function drawComparison() {
  const [left, right] = all('select', compare);
  const a = linesOf(left);
  const b = linesOf(right);
  const renamed = new Map();
  const rows = [];
  let gone = 0;
  let came = 0;
  let moved = 0;
  let [i, j] = [0, 0];
  const upTo = (endA, endB) => {
    while (i < endA || j < endB) {
      const before = i < endA ? a[i++] : undefined;
      const after = j < endB ? b[j++] : undefined;
      if (before) gone++;
      if (after) came++;
      rows.push({ isSame: false, cells: [cell(before ? 'gone left' : 'empty left', before), cell(after ? 'came right' : 'empty right', after)] });
    }
  };
  for (const [atA, atB] of matches(a, b)) {
    upTo(atA, atB);
    const [before, after] = [a[i++], b[j++]];
    before.defines.forEach((value, at) => renamed.set(value, after.defines[at]));
    const isSame = before.uses.every((value, at) => renamed.get(value) === after.uses[at]);
    if (!isSame) moved++;
    const kind = isSame ? 'both' : 'moved';
    rows.push({ isSame, cells: [cell(kind + ' left', before), cell(kind + ' right', after)] });
  }
  upTo(a.length, b.length);
  const place = compare.querySelector('.diff');
  place.replaceChildren();
  const isNear = rows.map((_, at) => rows.slice(Math.max(0, at - shownAround), at + shownAround + 1).some((row) => !row.isSame));
  const isEqual = gone + came + moved === 0;
  for (let at = 0; at < rows.length; ) {
    let end = at;
    while (end < rows.length && !isNear[end]) end++;
    if (!isEqual && end - at > 4) {
      const hidden = rows.slice(at, end).flatMap((row) => row.cells);
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'skip';
      button.textContent = (end - at) + ' equal lines';
      button.addEventListener('click', () => button.replaceWith(...hidden));
      place.append(button);
      at = end;
      continue;
    }
    end = Math.max(end, at + 1);
    for (; at < end; at++) place.append(...rows[at].cells);
  }
  const count = (number, what) => (number === 0 ? [] : [number + ' ' + what]);
  const changes = [...count(gone, 'gone'), ...count(came, 'new'), ...count(moved, 'with other operands')];
  compare.querySelector('.verdict').textContent = isEqual ? 'No difference' : 'Lines: ' + changes.join(', ');
}
if (compare) {
  document.querySelector('.sources').hidden = true;
  compare.hidden = false;
  for (const select of all('select', compare)) select.addEventListener('change', drawComparison);
  drawComparison();
}
`;
