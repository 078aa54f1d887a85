"""What can be seen of a page by looking at it in the browser: names, contrast, room, targets, focus; what is cut off.

The rules are WCAG 2.2's: 1.4.3 contrast, 1.4.10 reflow, 2.4.7 focus visible, 2.5.8 target size, 4.1.2 name.
"""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

_LOOK: Final = """() => {
  const faults = [], shown = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility === 'visible';
  const hidden = e => { const r = e.getBoundingClientRect(); return r.width <= 1 || r.right < 0; };
  const called = e => `${e.tagName.toLowerCase()}#${e.id} "${(e.textContent || '').trim().slice(0, 30)}"`;
  if (document.documentElement.scrollWidth > innerWidth)
    faults.push(`wider than the screen: ${document.documentElement.scrollWidth} > ${innerWidth}`);
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach(id => faults.push(`id twice: ${id}`));
  for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a[href], summary')) {
    if (!shown(e)) continue;
    const label = e.labels?.length ? e.labels[0].textContent : e.textContent + (e.querySelector('img')?.alt || '');
    if (!(e.getAttribute('aria-label') || label || '').trim()) faults.push(`no name: ${called(e)}`);
    const box = (e.closest('label') || e).getBoundingClientRect(), inline = getComputedStyle(e).display === 'inline';
    if (!inline && !hidden(e) && Math.min(box.width, box.height) < 24) faults.push(`small: ${called(e)}`);
  }
  const cuts = e => { for (let up = e.parentElement; up; up = up.parentElement) {
    const at = up.getBoundingClientRect(), way = getComputedStyle(up).overflowX;
    if (at.width <= 1 || way === 'auto' || way === 'scroll') return false;
    if (way !== 'visible' && e.getBoundingClientRect().right > at.right + 1) return true; } };
  for (const e of document.querySelectorAll('body *'))
    if (shown(e) && !hidden(e) && cuts(e) && !e.children.length) faults.push(`cut off: ${called(e)}`);
  for (const e of document.querySelectorAll('img')) if (!e.hasAttribute('alt')) faults.push(`no words for: ${e.src}`);
  const parts = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a)); };
  const ground = e => {
    if (!e) return parts(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3);
    const own = parts(getComputedStyle(e).backgroundColor);
    return (own[3] ?? 1) === 0 ? ground(e.parentElement) : over(own, (own[3] ?? 1) < 1 ? ground(e.parentElement) : own);
  };
  const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const s = c[i] / 255; return sum + weight * (s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4); }, 0);
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !shown(e) || hidden(e)) continue;
    const style = getComputedStyle(e), below = ground(e);
    let faded = 1; for (let up = e; up; up = up.parentElement) faded *= Number(getComputedStyle(up).opacity);
    const ink = parts(style.color), seen = over([...ink.slice(0, 3), (ink[3] ?? 1) * faded], below);
    const both = [light(seen), light(below)];
    const ratio = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${called(e)}`);
  }
  return faults;
}"""
_FOCUSED: Final = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return {name: `${e.tagName} ${(e.textContent || e.id).trim().slice(0, 30)}`, body: e === document.body,
    marked, seen: box.bottom > 0 && box.right > 0};
}"""


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page as it stands, each in a few words; empty where nothing is."""
    found: list[str] = page.evaluate(_LOOK)
    return found


def faults_of_focus(page: Page, most: int = 60) -> list[str]:
    """Walk through the page by Tab; return which stops show no mark of the focus or lie out of sight."""
    page.evaluate("() => document.activeElement?.blur()")
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(_FOCUSED)
        if at["body"]:
            break
        found += [f"no mark: {at['name']}"] * (not at["marked"]) + [f"out of sight: {at['name']}"] * (not at["seen"])
    return found
