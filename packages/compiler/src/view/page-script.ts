/**
 * What the page does by itself: choosing something lights up what belongs to it, and regions fold. Without it the page shows everything
 * unfolded. The text is JavaScript for the browser, a part of the one script of the page, and takes all data from the document.
 */

/** Choosing and folding. */
export const pageScript: string = `
const all = (query, within = document) => [...within.querySelectorAll(query)];
const things = new Map();
for (const element of all('[data-id]')) {
  const id = element.dataset.id;
  if (!things.has(id)) things.set(id, []);
  things.get(id).push(element);
}
const describe = (id) => {
  const named = (things.get(id) || []).find((element) => element.dataset.name);
  return named ? { name: named.dataset.name, about: named.dataset.about || '' } : { name: id, about: '' };
};
const linksOf = (id) => [...new Set((things.get(id) || []).flatMap((one) => (one.dataset.links || '').split(' ')).filter(Boolean))];

function unfold(element) {
  for (let outer = element.parentElement; outer; outer = outer.parentElement) {
    if (!outer.hidden || !outer.id) continue;
    const button = document.querySelector('[aria-controls="' + outer.id + '"]');
    if (button) fold(button, true);
  }
}
function fold(button, open) {
  button.setAttribute('aria-expanded', String(open));
  const inside = document.getElementById(button.getAttribute('aria-controls'));
  if (inside) inside.hidden = !open;
}

const bar = document.querySelector('.chosen');
let current;
function choose(id, target) {
  for (const element of all('.is-chosen, .is-lit')) element.classList.remove('is-chosen', 'is-lit');
  current = id;
  bar.hidden = id === undefined;
  if (id === undefined) return;
  const links = linksOf(id);
  for (const element of things.get(id) || []) {
    element.classList.add('is-chosen');
    unfold(element);
  }
  for (const link of links) {
    for (const element of things.get(link) || []) {
      element.classList.add('is-lit');
      unfold(element);
    }
  }
  const { name, about } = describe(id);
  bar.querySelector('b').textContent = name;
  bar.querySelector('.what span').textContent = about;
  const place = bar.querySelector('.links');
  place.replaceChildren(
    ...links.slice(0, 24).map((link) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'chip';
      button.dataset.to = link;
      button.textContent = describe(link).name;
      return button;
    }),
  );
  if (links.length > 24) place.append('and ' + (links.length - 24) + ' more');
  const panes = window.matchMedia('(min-width: 901px)').matches;
  // Beside each other, both panes show what belongs together; below each other the page stays where it is unless asked to move.
  const shown = target ? [target] : [];
  if (panes) {
    for (const pane of all('.graph, .kernels')) {
      if (shown.some((element) => pane.contains(element))) continue;
      const first = pane.querySelector('.is-chosen') || pane.querySelector('.is-lit');
      if (first) pane.scrollTop += first.getBoundingClientRect().top - pane.getBoundingClientRect().top - 60;
    }
  }
}
function jump(id) {
  const target = (things.get(id) || []).find((element) => element.dataset.name) || (things.get(id) || [])[0];
  choose(id, target);
  if (target) target.scrollIntoView({ block: 'center' });
}

document.addEventListener('click', (event) => {
  const at = (query) => event.target.closest(query);
  const folding = at('[aria-controls]');
  if (folding) return fold(folding, folding.getAttribute('aria-expanded') !== 'true');
  const reference = at('[data-to]');
  if (reference) return jump(reference.dataset.to);
  if (at('.close')) return choose(undefined);
  if (at('.chosen, nav, select, .compare, .sources')) return;
  const thing = at('[data-id]');
  const isAgain = thing && thing.dataset.id === current;
  choose(thing && !isAgain ? thing.dataset.id : undefined, thing);
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') choose(undefined);
  const life = event.target.closest ? event.target.closest('.life') : null;
  if (life && (event.key === 'Enter' || event.key === ' ')) {
    event.preventDefault();
    choose(life.dataset.id, life);
  }
});

const hint = document.querySelector('[data-hint]');
const usual = hint ? hint.textContent : '';
for (const type of ['mouseover', 'focusin']) {
  document.addEventListener(type, (event) => {
    if (!hint || !event.target.closest) return;
    const life = event.target.closest('.life');
    hint.textContent = life ? life.getAttribute('aria-label') : usual;
  });
}
`;
