//! Where nodes are drawn: in layers, so that all edges run one way, and within a layer near what they join.
//!
//! The usual three steps (layers, order, places), each linear: a node's layer is its depth; an edge over several layers
//! gets a joint in each of them; a few sweeps put every node at the middle of its neighbours in the layer before.

use super::ResourceGraph;

/// A node or a joint of an edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) layer: usize,
    /// Place in the layer.
    pub(super) row: usize,
}

#[derive(Debug)]
pub(super) struct Layers {
    /// Of nodes first, by their numbers, then of joints.
    pub(super) points: Vec<Point>,
    /// How many nodes and joints each layer has.
    pub(super) sizes: Vec<usize>,
    /// From what needs to what is needed, through joints.
    pub(super) lines: Vec<Vec<usize>>,
}

/// Beyond so many joints, long edges are drawn straight.
const MOST_JOINTS: usize = 20_000;
const SWEEPS: usize = 6;

impl Layers {
    /// Nothing where the graph has a cycle.
    pub(super) fn of(graph: &ResourceGraph) -> Option<Self> {
        let depth = graph.depths()?;
        let mut layer_of: Vec<usize> = depth.iter().map(|d| *d as usize).collect();
        let span = |from: usize, to: usize| depth[from].abs_diff(depth[to]) as usize;
        let wanted: usize = graph.edges().map(|(from, to)| span(from, to).saturating_sub(1)).sum();
        let mut lines = Vec::new();
        for (from, to) in graph.edges() {
            let mut line = vec![from];
            if wanted <= MOST_JOINTS {
                for layer in (layer_of[to] + 1..layer_of[from]).rev() {
                    line.push(layer_of.len());
                    layer_of.push(layer);
                }
            }
            line.push(to);
            lines.push(line);
        }
        let mut layers: Vec<Vec<usize>> =
            vec![Vec::new(); layer_of.iter().max().map_or(0, |m| m + 1)];
        for (point, layer) in layer_of.iter().enumerate() {
            layers[*layer].push(point);
        }
        let rows = order(&mut layers, &lines, layer_of.len());
        let points = layer_of.iter().zip(rows).map(|(layer, row)| Point { layer: *layer, row });
        let points = points.collect();
        Some(Self { points, sizes: layers.iter().map(Vec::len).collect(), lines })
    }
}

/// Orders each layer; gives the row of every point.
fn order(layers: &mut [Vec<usize>], lines: &[Vec<usize>], points: usize) -> Vec<usize> {
    let (mut up, mut down) = (vec![Vec::new(); points], vec![Vec::new(); points]);
    for pair in lines.iter().flat_map(|line| line.windows(2)) {
        up[pair[1]].push(pair[0]);
        down[pair[0]].push(pair[1]);
    }
    let mut rows = vec![0; points];
    let number = |layer: &[usize], rows: &mut Vec<usize>| {
        layer.iter().enumerate().for_each(|(row, point)| rows[*point] = row);
    };
    layers.iter().for_each(|layer| number(layer, &mut rows));
    for sweep in 0..SWEEPS {
        let forward = sweep % 2 == 0;
        let neighbours = if forward { &down } else { &up };
        let count = layers.len();
        for step in 0..count {
            let layer = &mut layers[if forward { step } else { count - 1 - step }];
            layer.sort_by_cached_key(|point| middle(&neighbours[*point], &rows, rows[*point]));
            number(layer, &mut rows);
        }
    }
    rows
}

/// The mean row of the neighbours, in thousandths; where there are none, the point's own.
fn middle(neighbours: &[usize], rows: &[usize], own: usize) -> usize {
    match neighbours.len() {
        0 => own * 1000,
        count => neighbours.iter().map(|n| rows[*n] * 1000).sum::<usize>() / count,
    }
}
