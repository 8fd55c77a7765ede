// SPDX-License-Identifier: MIT
/** Where numbers are left alone: what people type in, what is no text, and links that dial already. */
const LEFT_ALONE =
  'input, textarea, select, option, script, style, noscript, template, code, pre, svg, canvas, iframe, a[href^="tel:" i], a[href^="callto:" i], [contenteditable]:not([contenteditable="false"]), [role="textbox"], [role="searchbox"]';

/** Whether numbers in this text are looked for. */
export function isReadable(node: Node): boolean {
  const element = node instanceof Element ? node : node.parentElement;
  return element !== null && element.closest(LEFT_ALONE) === null && !document.designMode.startsWith('on');
}

/** The texts below a node that may hold numbers. */
export function* textsOf(root: Node): Iterable<Text> {
  if (root instanceof Text) {
    if (isReadable(root)) yield root;
    return;
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
    if (node instanceof Element) return node.matches(LEFT_ALONE) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    return NodeFilter.FILTER_ACCEPT;
  });
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) yield node as Text;
}
