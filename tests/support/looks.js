// What a reader would stumble over on a page that is already laid out; returns one sentence for each trouble.
() => {
  const troubles = [];
  const TOLERANCE = 1.5; // pixels: glyphs overhang their boxes, and sizes are rounded
  const short = (text) => text.replace(/\s+/g, " ").trim().slice(0, 60);
  const name = (element) => {
    const id = element.closest("[id]")?.id ?? "page";
    return `${element.tagName.toLowerCase()}${element.className.baseVal ?? element.className ? "." + (element.className.baseVal ?? element.className) : ""} in ${id}`;
  };
  // Hidden from the eye, kept for screen readers.
  const unseen = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.clipPath !== "none" || style.visibility === "hidden") return true;
    }
    return false;
  };
  const scroller = (element) => element.closest(".scroll, nav");

  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) {
    troubles.push(`the page scrolls sideways: ${page.scrollWidth} in ${page.clientWidth} pixels`);
  }

  for (const element of document.body.querySelectorAll("*:not(svg, svg *)")) {
    if (element.clientWidth === 0 || element.scrollWidth <= element.clientWidth + TOLERANCE || unseen(element)) continue;
    if (getComputedStyle(element).display === "inline") continue;
    const reachable = element.tabIndex >= 0 || element.querySelector("a, button, input");
    if (/auto|scroll/.test(getComputedStyle(element).overflowX) && reachable) continue;
    // What scrolls inside its own frame is reported for the frame.
    const within = scroller(element);
    if (within && within !== element) continue;
    troubles.push(`wider than its frame by ${element.scrollWidth - element.clientWidth}: ${name(element)}: ${short(element.textContent)}`);
  }

  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("script, style, option, nav") || !parent.checkVisibility() || unseen(parent)) continue;
    const frame = scroller(parent)?.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      // The rest comes into sight when the frame is scrolled.
      const left = Math.max(box.left, frame?.left ?? box.left);
      const right = Math.min(box.right, frame?.right ?? box.right);
      if (left < right && box.height > 0) lines.push({ box, left, right, node, parent });
    }
  }
  // The box of a line of text is higher than its letters.
  const inner = ({ box, left, right }) => ({
    left: left + TOLERANCE, right: right - TOLERANCE,
    top: box.top + 0.2 * box.height, bottom: box.bottom - 0.2 * box.height,
  });
  const sorted = lines.map((line) => ({ ...line, ...inner(line) })).sort((one, other) => one.top - other.top);
  sorted.forEach((one, position) => {
    for (let next = position + 1; next < sorted.length && sorted[next].top < one.bottom; next += 1) {
      const other = sorted[next];
      if (one.node !== other.node && one.left < other.right && other.left < one.right) {
        troubles.push(`two texts overlap: "${short(one.node.data)}" and "${short(other.node.data)}" in ${name(one.parent)}`);
      }
    }
  });

  for (const svg of document.querySelectorAll("svg")) {
    const frame = (svg.closest(".drawing") ?? svg).getBoundingClientRect();
    for (const { box, node } of lines.filter((line) => svg.contains(line.parent))) {
      const outside = Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom);
      if (outside > TOLERANCE) troubles.push(`a label leaves its drawing by ${outside.toFixed(1)}: "${short(node.data)}"`);
    }
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    for (const text of svg.querySelectorAll("text")) {
      const size = scale * parseFloat(getComputedStyle(text).fontSize);
      if (size < 8) { troubles.push(`a label of ${size.toFixed(1)} pixels is too small to read: "${short(text.textContent)}"`); break; }
    }
    // Axes, grids and labels are drawn in these colours; what is left is data.
    const frameColours = /^(none|transparent|)$|--(grid|muted|ink|page)\b/;
    const marks = [...svg.querySelectorAll("path, rect, line, circle")].filter((mark) => {
      const painted = ["fill", "stroke"].some((paint) => !frameColours.test(mark.getAttribute(paint) ?? ""));
      const { width, height } = mark.getBoundingClientRect();
      return painted && width + height > 0.5;
    });
    if (marks.length === 0) troubles.push(`an empty chart: ${short(svg.closest("figure")?.querySelector("h3")?.textContent ?? "")}`);
  }
  return troubles;
}
