// Elements made by hand: texts become text nodes and attributes are set one by one, so that nothing
// of the data is ever read as markup.

const SVG = 'http://www.w3.org/2000/svg';

/** The element of a page's id. */
export const byId = (id) => document.getElementById(id);

const isThere = (child) => child !== undefined && child !== null && child !== false && child !== '';

/** The children that are there, as nodes, one behind the other. */
export const nodes = (...children) => children.flat(Infinity).filter(isThere)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === undefined || value === null || value === false) continue;
        if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
        else element.setAttribute(name, value === true ? '' : String(value));
    }
    element.append(...nodes(children));
    return element;
}

/** el('a', {href: '/x', onclick: go}, 'text', other): an element; a missing child is left out. */
export const el = (tag, attributes = {}, ...children) =>
    fill(document.createElement(tag), attributes, children);

/** The same in SVG. */
export const svg = (tag, attributes = {}, ...children) =>
    fill(document.createElementNS(SVG, tag), attributes, children);

/** A line drawing of 24 × 24 units, for buttons. */
export const icon = (path) =>
    svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: path }));

/** A message for all, read out by screen readers; null takes it away. */
export function announce(text, ...more) {
    const status = byId('status');
    status.hidden = text === null;
    status.replaceChildren(...(text === null ? [] : [text, ...more]));
}
