// Runs inside the page under test, before its own scripts, as `probe`. It is JavaScript because the tests are compiled
// without the types of the DOM.
globalThis.probe = (() => {
  addEventListener('securitypolicyviolation', (event) => {
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
  });

  const canvas = () => document.createElement('canvas').getContext('2d', { willReadFrequently: true });

  /** Paints the colours over one another and returns the result as [r, g, b]. Accepts any CSS colour. */
  function paint(context, colours) {
    context.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }
  function luminance(rgb) {
    const [r, g, b] = rgb.map((c) => (c <= 10 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  function ratioOf(context, element) {
    const grounds = [];
    for (let at = element; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
    const below = luminance(paint(context, ['Canvas', ...grounds]));
    const above = luminance(paint(context, ['Canvas', ...grounds, getComputedStyle(element).color]));
    return (Math.max(below, above) + 0.05) / (Math.min(below, above) + 0.05);
  }
  const scrolls = (element) =>
    element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));

  return {
    /** Visible texts with less contrast than WCAG 2.2 AA asks for (4.5:1, large text 3:1), as `ratio text`. */
    lowContrast() {
      const context = canvas();
      const low = [];
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        const element = node.parentElement;
        const text = node.textContent.trim();
        if (!text || element.closest(':disabled, noscript, script')) continue;
        if (!element.checkVisibility({ opacityProperty: true })) continue;
        const { fontSize, fontWeight } = getComputedStyle(element);
        const size = Number.parseFloat(fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
        const ratio = ratioOf(context, element);
        if (ratio < (large ? 3 : 4.5)) low.push(`${ratio.toFixed(2)} ${text.slice(0, 40)}`);
      }
      return low;
    },
    /** Elements that extend beyond the right edge of the window, except those in an element that scrolls. */
    sticksOut() {
      const wide = document.documentElement.scrollWidth > innerWidth ? ['the whole page'] : [];
      const out = [...document.querySelectorAll('body *')].filter(
        (element) => element.getBoundingClientRect().right > innerWidth + 1 && !scrolls(element.parentElement),
      );
      return [...wide, ...out.map((element) => `${element.tagName}.${element.getAttribute('class')}`)];
    },
    /** Pretends that a file was dropped on the element or pasted into it. */
    give(testId, kind, fileName) {
      const data = new DataTransfer();
      data.items.add(new File(['dropped'], fileName));
      const init = { bubbles: true, cancelable: true };
      const event =
        kind === 'drop'
          ? new DragEvent('drop', { ...init, dataTransfer: data })
          : new ClipboardEvent('paste', { ...init, clipboardData: data });
      document.querySelector(`[data-testid="${testId}"]`).dispatchEvent(event);
    },
    /** The test id of the focused element, and the style of its outline. */
    focus() {
      const element = document.activeElement;
      return { id: element?.dataset?.testid, outline: element ? getComputedStyle(element).outlineStyle : 'none' };
    },
    background: () => getComputedStyle(document.body).backgroundColor,
  };
})();
