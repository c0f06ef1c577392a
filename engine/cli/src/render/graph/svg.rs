//! A picture that needs no other program.

use std::fmt::Write as _;

use super::ResourceGraph;
use super::layers::{Layers, Point};

const ROW: usize = 36;
const BOX: usize = 24;
const GAP: usize = 70;
const MARGIN: usize = 16;
/// Of a character at the size of the labels.
const CHARACTER: usize = 7;

/// What is needed stands left of what needs it.
#[must_use]
pub fn svg(graph: &ResourceGraph) -> String {
    let labels: Vec<String> = graph.nodes.iter().map(ToString::to_string).collect();
    let Some(layers) = Layers::of(graph) else {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"40\"><text x=\"16\" y=\"24\">The \
                configuration has a cycle.</text></svg>\n"
            .to_owned();
    };
    let picture = Picture::new(&layers, &labels);
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = picture.write(&mut out);
    out
}

struct Picture<'a> {
    layers: &'a Layers,
    labels: &'a [String],
    /// Of each layer.
    lefts: Vec<usize>,
    widths: Vec<usize>,
    tallest: usize,
}

impl<'a> Picture<'a> {
    fn new(layers: &'a Layers, labels: &'a [String]) -> Self {
        let mut widths = vec![0; layers.sizes.len()];
        for (label, point) in labels.iter().zip(&layers.points) {
            let width = label.chars().count() * CHARACTER + 16;
            widths[point.layer] = widths[point.layer].max(width);
        }
        let mut lefts = Vec::with_capacity(widths.len());
        let mut left = MARGIN;
        for width in &widths {
            lefts.push(left);
            left += width + GAP;
        }
        let tallest = layers.sizes.iter().copied().max().unwrap_or(0);
        Self { layers, labels, lefts, widths, tallest }
    }

    /// The middle of a point's row; short layers stand in the middle.
    fn y(&self, point: Point) -> usize {
        let free = self.tallest - self.layers.sizes[point.layer];
        MARGIN + (point.row * 2 + free) * ROW / 2 + BOX / 2
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let right = self.lefts.last().zip(self.widths.last()).map_or(MARGIN, |(l, w)| l + w);
        let (width, height) = (right + MARGIN, self.tallest * ROW + 2 * MARGIN);
        writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
        )?;
        out.push_str(
            "<style>text{font:12px monospace;fill:#1b1f24}rect{fill:#f6f8fa;stroke:#57606a}rect.data{fill:#ddf4ff}\
             path{fill:none;stroke:#8c959f}</style>\n",
        );
        for line in &self.layers.lines {
            self.line(line, out)?;
        }
        for (label, point) in self.labels.iter().zip(&self.layers.points) {
            let (x, y) = (self.lefts[point.layer], self.y(*point));
            let width = label.chars().count() * CHARACTER + 16;
            let class = if label.contains("data.") { " class=\"data\"" } else { "" };
            let label = escape(label);
            let top = y - BOX / 2;
            writeln!(
                out,
                "<rect{class} x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{BOX}\" rx=\"4\"/><text x=\"{}\" y=\"{}\">{label}</text>",
                x + 8,
                y + 4
            )?;
        }
        out.push_str("</svg>\n");
        Ok(())
    }

    /// From the left edge of what needs to the right edge of what is needed, bent at the joints.
    fn line(&self, line: &[usize], out: &mut String) -> std::fmt::Result {
        let (Some(first), Some(last)) = (line.first(), line.last()) else { return Ok(()) };
        let start = self.layers.points[*first];
        let (mut x, mut y) = (self.lefts[start.layer], self.y(start));
        write!(out, "<path d=\"M{x} {y}")?;
        for at in &line[1..] {
            let point = self.layers.points[*at];
            let is_last = at == last;
            let width = match self.labels.get(*at) {
                Some(label) if is_last => label.chars().count() * CHARACTER + 16,
                _ => self.widths[point.layer],
            };
            let (to_x, to_y) = (self.lefts[point.layer] + width, self.y(point));
            let half = (x + to_x) / 2;
            write!(out, "C{half} {y} {half} {to_y} {to_x} {to_y}")?;
            (x, y) = (to_x, to_y);
            if !is_last {
                x = self.lefts[point.layer];
                write!(out, "H{x}")?;
            }
        }
        out.push_str("\"/>\n");
        Ok(())
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
