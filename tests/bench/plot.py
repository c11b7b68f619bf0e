# SPDX-License-Identifier: Apache-2.0
"""Line charts as SVG text, by hand: the standard library has none."""
import math
from xml.sax.saxutils import escape

W, H = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 44, 52
COLOURS = ("#1b6ca8", "#d1495b", "#5a8f29", "#7a5195", "#8d6e63", "#444444")
STYLE = """<style>
text { font: 13px sans-serif; fill: #222 }
.title { font-size: 16px; font-weight: 600 }
.axis { stroke: #888; stroke-width: 1 }
.grid { stroke: #e4e4e4; stroke-width: 1 }
</style>"""


def nice_steps(top, n=5):
    """About n round numbers from 0 to top or a little more."""
    raw = max(top, 1e-9) / n
    unit = 10 ** math.floor(math.log10(raw))
    step = next(unit * m for m in (1, 2, 2.5, 5, 10) if unit * m >= raw)
    return [i * step for i in range(int(math.ceil(top / step - 1e-9)) + 1)]


def short(v):
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if v >= unit:
            return f"{v / unit:g}{name}"
    return f"{v:g}"


class Scale:
    def __init__(self, lo, hi, a, b, log):
        self.log = log
        f = math.log10 if log else float
        self.lo, self.hi, self.a, self.b = f(lo), f(hi), a, b

    def __call__(self, v):
        v = math.log10(v) if self.log else v
        span = self.hi - self.lo or 1
        return self.a + (v - self.lo) / span * (self.b - self.a)


def ticks_of(xs, log):
    if not log:
        return sorted(set(xs))
    lo, hi = (math.log10(v) for v in (min(xs), max(xs)))
    return [10 ** i for i in range(math.ceil(lo - 1e-9),
                                   math.floor(hi + 1e-9) + 1)] or [min(xs)]


def marks(series, sx, sy):
    """Lines, points with their windows' least and most, and names."""
    out, taken = [], []
    for i, (name, points, dashed) in enumerate(series):
        colour = COLOURS[i % len(COLOURS)]
        line = " ".join(f"{sx(p[0]):.1f},{sy(p[1]):.1f}" for p in points)
        dash = ' stroke-dasharray="6 4"' if dashed else ""
        out.append(f'<polyline fill="none" stroke="{colour}" '
                   f'stroke-width="2"{dash} points="{line}"/>')
        for p in points:
            x, y = sx(p[0]), sy(p[1])
            if len(p) == 4 and not dashed:
                out.append(f'<line x1="{x:.1f}" x2="{x:.1f}" '
                           f'y1="{sy(p[2]):.1f}" y2="{sy(p[3]):.1f}" '
                           f'stroke="{colour}"/>')
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" '
                       f'fill="{colour}"><title>{escape(name)}: '
                       f'{short(p[0])}, {p[1]:.1f}</title></circle>')
        at = sy(points[-1][1]) + 4
        while any(abs(at - t) < 15 for t in taken):
            at += 15
        taken.append(at)
        out.append(f'<text x="{W - RIGHT + 12}" y="{at:.1f}" '
                   f'style="fill:{colour}">{escape(name)}</text>')
    return out


def chart(path, title, x_name, y_name, series, log_x=False):
    """series: (name, [(x, y) or (x, y, least, most)...], dashed)."""
    series = [(n, sorted(p), d) for n, p, d in series if p]
    if not series:
        return False
    xs = [p[0] for _, points, _ in series for p in points]
    top = max(max(p[1:]) for _, points, _ in series for p in points)
    steps = nice_steps(top * 1.05)
    sx = Scale(min(xs), max(xs), LEFT, W - RIGHT, log_x)
    sy = Scale(0, steps[-1], H - BOTTOM, TOP, False)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W} {H}" '
           f'width="{W}" height="{H}">', STYLE,
           f'<rect width="{W}" height="{H}" fill="#ffffff"/>',
           f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>']
    for v in steps:
        y = sy(v)
        out.append(f'<line class="grid" x1="{LEFT}" x2="{W - RIGHT}" '
                   f'y1="{y:.1f}" y2="{y:.1f}"/><text x="{LEFT - 8}" '
                   f'y="{y + 4:.1f}" text-anchor="end">{short(v)}</text>')
    for v in ticks_of(xs, log_x):
        x = sx(v)
        out.append(f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" '
                   f'y1="{H - BOTTOM}" y2="{H - BOTTOM + 5}"/>'
                   f'<text x="{x:.1f}" y="{H - BOTTOM + 20}" '
                   f'text-anchor="middle">{short(v)}</text>')
    out.append(f'<line class="axis" x1="{LEFT}" x2="{W - RIGHT}" '
               f'y1="{H - BOTTOM}" y2="{H - BOTTOM}"/>')
    out.append(f'<text x="{(LEFT + W - RIGHT) / 2}" y="{H - 12}" '
               f'text-anchor="middle">{escape(x_name)}</text>')
    out.append(f'<text transform="translate(16 {(TOP + H - BOTTOM) / 2}) '
               f'rotate(-90)" text-anchor="middle">{escape(y_name)}</text>')
    out += marks(series, sx, sy) + ["</svg>"]
    with open(path, "w", encoding="utf8") as f:
        f.write("\n".join(out) + "\n")
    return True
