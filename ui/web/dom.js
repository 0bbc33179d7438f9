// make('p', {class: 'model'}, 'text', child…): an element. Text is always text, never markup: names of jobs and
// printers come from anywhere.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

// Writes only what differs, so that a screen reader speaks, and a transition runs, only on a real change.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Makes `parent` show exactly one view per item, in order. Views are kept by key, so pictures do not flicker and the
// focus stays where it is. A view is {element, update(item)}.
export function keep(parent, views, items, keyOf, create) {
  const seen = new Set();
  items.forEach((item, index) => {
    const key = keyOf(item);
    seen.add(key);
    let view = views.get(key);
    if (!view) views.set(key, view = create(item));
    view.update(item);
    if (parent.children[index] !== view.element) parent.insertBefore(view.element, parent.children[index] ?? null);
  });
  for (const [key, view] of views) {
    if (seen.has(key)) continue;
    view.element.remove();
    views.delete(key);
  }
}
